/** Writes a reply to express: JSON, text, nothing, or a problem: as a document for programs, as a page for people. */
import type { Response } from 'express';
import { problemPage } from './problem-page.ts';
import { type Failure, problemOf, type Reply } from './reply.ts';
import { nonceOf } from './security-headers.ts';

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
  if (reply.kind === 'failure') sendProblem(response, reply);
  else if (reply.body === undefined) response.end();
  else if (reply.body instanceof Uint8Array) response.type('application/json').end(reply.body);
  else if (typeof reply.body === 'string') response.send(reply.body);
  else response.json(reply.body);
}

/** A browser that opens an address asks for a page; everything else takes any answer and gets the document. */
function sendProblem(response: Response, failure: Failure): void {
  const id = requestId(response);
  response.vary('accept');
  if (response.req.accepts(['json', 'html']) === 'html') {
    response.type('html').send(problemPage(failure, nonceOf(response), id));
  } else response.type('application/problem+json').send(JSON.stringify(problemOf(failure, id)));
}
