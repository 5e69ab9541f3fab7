/** One TCP connection: connect, say something, read until enough was heard. The socket is gone when it resolves. */
import { connect } from 'node:net';
import { failureOf, type ProbeFailure } from './probe-answer.ts';

export interface TcpQuestion {
  readonly host: string;
  readonly port: number;
  /** Said once connected; nothing when absent, and then the connection itself is the answer. */
  readonly say?: string;
  /** Connecting and answering together, ms. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Whether what came so far is enough; asked after every piece. */
  enough(heard: Buffer): boolean;
}

export type TcpHeard =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: ProbeFailure; readonly bytes: Buffer };

export function askTcp(question: TcpQuestion): Promise<TcpHeard> {
  const { host, port, say, timeoutMs, maxBytes } = question;
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let connected = false;
    const socket = connect({ host, port });
    // Whoever stops the gateway does not wait for a camera that hangs.
    socket.unref();
    const end = (why: ProbeFailure | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why === undefined ? { ok: true, bytes } : { ok: false, why, bytes });
    };
    const timer = setTimeout(() => end(connected ? 'stalled' : 'no-connect'), timeoutMs);
    timer.unref();
    socket.on('connect', () => {
      connected = true;
      if (say === undefined) end(undefined);
      else socket.write(say);
    });
    socket.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece.subarray(0, maxBytes - bytes.length)]);
      if (question.enough(bytes)) end(undefined);
      else if (bytes.length >= maxBytes) end('too-large');
    });
    socket.on('end', () => end('closed'));
    // Stays on after the end: a destroyed socket may still report the error that destroyed it.
    socket.on('error', (error) => end(failureOf(error, connected)));
  });
}
