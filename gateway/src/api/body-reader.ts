/** Reads the body of a request: a small one is parsed here, a large one on another thread. */
import express, { type Request, type Response } from 'express';
import type { BodyRead } from './api-deps.ts';
import { parseJson } from './parse-body.ts';
import type { Call, Route } from './route.ts';

/** What is parsed on the thread that answers. */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/** `given`: parsed, and still to be validated. */
export type Read = BodyRead | { readonly kind: 'given' | 'other-charset'; readonly body: unknown };
export type BodyReader = (request: Request, response: Response, call: Call) => Promise<Read>;

/** @param limit bytes; a body that is longer is refused with 413 */
export function bodyReader(route: Route, limit: number): BodyReader {
  const raw = express.raw({ limit, inflate: false, type: 'application/json' });
  const through = (request: Request, response: Response): Promise<void> =>
    new Promise((resolve, reject) => {
      raw(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
  return async (request, response, { deps, signal }) => {
    if (!isUtf8(request.headers['content-type'])) return { kind: 'other-charset', body: undefined };
    await through(request, response);
    const { body } = request;
    request.body = undefined;
    if (!(body instanceof Uint8Array) || body.length === 0) return { kind: 'given', body: undefined };
    // A view into a shared buffer would take the whole of it along.
    if (body.length > DEFAULT_BODY_BYTES)
      return deps.readBody({ route: `${route.method} ${route.path}`, bytes: new Uint8Array(body) }, signal);
    try {
      request.body = parseJson(body);
      return { kind: 'given', body: request.body };
    } catch {
      return { kind: 'not-json' };
    }
  };
}

function isUtf8(contentType: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
