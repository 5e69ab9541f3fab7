/** Reads the body of a request: a small one here, a large one on another thread. */
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { BodyRead } from './api-deps.ts';
import { refusePrototypeKeys } from './parse-body.ts';
import type { Call, Route } from './route.ts';

/** What is parsed on the thread that answers. */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/** `given`: parsed, and still to be validated. */
export type Read = BodyRead | { readonly kind: 'given'; readonly body: unknown };
export type BodyReader = (request: Request, response: Response, call: Call) => Promise<Read>;

/** @param limit bytes; a body that is longer is refused with 413 */
export function bodyReader(route: Route, limit: number): BodyReader {
  const small = express.json({ limit, inflate: false, reviver: refusePrototypeKeys });
  const large = express.raw({ limit, inflate: false, type: 'application/json' });
  return async (request, response, { deps, signal }) => {
    // Without a length it may become large, and it is known to be small too late.
    const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
    if (length <= DEFAULT_BODY_BYTES || limit <= DEFAULT_BODY_BYTES) {
      await through(small, request, response);
      return { kind: 'given', body: request.body };
    }
    await through(large, request, response);
    const { body } = request;
    if (!(body instanceof Uint8Array)) return { kind: 'given', body: undefined };
    // A view into a shared buffer would take the whole of it along.
    return deps.readBody({ route: `${route.method} ${route.path}`, bytes: new Uint8Array(body) }, signal);
  };
}

function through(parse: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}
