/** Hears ONVIF cameras multicast that they come and go (WS-Discovery). Only listens: nothing is ever answered. */
import type { RemoteInfo } from 'node:dgram';
import type { Frame } from '../shared/frame.ts';
import { openUdp, type UdpListen } from './open-udp.ts';
import { frameFrom } from './probe-frame.ts';
import { createSourceLimit } from './source-limit.ts';

export interface DiscoverySetup {
  readonly listen: UdpListen;
  /** Epoch ms. */
  now(): number;
  onFrame(frame: Frame): Promise<unknown>;
}

export interface DiscoveryReceiver {
  readonly port: number;
  close(): Promise<void>;
}

const GROUP = '239.255.255.250';
const MAX_BYTES = 16_384;
const MAX_WAITING = 64;

/** @throws what the system says when the port cannot be had */
export async function receiveDiscovery({ listen, now, onFrame }: DiscoverySetup): Promise<DiscoveryReceiver> {
  const limit = createSourceLimit(5, 20);
  let waiting = 0;
  const socket = await openUdp(listen, (payload: Buffer, { address }: RemoteInfo) => {
    const at = now();
    if (payload.length > MAX_BYTES || waiting >= MAX_WAITING || !limit.take(address, at)) return;
    waiting += 1;
    void onFrame(frameFrom({ topic: 'udp:3702', payload, at, from: address })).finally(() => {
      waiting -= 1;
    });
  });
  try {
    socket.addMembership(GROUP);
  } catch {
    // No interface with multicast, or the loopback alone: unicast is still heard.
  }
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
