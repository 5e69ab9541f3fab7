/**
 * A keepalive receiver for GB/T 28181 over UDP and TCP: devices register, say that they live and which of their channels
 * have failed. Answers leave at once, before anything is stored: a device that gets none registers in a loop. No media.
 *
 * A flood of strangers costs no registered device its turn: what is answered, kept and remembered is shared by address,
 * and devices that have registered come before those that have not.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import type { QuarantineReason } from '#contract/enums.ts';
import type { Frame } from '../shared/frame.ts';
import { createFairRoom } from './fair-room.ts';
import { createNoteTopics, type HeardNote } from './heard-notes.ts';
import { type KeptSipTcp, keepSipTcp } from './keep-sip-tcp.ts';
import { openUdp, type UdpListen } from './open-udp.ts';
import { frameFrom } from './probe-frame.ts';
import { readSip, type SipRequest, type SipSource, sipQuestion, sipReplyPort } from './sip-message.ts';
import { type SipRefusal, sipWords } from './sip-refusals.ts';
import { createSipRegistrar, type Registration, type SipDecision } from './sip-registrar.ts';
import type { SipPiece } from './sip-stream.ts';
import type { SipConnection, SipTcpLimits } from './sip-tcp.ts';
import { createFairLimit } from './source-limit.ts';

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
  /** One that was known and is out of use. */
  isRetired?(id: string): boolean;
  /** Resolves when the frame is dealt with. */
  onFrame(frame: Frame): Promise<unknown>;
  /** Heard, and not understood or turned away. */
  onNote?(note: HeardNote): void;
  /** TCP on the port could not be had; it is tried again. UDP goes on. */
  onTcp?(error: NodeJS.ErrnoException | undefined): void;
  readonly tcpLimits?: Partial<SipTcpLimits>;
}

export interface Gb28181Receiver {
  /** Of UDP, and of TCP where that could be had. */
  readonly port: number;
  figures(): Gb28181Figures;
  close(): Promise<void>;
}

export interface Gb28181Figures {
  readonly registered: number;
  readonly datagrams: number;
  /** TCP connections that are open. */
  readonly connections: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** The directory of a recorder with 128 channels comes in as many messages. */
const SHARES = { perSecond: 20, burst: 200, strangersPerSecond: 200, strangersBurst: 400 };
const MAX_WAITING = 512;
const NUMBER_IN_FROM = /\n(?:from|f)[ \t]*:[^\r\n]{0,80}?sips?:([A-Za-z0-9]{1,32})@/i;

/** @throws what the system says when the UDP port cannot be had */
export async function receiveGb28181(setup: Gb28181Setup): Promise<Gb28181Receiver> {
  const { now } = setup;
  const registrar = createSipRegistrar({ ...setup, secret: randomBytes(32).toString('hex') });
  const limit = createFairLimit({ ...SHARES, isHome: registrar.isHome });
  const room = createFairRoom(MAX_WAITING);
  const notes = createNoteTopics();
  const dropped: Record<string, number> = {};
  let datagrams = 0;

  const note = (why: SipRefusal, source: SipSource, head: Buffer, { id, more = '' }: About = {}): void => {
    const at = now();
    const isKnown = id !== undefined ? setup.isKnown(id) : registrar.isHome(source.address);
    const topic = notes.topicOf(`sip:${source.transport ?? 'udp'}`, id ?? source.address, isKnown, at);
    if (topic === undefined) return;
    const reason = noteReason(why);
    const frame = frameFrom({ topic, payload: head, at, from: source.address });
    setup.onNote?.({ frame, reason, detail: sipWords(why, more), address: id });
  };
  const drop = (why: SipRefusal, source: SipSource, head: Buffer, about?: About): void => {
    dropped[why] = (dropped[why] ?? 0) + 1;
    note(why, source, head, about);
  };
  const take = (frame: Frame, id: string, source: SipSource): void => {
    if (!room.enter(id)) {
      drop('busy', source, frame.payload, { id });
      return;
    }
    void setup.onFrame(frame).finally(() => room.leave(id));
  };
  const act = ({ refused, changed, heard }: SipDecision, source: SipSource, head: Buffer): void => {
    const at = now();
    if (changed) setup.onRegistrations?.(registrar.registrations(at));
    // A stranger who knows the password is shown by his frame.
    if (refused !== undefined && heard === undefined) note(refused.why, source, head, refused);
    if (heard === undefined) return;
    const [topic, payload] =
      heard.kind === 'registered'
        ? [`sip:REGISTER/${heard.id}`, Buffer.from(String(heard.seconds))]
        : [`sip:MESSAGE/${heard.id}`, heard.body];
    const isShown = setup.isKnown(heard.id) || notes.topicOf('sip', heard.id, false, at) === `sip/${heard.id}`;
    if (isShown) take(frameFrom({ topic, payload, at, from: source.address }), heard.id, source);
  };
  /** @returns what becomes of a request; undefined for anything else, which is dealt with */
  const read = (bytes: Buffer, source: SipSource): { request: SipRequest; decision: SipDecision } | undefined => {
    const message = readSip(bytes);
    if (message === undefined) drop('no-sip', source, bytes);
    // Only of those whom we ask: anybody may send what looks like an answer.
    else if (message.kind === 'response' && message.status >= 300 && registrar.isHome(source.address))
      note('question-refused', source, bytes, { id: message.user, more: String(message.status) });
    if (message?.kind !== 'request') return undefined;
    return { request: message.request, decision: registrar.decide(message.request, source, now()) };
  };

  const onDatagram = (datagram: Buffer, { address, port }: SipSource): void => {
    datagrams += 1;
    const source = { address, port };
    const claimsKnown = (): boolean =>
      setup.isKnown(NUMBER_IN_FROM.exec(datagram.toString('latin1', 0, 600))?.[1] ?? '');
    if (!limit.take(address, now(), claimsKnown)) {
      drop('too-often', source, datagram);
      return;
    }
    // Four bytes of nothing keep a path through a router open; they are no message.
    if (datagram.length <= 4) return;
    const found = read(datagram, source);
    if (found === undefined) return;
    const { answer } = found.decision;
    if (answer !== undefined) socket.send(answer, sipReplyPort(found.request, source), address);
    act(found.decision, source, datagram);
  };
  const onPiece = ({ kind, bytes }: SipPiece, connection: SipConnection): void => {
    const { source } = connection;
    if (kind !== 'message') {
      drop(kind === 'noise' ? 'no-sip' : 'too-large', source, bytes);
      return;
    }
    const found = read(bytes, source);
    if (found === undefined) return;
    const { answer, heard, refused } = found.decision;
    if (heard !== undefined && refused === undefined) connection.settle();
    if (answer !== undefined) connection.send(answer);
    act(found.decision, source, bytes);
  };

  const socket = await openUdp(setup.listen, onDatagram);
  const { port } = socket.address();
  const tcp = await keepSipTcp({
    ...{ listen: { host: setup.listen.host, port }, limits: setup.tcpLimits, isHome: registrar.isHome, onPiece },
    mayTake: (address) => limit.take(address, now()),
    onClosed: (why, source) => {
      if (why === 'unfinished') drop('unfinished', source, Buffer.alloc(0));
      else dropped[why] = (dropped[why] ?? 0) + 1;
    },
    onState: (error) => setup.onTcp?.(error),
  });
  const timer = askForChannels({ setup, socket, tcp, registrations: () => registrar.registrations(now()) });

  return {
    port,
    figures: () => ({
      registered: registrar.registrations(now()).length,
      datagrams,
      connections: tcp.connections(),
      refused: { ...registrar.refused(), ...dropped },
    }),
    close: async () => {
      clearInterval(timer);
      await tcp.close();
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

/** What a note may say beside its reason. */
interface About {
  readonly id?: string | undefined;
  readonly more?: string;
}

interface Asking {
  readonly setup: Gb28181Setup;
  readonly socket: Socket;
  readonly tcp: KeptSipTcp;
  registrations(): readonly Registration[];
}

/** Asks those who are registered for their directory, where they were last heard. @returns undefined when nobody is asked */
function askForChannels({ setup, socket, tcp, registrations }: Asking): NodeJS.Timeout | undefined {
  const { domain, serverId, catalogEveryMs } = setup;
  const { address, port } = socket.address();
  let seq = 0;
  const ask = ({ id, source }: Registration): void => {
    seq = (seq % 1_000_000) + 1;
    const body = `<?xml version="1.0"?>\r\n<Query>\r\n<CmdType>Catalog</CmdType>\r\n<SN>${seq}</SN>\r\n<DeviceID>${id}</DeviceID>\r\n</Query>\r\n`;
    const token = randomBytes(6).toString('hex');
    const question = sipQuestion({
      ...{ uri: `sip:${id}@${domain}`, from: `sip:${serverId}@${domain}`, to: `sip:${id}@${domain}` },
      ...{ via: `${address}:${port}`, transport: source.transport === 'tcp' ? 'TCP' : 'UDP' },
      ...{ callId: `${token}@${domain}`, branch: token, tag: token, seq, body },
    });
    // Without its connection a device of TCP cannot be asked; it opens one with its next keepalive.
    if (source.transport === 'tcp') tcp.send(source, question);
    else socket.send(question, source.port, source.address);
  };
  return catalogEveryMs === 0 ? undefined : setInterval(() => registrations().forEach(ask), catalogEveryMs);
}

function noteReason(why: SipRefusal): QuarantineReason {
  if (why === 'no-sip' || why === 'unfinished') return 'bad-payload';
  return why === 'too-large' || why === 'device-retired' ? why : 'refused';
}
