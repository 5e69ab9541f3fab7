/** The sockets of the HTTP listener: how many, for how long, and who gives way (socket-shares.ts) when they are short. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { shareKey } from '../shared/share-key.ts';
import { isTrustedProxy } from './request-origin.ts';
import { createSocketShares, type GaveWay, type SocketLimits } from './socket-shares.ts';

export interface HttpLimits extends SocketLimits {
  /** From the first byte, or from the connect, to the last header. */
  readonly headersMs: number;
  /** To the last byte of the body. */
  readonly requestMs: number;
  /** How often Node looks for the two above; by default it does so every 30 s. */
  readonly checkMs: number;
  /** From an upgrade to the sign-in on it. What is closed in good order waits 30 s for a peer that does not answer. */
  readonly upgradeMs: number;
  /** An answer of which the other side takes nothing for this long is given up. */
  readonly stallMs: number;
  readonly keepAliveMs: number;
  /** Requests of one socket that wait for their answers. Browsers do not pipeline. */
  readonly pipelined: number;
  /** MQTT over WebSocket: connections handed to the broker. */
  readonly devices: number;
  /** Live connections of people and screens. */
  readonly liveClients: number;
}

const STRANGERS_PER_ADDRESS = 256;
/**
 * This machine and trusted proxies: one address there stands for many people (a reverse proxy, the guards' screen, the
 * commands), and other programs of the machine are no strangers in the sense of this table.
 */
const STRANGERS_PER_PROXY = 1_024;

export const HTTP_LIMITS: HttpLimits = {
  total: 4_096,
  strangers: 3_072,
  // Six connections of a browser each: some forty people behind one router that have not signed in yet.
  perAddress: (address) => (isTrustedProxy(address) ? STRANGERS_PER_PROXY : STRANGERS_PER_ADDRESS),
  // One token serves all screens of a site, and each page holds a live connection.
  perSignIn: 1_536,
  knownAddresses: 4_096,
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 1_000,
  upgradeMs: 10_000,
  stallMs: 30_000,
  keepAliveMs: 65_000,
  pipelined: 32,
  devices: 4_096,
  liveClients: 2_000,
};

export type ConnectionClosed = GaveWay | 'headers' | 'body' | 'upgrade' | 'stalled' | 'pipelined' | 'devices';

export interface HttpDoor {
  /** The socket has proved a sign-in. `stays`: it carries a live connection from now on. */
  proves(request: IncomingMessage, signIn: string, stays?: boolean): void;
  /** The socket is a device's and counts with the broker from now on. @returns false when there are too many; then it is closed. */
  handOver(socket: Duplex): boolean;
  counts(): { readonly strangers: number; readonly known: number; readonly devices: number };
}

const REFUSED = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n';
/** What an upgrade was answered without a WebSocket has this long to be read. */
const LINGER_MS = 2_000;

export function httpOptions(limits: HttpLimits): ServerOptions {
  return {
    maxHeaderSize: 16 * 1024,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
  };
}

/** @param closed is told of every connection that the gateway ended or refused. Call it before the server listens. */
export function openHttpDoor(http: Server, limits: HttpLimits, closed: (why: ConnectionClosed) => void): HttpDoor {
  const devices = new Set<Duplex>();
  const shares = createSocketShares<Duplex>(limits, (socket, why) => {
    closed(why);
    socket.destroy();
  });
  const answering = new WeakMap<Duplex, number>();
  const unproven = new Map<Duplex, NodeJS.Timeout>();
  const proven = (socket: Duplex): void => {
    clearTimeout(unproven.get(socket));
    unproven.delete(socket);
  };
  const busy = (socket: Duplex): number => answering.get(socket) ?? 0;

  http.on('connection', (socket) => {
    if (!shares.enter(socket, shareKey(socket.remoteAddress))) {
      closed('full');
      socket.on('error', () => undefined);
      socket.write(REFUSED);
      socket.destroySoon();
      return;
    }
    socket.once('close', () => shares.leave(socket));
    socket.on('error', (error) => {
      if ('code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT') closed(busy(socket) > 0 ? 'body' : 'headers');
    });
  });

  // First of all, since a handler may answer at once.
  http.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    answering.set(socket, busy(socket) + 1);
    if (busy(socket) > limits.pipelined) {
      closed('pipelined');
      socket.destroy();
      return;
    }
    // A body that never comes must not make its sender look busy.
    if (hasBody(request)) request.once('end', () => shares.works(socket));
    else shares.works(socket);
    response.once('close', () => {
      answering.set(socket, busy(socket) - 1);
      if (busy(socket) === 0) shares.waits(socket);
    });
  });

  http.setTimeout(limits.stallMs, (socket: Duplex) => {
    // The gateway itself is at work: the timer starts anew with the first byte of the answer.
    if (busy(socket) > 0 && socket.writableLength === 0) return;
    if (busy(socket) > 0) closed('stalled');
    socket.destroy();
  });

  http.prependListener('upgrade', (_request: IncomingMessage, socket: Duplex) => {
    shares.waits(socket);
    // Refused with an answer, the other side may leave its half open for ever.
    const timer = setTimeout(() => {
      closed('upgrade');
      socket.destroy();
    }, limits.upgradeMs);
    unproven.set(socket, timer);
    socket.once('close', () => proven(socket));
    socket.once('finish', () => void setTimeout(() => socket.destroy(), LINGER_MS).unref());
  });

  return {
    proves: ({ socket }, signIn, stays) => {
      proven(socket);
      shares.proves(socket, signIn, stays);
    },
    handOver: (socket) => {
      if (devices.size >= limits.devices) {
        closed('devices');
        socket.on('error', () => undefined);
        socket.end(REFUSED);
        return false;
      }
      proven(socket);
      shares.leave(socket);
      devices.add(socket);
      socket.once('close', () => devices.delete(socket));
      return true;
    },
    counts: () => ({ ...shares.counts(), devices: devices.size }),
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
