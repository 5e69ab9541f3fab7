/**
 * Stands between a socket and aedes, which buffers whatever length a packet declares, from anybody. The guard reads
 * only fixed headers: it passes a packet, drops it, lets it wait (and with it the socket: TCP then slows the sender
 * down), or closes the connection before a byte of the body is buffered.
 *
 *   socket ──data──▶ walker ──admit(header)──▶ stream ──▶ aedes
 *   socket ◀──────────────────────────────────── stream ◀── aedes
 */
import { Duplex } from 'node:stream';
import type { AdmissionPolicy } from './admission-policy.ts';
import { createPacketWalker } from './packet-walker.ts';

export type GuardClose = 'oversize' | 'not-connect' | 'malformed';

export interface FramingGuard {
  /** What aedes is given instead of the socket. */
  readonly stream: Duplex;
  /** CONNECT was accepted. */
  accept(): void;
  /** A PUBLISH that had passed is done with. */
  settle(): void;
  /** Reads nothing more from the socket. */
  freeze(): void;
  /** Closes, with last words that arrive: what the client goes on sending meanwhile is read and thrown away. */
  close(words: Buffer | undefined): void;
  /** What the client has not taken yet. */
  unsentBytes(): number;
  /** When something was read from it last, monotonic ms. */
  heardAt(): number;
}

export interface GuardOptions {
  readonly policy: AdmissionPolicy;
  /** Monotonic ms. */
  readonly now: () => number;
  /** @param detail what was wrong with the packet */
  readonly onClose: (reason: GuardClose, detail: string) => void;
  /** Last bytes to the client, if its MQTT has any. */
  readonly farewell: (reason: GuardClose) => Buffer | undefined;
}

/** How long a closed connection may take to flush its last answer. */
const FLUSH_MS = 1_000;

export function createFramingGuard(socket: Duplex, options: GuardOptions): FramingGuard {
  const stream = new Duplex({
    read: () => reader.drained(),
    write: (chunk: Buffer, _encoding, done) => send(chunk, done),
    writev: (chunks, done) => send(Buffer.concat(chunks.map(({ chunk }): Buffer => chunk)), done),
    destroy(error, done) {
      reader.freeze();
      if (hasLastWords) linger(socket);
      else flushAndDestroy(socket);
      done(error);
    },
  });
  let hasLastWords = false;
  const end = (words: Buffer | undefined): void => {
    if (stream.destroyed) return;
    if (words !== undefined) {
      hasLastWords = true;
      stream.write(words);
    }
    stream.destroy();
  };
  const close = (reason: GuardClose, detail: string): void => {
    options.onClose(reason, detail);
    end(options.farewell(reason));
  };
  const send = (chunk: Buffer, done: () => void): void => {
    if (!socket.writable || socket.write(chunk)) done();
    else socket.once('drain', done);
  };
  const reader = createReader(socket, stream, options, close);
  socket.on('data', reader.take);
  socket.on('end', reader.end);
  socket.on('error', () => stream.destroy());
  socket.on('close', () => stream.destroy());
  return {
    stream,
    accept() {
      options.policy.accept();
      reader.retry();
    },
    settle() {
      options.policy.settle();
      reader.retry();
    },
    freeze: reader.freeze,
    close: end,
    unsentBytes: () => stream.writableLength + socket.writableLength,
    heardAt: reader.heardAt,
  };
}

function createReader(
  socket: Duplex,
  stream: Duplex,
  options: GuardOptions,
  close: (reason: GuardClose, detail: string) => void,
) {
  /** `full`: aedes has not read what it was given. `blocked`: a packet waits for its admission. */
  let full = false;
  let blocked = false;
  let ended = false;
  let frozen = false;
  let at = options.now();
  let timer: NodeJS.Timeout | undefined;
  const walker = createPacketWalker(
    (header) => options.policy.admit(header, at),
    (part) => {
      if (!stream.push(part)) full = true;
    },
  );

  const advance = (): void => {
    if (frozen) return;
    if (!full && !blocked) {
      at = options.now();
      const admission = walker.walk();
      if (admission.kind === 'close') close(admission.reason, admission.detail);
      blocked = admission.kind !== 'pass';
      if (admission.kind === 'wait' && admission.retryMs !== undefined) timer = setTimeout(retry, admission.retryMs);
    }
    if (full || blocked) socket.pause();
    else if (ended) stream.push(null);
    else if (socket.isPaused()) socket.resume();
  };
  const retry = (): void => {
    if (!blocked) return;
    clearTimeout(timer);
    blocked = false;
    advance();
  };
  return {
    retry,
    drained(): void {
      if (!full) return;
      full = false;
      advance();
    },
    heardAt: () => at,
    take(chunk: Buffer): void {
      walker.keep(chunk);
      advance();
    },
    end(): void {
      ended = true;
      advance();
    },
    freeze(): void {
      frozen = true;
      clearTimeout(timer);
      socket.pause();
    },
  };
}

/**
 * A socket that is closed while something unread waits in it is reset, and its peer never reads what was written last. So
 * the rest is read for a while, and forgotten.
 */
function linger(socket: Duplex): void {
  if (socket.destroyed) return;
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  socket.resume();
  socket.end();
  const timer = setTimeout(() => socket.destroy(), FLUSH_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** A refusal that was just written should arrive: destroying at once may turn it into a reset. */
function flushAndDestroy(socket: Duplex): void {
  if (socket.destroyed) return;
  if (socket.writableLength === 0) {
    socket.destroy();
    return;
  }
  socket.end();
  const timer = setTimeout(() => socket.destroy(), FLUSH_MS);
  socket.once('close', () => clearTimeout(timer));
}
