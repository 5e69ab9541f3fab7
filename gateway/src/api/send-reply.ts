/** Writes a reply to express: JSON, text, nothing, or a problem document. */
import type { Response } from 'express';
import { problemOf, type Reply } from './reply.ts';

const requestIds = new WeakMap<object, string>();

/** Id of the request an answer belongs to: in its header, in problems, in the log. */
export function requestId(response: object): string {
  const known = requestIds.get(response) ?? crypto.randomUUID();
  requestIds.set(response, known);
  return known;
}

export function sendReply(response: Response, reply: Reply): void {
  // The connection may have gone, or a body parser may have answered already.
  if (response.headersSent) return;
  response.status(reply.status).set({ 'cache-control': 'no-store', ...reply.headers });
  if (reply.kind === 'failure') {
    response.type('application/problem+json').send(JSON.stringify(problemOf(reply, requestId(response))));
  } else if (reply.body === undefined) response.end();
  else if (reply.body instanceof Uint8Array) response.type('application/json').end(reply.body);
  else if (typeof reply.body === 'string') response.send(reply.body);
  else response.json(reply.body);
}
