/** One HTTP request with a bounded answer. The connection is gone when it resolves. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
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
  readonly maxBytes: number;
}

export type HttpHeard =
  | { readonly ok: true; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | { readonly ok: false; readonly why: ProbeFailure };

/** What cameras need of a client: their certificates are their own, and their headers are not always headers. */
export function openHttp(
  question: Omit<HttpQuestion, 'timeoutMs' | 'maxBytes'>,
  onResponse: (response: IncomingMessage) => void,
): ReturnType<typeof httpRequest> {
  const { host, port, method, path, headers = {}, body, tls = false } = question;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = {
    ...{ host, port, method, path, agent: false, insecureHTTPParser: true, maxHeaderSize: 16_384 },
    headers: { 'user-agent': 'houqin', connection: 'close', ...length, ...headers },
  };
  const sent = tls
    ? httpsRequest({ ...options, rejectUnauthorized: false }, onResponse)
    : httpRequest(options, onResponse);
  sent.end(body);
  return sent;
}

export async function askHttp(question: HttpQuestion): Promise<HttpHeard> {
  try {
    return await exchange(question);
  } catch {
    // Thrown before anything is sent: what an earlier answer asked for fits into no request.
    return { ok: false, why: 'wrong-answer' };
  }
}

function exchange(question: HttpQuestion): Promise<HttpHeard> {
  const { timeoutMs, maxBytes } = question;
  return new Promise((resolve) => {
    let connected = false;
    let length = 0;
    const pieces: Buffer[] = [];
    const sent = openHttp(question, (response) => {
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        pieces.push(piece);
        if (length > maxBytes) end({ ok: false, why: 'too-large' });
      });
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        end({ ok: true, status, headers, body: Buffer.concat(pieces) });
      });
      response.on('error', (error) => end({ ok: false, why: failureOf(error, true) }));
    });
    const end = (heard: HttpHeard): void => {
      clearTimeout(timer);
      sent.destroy();
      resolve(heard);
    };
    const timer = setTimeout(() => end({ ok: false, why: connected ? 'stalled' : 'no-connect' }), timeoutMs);
    // Whoever stops the gateway does not wait for a camera that hangs.
    timer.unref();
    sent.on('socket', (socket) => {
      socket.unref();
      socket.on('connect', () => {
        connected = true;
      });
    });
    sent.on('error', (error) => end({ ok: false, why: failureOf(error, connected) }));
  });
}
