/** An HTTP request whose answer goes on for as long as it likes. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpQuestion } from './ask-http.ts';
import { CAMERA_TLS } from './camera-tls.ts';

/** What cameras need of a client: their certificates are their own, and their headers are not always headers. */
export function openHttp(
  question: Pick<HttpQuestion, 'host' | 'port' | 'tls' | 'method' | 'path' | 'headers'>,
  onResponse: (response: IncomingMessage) => void,
): ReturnType<typeof httpRequest> {
  const { host, port, method, path, headers = {}, tls = false } = question;
  const options = {
    ...{ host, port, method, path, agent: false, insecureHTTPParser: true, maxHeaderSize: 16_384 },
    headers: { 'user-agent': 'houqin', connection: 'close', ...headers },
  };
  const sent = tls ? httpsRequest({ ...options, ...CAMERA_TLS }, onResponse) : httpRequest(options, onResponse);
  sent.end();
  return sent;
}
