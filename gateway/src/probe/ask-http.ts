/** One HTTP request with a bounded answer. The connection is gone when it resolves. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CAMERA_TLS } from './camera-tls.ts';
import { type HttpAnswer, readHttpAnswer } from './http-answer.ts';
import { failureOf, type ProbeFailure } from './probe-answer.ts';

export interface HttpQuestion {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Connecting and the whole answer together, ms. */
  readonly timeoutMs: number;
  /** Of the answer, its head included. */
  readonly maxBytes: number;
  /** Whether what has come is enough, whatever the answer says of its length; lengths are often wrong. */
  enough?(answer: HttpAnswer): boolean;
}

export type HttpHeard =
  | (Omit<HttpAnswer, 'isWhole'> & {
      readonly ok: true;
      /** Of the machine that answered, as an IP address. */
      readonly address: string;
    })
  | { readonly ok: false; readonly why: ProbeFailure };

/** A length that was reached before the document ended counts characters: the rest is on its way. */
const REST_MS = 200;
const TLS_ALERT = 0x15;

/** @returns a value for whatever happens; `wants-tls` where the port speaks TLS only */
export async function askHttp(question: HttpQuestion): Promise<HttpHeard> {
  try {
    return await exchange(question);
  } catch {
    // Thrown before anything is sent: what an earlier answer asked for fits into no request.
    return { ok: false, why: 'wrong-answer' };
  }
}

function exchange(question: HttpQuestion): Promise<HttpHeard> {
  const { timeoutMs, maxBytes, enough } = question;
  const request = requestOf(question);
  return new Promise((resolve) => {
    let connected = false;
    let bytes: Buffer = Buffer.alloc(0);
    let rest: NodeJS.Timeout | undefined;
    const socket = openSocket(question, () => socket.write(request));
    // Whoever stops the gateway does not wait for a camera that hangs.
    socket.unref();
    const end = (heard: HttpHeard): void => {
      clearTimeout(timer);
      clearTimeout(rest);
      socket.destroy();
      resolve(heard);
    };
    const take = ({ status, headers, body }: HttpAnswer): void =>
      end({ ok: true, status, headers, body, address: socket.remoteAddress ?? '' });
    const judge = (): void => {
      const answer = readHttpAnswer(bytes);
      if (answer === 'foreign') end({ ok: false, why: bytes[0] === TLS_ALERT ? 'wants-tls' : 'wrong-answer' });
      else if (answer !== undefined && enough?.(answer) === true) take(answer);
      else if (bytes.length > maxBytes) end({ ok: false, why: 'too-large' });
      else if (answer?.isWhole !== true) return;
      else if (enough === undefined || answer.body.length === 0) take(answer);
      else rest ??= setTimeout(() => settle('closed'), REST_MS);
    };
    /** No more comes: what is there is the answer, unless it says itself that it is not whole. */
    const settle = (why: ProbeFailure): void => {
      const answer = readHttpAnswer(bytes);
      if (answer === undefined || answer === 'foreign' || answer.isWhole === false) end({ ok: false, why });
      else take(answer);
    };
    const timer = setTimeout(() => end({ ok: false, why: connected ? 'stalled' : 'no-connect' }), timeoutMs);
    timer.unref();
    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece.subarray(0, maxBytes + 1 - bytes.length)]);
      judge();
    });
    socket.on('end', () => settle('closed'));
    // Stays on after the end: a destroyed socket may still report the error that destroyed it.
    socket.on('error', (error) =>
      bytes.length > 0 ? settle('closed') : end({ ok: false, why: failureOf(error, connected) }),
    );
    socket.on('close', () => settle('closed'));
  });
}

function openSocket({ host, port, tls }: HttpQuestion, onOpen: () => void): Socket {
  if (tls !== true) return connect({ host, port }, onOpen);
  return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...CAMERA_TLS }, onOpen);
}

/** @throws where a header holds what no header can */
function requestOf({ method, path, host, port, tls, headers = {}, body = '' }: HttpQuestion): Buffer {
  const usual = port === (tls === true ? 443 : 80) ? '' : `:${port}`;
  const all: Record<string, string> = {
    host: `${isIP(host) === 6 ? `[${host}]` : host}${usual}`,
    ...{ 'user-agent': 'houqin', accept: '*/*', connection: 'close' },
    ...(method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Error(`no header: ${name}`);
    return `${name}: ${value}\r\n`;
  });
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
}
