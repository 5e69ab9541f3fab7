/** A message nobody knows, laid out for a person: every single value in it, with the path a profile would write. */

import { parseNearJson } from '../shared/near-json.ts';
import { stepOf } from '../shared/path-step.ts';
import { markedEncoding, withoutEnds } from '../shared/plain-text.ts';

export type Scalar = string | number | boolean | null;

export interface ScalarField {
  /** As a profile's `path` writes it; `.` for a payload that is one value. */
  readonly path: string;
  /** Keys from the outside in; a number is a place in a list. */
  readonly keys: readonly (string | number)[];
  readonly value: Scalar;
  /** Values that stand beside it in the same object. */
  readonly beside: Readonly<Record<string, Scalar>>;
}

export interface ReadMessage {
  readonly decode: 'json' | 'text' | 'number' | 'binary';
  readonly fields: readonly ScalarField[];
}

const MAX_FIELDS = 300;
const MAX_DEPTH = 12;
/** Of a long list its first members say what the others are. */
const MAX_ITEMS = 8;
const MAX_PATH = 256;
const MAX_SAMPLE = 200;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

export function readMessage(payload: Uint8Array): ReadMessage {
  const text = printable(payload)?.trim();
  if (text === undefined) return { decode: 'binary', fields: [] };
  const value = nearJson(text);
  if (typeof value === 'object' && value !== null) {
    const fields: ScalarField[] = [];
    walk(value, [], '', {}, fields);
    return { decode: 'json', fields };
  }
  if (text === '') return { decode: 'text', fields: [] };
  // `nan`: a number that is not known now.
  if (value === null && text !== 'null') return { decode: 'number', fields: [whole(null)] };
  if (NUMBER.test(text)) return { decode: 'number', fields: [whole(Number(text))] };
  return typeof value === 'string'
    ? { decode: 'json', fields: [whole(short(value))] }
    : { decode: 'text', fields: [whole(short(text))] };
}

/** The text of a payload without what `plainText` leaves out; undefined when it is neither UTF-8 nor marked UTF-16 or holds what cannot be printed. */
export function printable(payload: Uint8Array): string | undefined {
  try {
    const encoding = markedEncoding(payload) ?? 'utf-8';
    const text = withoutEnds(new TextDecoder(encoding, { fatal: true }).decode(payload));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    return /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

const whole = (value: Scalar): ScalarField => ({ path: '.', keys: [], value, beside: {} });
const short = (text: string): string => text.slice(0, MAX_SAMPLE);

/** The document of a text, however nearly it is JSON; undefined when it is none. */
export function nearJson(text: string): unknown {
  const read = parseNearJson(text);
  return read.ok ? read.value : undefined;
}

function walk(
  value: unknown,
  keys: readonly (string | number)[],
  path: string,
  beside: Readonly<Record<string, Scalar>>,
  fields: ScalarField[],
): void {
  if (fields.length >= MAX_FIELDS || keys.length > MAX_DEPTH || path.length > MAX_PATH) return;
  if (Array.isArray(value)) {
    for (const [n, item] of value.slice(0, MAX_ITEMS).entries())
      walk(item, [...keys, n], `${path}[${n}]`, beside, fields);
    return;
  }
  if (isScalar(value)) {
    fields.push({ path, keys, value: typeof value === 'string' ? short(value) : value, beside });
    return;
  }
  const members = Object.entries(value ?? {});
  const scalars = Object.fromEntries(members.filter((member): member is [string, Scalar] => isScalar(member[1])));
  for (const [key, member] of members) {
    const step = stepOf(key);
    const next = step.startsWith('[') || path === '' ? `${path}${step}` : `${path}.${step}`;
    walk(member, [...keys, key], next, scalars, fields);
  }
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
