/**
 * A keepalive receiver for GB/T 28181 over UDP: devices register, say that they live and which of their channels have
 * failed. Answers leave at once, before anything is stored: a device that gets none registers in a loop. No media.
 */
import { randomBytes } from 'node:crypto';
import type { RemoteInfo } from 'node:dgram';
import type { Frame } from '../shared/frame.ts';
import { openUdp, type UdpListen } from './open-udp.ts';
import { frameFrom } from './probe-frame.ts';
import { readSip, sipQuestion, sipReplyPort } from './sip-message.ts';
import { createSipRegistrar, type Registration } from './sip-registrar.ts';
import { createSourceLimit } from './source-limit.ts';

export interface Gb28181Setup {
  readonly listen: UdpListen;
  readonly serverId: string;
  readonly domain: string;
  readonly password: string | undefined;
  /** The site's wall clock, by which devices set theirs: `2026-03-02T08:00:00.000`. */
  wallTime(at: number): string;
  /** Registrations of before the restart. */
  readonly known?: readonly Registration[];
  /** Tells when they have changed. */
  onRegistrations?(all: readonly Registration[]): void;
  /** How often registered recorders are asked for their channels, ms; 0: never. */
  readonly catalogEveryMs: number;
  /** Epoch ms. */
  now(): number;
  isKnown(id: string): boolean;
  /** Resolves when the frame is dealt with. */
  onFrame(frame: Frame): Promise<unknown>;
}

export interface Gb28181Receiver {
  readonly port: number;
  figures(): Gb28181Figures;
  close(): Promise<void>;
}

export interface Gb28181Figures {
  readonly registered: number;
  readonly datagrams: number;
  readonly refused: Readonly<Record<string, number>>;
}

const PER_SECOND = 20;
/** The directory of a recorder with 128 channels comes in as many messages. */
const BURST = 200;
const MAX_WAITING = 256;

/** @throws what the system says when the port cannot be had */
export async function receiveGb28181(setup: Gb28181Setup): Promise<Gb28181Receiver> {
  const { now, domain, serverId } = setup;
  const registrar = createSipRegistrar({ ...setup, secret: randomBytes(32).toString('hex') });
  const limit = createSourceLimit(PER_SECOND, BURST);
  const dropped: Record<string, number> = {};
  let datagrams = 0;
  let waiting = 0;
  let seq = 0;

  const drop = (why: string): void => {
    dropped[why] = (dropped[why] ?? 0) + 1;
  };
  const take = (frame: Frame): void => {
    if (waiting >= MAX_WAITING) {
      drop('busy');
      return;
    }
    waiting += 1;
    void setup.onFrame(frame).finally(() => {
      waiting -= 1;
    });
  };
  const onDatagram = (datagram: Buffer, from: RemoteInfo): void => {
    datagrams += 1;
    const at = now();
    if (!limit.take(from.address, at)) {
      drop('too-often');
      return;
    }
    // Four bytes of nothing keep a path through a router open; they are no message.
    if (datagram.length <= 4) return;
    const read = readSip(datagram);
    if (read === undefined) drop('no-sip');
    if (read?.kind !== 'request') return;
    const { request } = read;
    const { answer, heard } = registrar.decide(request, from, at);
    if (answer !== undefined) socket.send(answer, sipReplyPort(request, from), from.address);
    if (heard === undefined) return;
    if (heard.kind === 'registered') setup.onRegistrations?.(registrar.registrations(at));
    const [topic, payload] =
      heard.kind === 'registered'
        ? [`sip:REGISTER/${heard.id}`, Buffer.from(String(heard.seconds))]
        : [`sip:MESSAGE/${heard.id}`, heard.body];
    take(frameFrom({ topic, payload, at, from: from.address }));
  };
  const socket = await openUdp(setup.listen, onDatagram);
  const { address, port } = socket.address();

  const askCatalog = ({ id, source }: Registration): void => {
    seq = (seq % 1_000_000) + 1;
    const body = `<?xml version="1.0"?>\r\n<Query>\r\n<CmdType>Catalog</CmdType>\r\n<SN>${seq}</SN>\r\n<DeviceID>${id}</DeviceID>\r\n</Query>\r\n`;
    const token = randomBytes(6).toString('hex');
    const question = sipQuestion({
      ...{ uri: `sip:${id}@${domain}`, from: `sip:${serverId}@${domain}`, to: `sip:${id}@${domain}` },
      ...{ via: `${address}:${port}`, callId: `${token}@${domain}`, branch: token, tag: token, seq, body },
    });
    socket.send(question, source.port, source.address);
  };
  const timer =
    setup.catalogEveryMs === 0
      ? undefined
      : setInterval(() => registrar.registrations(now()).forEach(askCatalog), setup.catalogEveryMs);

  return {
    port,
    figures: () => ({
      registered: registrar.registrations(now()).length,
      datagrams,
      refused: { ...registrar.refused(), ...dropped },
    }),
    close: () => {
      clearInterval(timer);
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}
