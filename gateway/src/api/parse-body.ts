/** Bytes of a request to a value that fits its schema. Pure. */
import type { z } from 'zod';
import type { BodyRead } from './api-deps.ts';
import { fieldErrors } from './field-errors.ts';

/** Names that would reach an object's prototype have no business in a request. */
function refusePrototypeKeys(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype')
    throw new SyntaxError(`the name ${key} is not allowed`);
  return value;
}

/** A look at every value costs ten times the parsing, so it is had only where such a name may be in the text. */
const MAY_NAME_PROTOTYPE = /__proto__|constructor|prototype|\\u/;

/** @throws SyntaxError for what is no JSON object or list, and for names of prototypes; TypeError where it is not UTF-8 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (!/^\s*[[{]/.test(text)) throw new SyntaxError('no object and no list');
  return JSON.parse(text, MAY_NAME_PROTOTYPE.test(text) ? refusePrototypeKeys : undefined);
}

/** Parses and validates. */
export function parseBody(schema: z.ZodType, bytes: Uint8Array): BodyRead {
  let given: unknown;
  try {
    given = parseJson(bytes);
  } catch {
    return { kind: 'not-json' };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { kind: 'body', body: parsed.data };
  const { errors, errorCount } = fieldErrors(parsed.error);
  return { kind: 'invalid', errors: errors.map((one) => ({ ...one, path: inBody(one.path) })), errorCount };
}

const inBody = (path: string): string => (path === '' ? 'body' : `body.${path}`);
