/** Bytes of a request to a value that fits its schema. Pure. */
import type { z } from 'zod';
import type { BodyRead } from './api-deps.ts';
import { fieldErrors } from './field-errors.ts';

/** Names that would reach an object's prototype have no business in a request. */
export function refusePrototypeKeys(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype')
    throw new SyntaxError(`the name ${key} is not allowed`);
  return value;
}

export function parseBody(schema: z.ZodType, bytes: Uint8Array): BodyRead {
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), refusePrototypeKeys);
  } catch {
    return { kind: 'not-json' };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { kind: 'body', body: parsed.data };
  const { errors, errorCount } = fieldErrors(parsed.error);
  return { kind: 'invalid', errors: errors.map((one) => ({ ...one, path: inBody(one.path) })), errorCount };
}

const inBody = (path: string): string => (path === '' ? 'body' : `body.${path}`);
