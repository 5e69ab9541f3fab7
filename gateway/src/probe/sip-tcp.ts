/**
 * SIP over TCP: connections, bounded in number, bytes and time. A connection is a stranger's until a registered device
 * has spoken on it. A stranger always gets in, and is the first to go: where room is short, the address that has most
 * strangers loses its oldest, so that one address that opens connections without end only ever closes its own.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { UdpListen } from './open-udp.ts';
import type { SipSource } from './sip-message.ts';
import { createSipStream, type SipPiece, type SipStream } from './sip-stream.ts';

export interface SipTcpLimits {
  readonly connections: number;
  /** Of all that are no registered device's. */
  readonly strangers: number;
  /** Of one address, of those that are no registered device's. */
  readonly strangersOfOne: number;
  /** Until a stranger has to have registered, ms. */
  readonly strangerMs: number;
  /** From the first byte of a message to its last, ms. */
  readonly unfinishedMs: number;
  /** Without a byte, ms: several keepalive intervals. */
  readonly idleMs: number;
  /** How long a connection is not read whose address sends too often, ms. */
  readonly restMs: number;
}

const LIMITS: SipTcpLimits = {
  ...{ connections: 1_024, strangers: 128, strangersOfOne: 32 },
  ...{ strangerMs: 20_000, unfinishedMs: 10_000, idleMs: 600_000, restMs: 250 },
};
const STRANGER_BODY_BYTES = 16_384;
const BODY_BYTES = 65_536;
/** Answers that the other side does not read. */
const UNREAD_BYTES = 65_536;

export interface SipConnection {
  readonly source: SipSource;
  send(bytes: Buffer): void;
  /** A registered device has spoken here. */
  settle(): void;
}

export interface SipTcpSetup {
  readonly listen: UdpListen;
  readonly limits?: Partial<SipTcpLimits> | undefined;
  /** Whether a device is at home there: its connections come first. */
  isHome(address: string): boolean;
  /** Whether the address may say one more thing now; if not, it is read again later. */
  mayTake(address: string): boolean;
  onPiece(piece: SipPiece, connection: SipConnection): void;
  /** Closed by us, and why. */
  onClosed(why: 'unfinished' | 'no-room' | 'silent', source: SipSource): void;
}

export interface SipTcp {
  /** @returns whether that connection is open */
  send(source: SipSource, bytes: Buffer): boolean;
  connections(): number;
  close(): Promise<void>;
}

interface Kept {
  readonly socket: Socket;
  readonly stream: SipStream;
  readonly handle: SipConnection;
  isSettled: boolean;
  /** To be taken when its address may say more. */
  ready: SipPiece | undefined;
  deadline: NodeJS.Timeout | undefined;
  unfinished: NodeJS.Timeout | undefined;
  resting: NodeJS.Timeout | undefined;
}

/** @throws what the system says, such as EADDRINUSE */
export async function listenSipTcp(setup: SipTcpSetup): Promise<SipTcp> {
  const limits = { ...LIMITS, ...setup.limits };
  const open = new Map<string, Kept>();
  const end = (kept: Kept): void => {
    for (const timer of [kept.deadline, kept.unfinished, kept.resting]) clearTimeout(timer);
    if (open.get(keyOf(kept.handle.source)) === kept) open.delete(keyOf(kept.handle.source));
    kept.socket.destroy();
  };
  const closeFor = (why: 'unfinished' | 'no-room' | 'silent', kept: Kept): void => {
    end(kept);
    setup.onClosed(why, kept.handle.source);
  };
  /** Makes room for one more. @returns false when there is none */
  const makeRoom = (address: string): boolean => {
    const strangers = [...open.values()].filter(({ isSettled }) => !isSettled);
    const own = strangers.filter(({ handle }) => handle.source.address === address);
    const isFull = open.size >= limits.connections || strangers.length >= limits.strangers;
    const from = own.length >= limits.strangersOfOne ? own : isFull ? ofMost(strangers, setup.isHome) : undefined;
    const [oldest] = from ?? [];
    if (oldest !== undefined) closeFor('no-room', oldest);
    return open.size < limits.connections;
  };
  const drain = (kept: Kept): void => {
    kept.resting = undefined;
    const { stream, handle, socket } = kept;
    while (!socket.destroyed) {
      const piece = kept.ready ?? stream.next();
      if (piece === undefined) break;
      kept.ready = undefined;
      if (!setup.mayTake(handle.source.address)) {
        kept.ready = piece;
        socket.pause();
        kept.resting = setTimeout(() => drain(kept), limits.restMs);
        return;
      }
      clearTimeout(kept.unfinished);
      kept.unfinished = undefined;
      setup.onPiece(piece, handle);
      // What speaks something else is cut off; a registered device that errs once goes on.
      if (piece.kind === 'too-large' || (piece.kind === 'noise' && !kept.isSettled)) end(kept);
    }
    if (socket.destroyed) return;
    if (stream.isUnfinished()) kept.unfinished ??= setTimeout(() => giveUp(kept), limits.unfinishedMs);
    socket.resume();
  };
  /** What has come of a message is taken where that is enough to read; else the connection is closed. */
  const giveUp = (kept: Kept): void => {
    kept.unfinished = undefined;
    const piece = kept.stream.flush();
    if (piece?.kind === 'message') setup.onPiece(piece, kept.handle);
    if (piece?.kind !== 'message') closeFor('unfinished', kept);
    else if (!kept.isSettled) end(kept);
  };
  const onConnection = (socket: Socket): void => {
    socket.on('error', () => {});
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    const source: SipSource = { address: plainAddress(remoteAddress), port: remotePort, transport: 'tcp' };
    if (!makeRoom(source.address)) {
      socket.destroy();
      setup.onClosed('no-room', source);
      return;
    }
    const kept: Kept = {
      ...{ socket, isSettled: false, ready: undefined, unfinished: undefined, resting: undefined },
      stream: createSipStream(() => (kept.isSettled ? BODY_BYTES : STRANGER_BODY_BYTES)),
      deadline: setTimeout(
        () => closeFor(kept.stream.isUnfinished() ? 'unfinished' : 'silent', kept),
        limits.strangerMs,
      ),
      handle: {
        source,
        send: (bytes) => write(kept, bytes),
        settle() {
          kept.isSettled = true;
          clearTimeout(kept.deadline);
        },
      },
    };
    open.set(keyOf(source), kept);
    socket.setKeepAlive(true, 30_000);
    socket.setTimeout(limits.idleMs, () => end(kept));
    socket.on('data', (bytes: Buffer) => {
      kept.stream.push(bytes);
      if (kept.resting === undefined) drain(kept);
    });
    socket.on('close', () => end(kept));
  };
  const write = (kept: Kept, bytes: Buffer): void => {
    if (kept.socket.destroyed) return;
    if (kept.socket.writableLength > UNREAD_BYTES) end(kept);
    else kept.socket.write(bytes);
  };
  const server = await listening(createServer(onConnection), setup.listen);
  return {
    send(source, bytes) {
      const kept = open.get(keyOf(source));
      if (kept !== undefined) write(kept, bytes);
      return kept !== undefined;
    },
    connections: () => open.size,
    close() {
      for (const kept of [...open.values()]) end(kept);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Connections of the address that has most, oldest first; of addresses where a device is at home only as a last resort. */
function ofMost(strangers: readonly Kept[], isHome: (address: string) => boolean): readonly Kept[] {
  const away = strangers.filter(({ handle }) => !isHome(handle.source.address));
  const groups = Map.groupBy(away.length > 0 ? away : strangers, ({ handle }) => handle.source.address);
  return [...groups.values()].reduce<readonly Kept[]>((most, group) => (group.length > most.length ? group : most), []);
}

const keyOf = ({ address, port }: SipSource): string => `${address} ${port}`;

/** A listener on `::` says of IPv4 devices `::ffff:192.168.1.9`. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

function listening(server: Server, { host, port }: UdpListen): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      // One connection that could not be accepted, out of file handles for instance; the next one may be.
      server.on('error', () => {});
      resolve(server);
    });
  });
}
