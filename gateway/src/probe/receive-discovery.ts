/** Hears ONVIF cameras multicast that they come and go (WS-Discovery). Only listens: nothing is ever answered. */
import type { RemoteInfo } from 'node:dgram';
import type { Frame } from '../shared/frame.ts';
import { createFairRoom } from './fair-room.ts';
import { createNoteTopics, type HeardNote } from './heard-notes.ts';
import { openUdp, type UdpListen } from './open-udp.ts';
import { frameFrom } from './probe-frame.ts';
import { createFairLimit } from './source-limit.ts';

export interface DiscoverySetup {
  readonly listen: UdpListen;
  /** Epoch ms. */
  now(): number;
  /** Whether a camera of ours is at this address: strangers never take its turn. */
  isHome(address: string): boolean;
  onFrame(frame: Frame): Promise<unknown>;
  /** Heard, and not taken. */
  onNote?(note: HeardNote): void;
}

export interface DiscoveryReceiver {
  readonly port: number;
  /** Announcements that were not taken. */
  dropped(): number;
  close(): Promise<void>;
}

const GROUP = '239.255.255.250';
const MAX_BYTES = 16_384;
const MAX_WAITING = 64;
const SHARES = { perSecond: 5, burst: 20, strangersPerSecond: 50, strangersBurst: 200 };

const TOO_LARGE = '广播过大，没有接收 / the announcement is too large and was not taken';
const TOO_OFTEN =
  '广播太频繁，多出的没有接收：请查明是谁在发送 / it announces itself too often, and what is more than allowed was not taken: find out who sends it';
const BUSY = '网关来不及存，这条没有接收 / the gateway could not keep up; this one was not taken';

/** @throws what the system says when the port cannot be had */
export async function receiveDiscovery(setup: DiscoverySetup): Promise<DiscoveryReceiver> {
  const { listen, now, onFrame, onNote, isHome } = setup;
  const limit = createFairLimit({ ...SHARES, isHome });
  const room = createFairRoom(MAX_WAITING);
  const notes = createNoteTopics();
  let dropped = 0;
  const drop = (payload: Buffer, from: string, at: number, detail: string): void => {
    dropped += 1;
    const topic = notes.topicOf('onvif', from, isHome(from), at);
    const reason = detail === TOO_LARGE ? 'too-large' : 'refused';
    if (topic !== undefined) onNote?.({ frame: frameFrom({ topic, payload, at, from }), reason, detail });
  };
  const socket = await openUdp(listen, (payload: Buffer, { address }: RemoteInfo) => {
    const at = now();
    if (!limit.take(address, at)) return drop(payload, address, at, TOO_OFTEN);
    if (payload.length > MAX_BYTES) return drop(payload, address, at, TOO_LARGE);
    if (!room.enter(address)) return drop(payload, address, at, BUSY);
    void onFrame(frameFrom({ topic: 'udp:3702', payload, at, from: address })).finally(() => room.leave(address));
  });
  try {
    socket.addMembership(GROUP);
  } catch {
    // No interface with multicast, or the loopback alone: unicast is still heard.
  }
  return {
    port: socket.address().port,
    dropped: () => dropped,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
