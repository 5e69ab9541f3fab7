/** Bytes to a document, within bounds: depth, members of an object, and no key that could reach a prototype. */
import { quantityIn } from '#contract/units.ts';
import { parseNearJson, parseRefused } from '../shared/near-json.ts';
import { bareWord, markedEncoding, plainText } from '../shared/plain-text.ts';

import { isUnknownWord } from '../shared/unknown-words.ts';
import type { Fault } from './run.ts';

export type Read =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Members that were left out, told by name. */
      readonly faults?: readonly Fault[];
    }
  | { readonly ok: false; readonly detail: string };

const MAX_DEPTH = 16;
/** Names by which a careless write reaches what all objects share. Such a member is left out; the others are read. */
const POISON = new Set(['__proto__', 'constructor', 'prototype']);

/** `payload.toString()` first: JSON.parse on a Buffer converts it twice. */
export function readJson(payload: Buffer, maxKeys: number): Read {
  const text = payload.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const plain = plainText(payload);
    const near = plain === text ? parseRefused(text, error) : parseNearJson(plain);
    if (!near.ok) return near;
    value = near.value;
  }
  const left = new Set<string>();
  const fault = findFault(value, maxKeys, MAX_DEPTH, left);
  if (fault !== undefined) return { ok: false, detail: fault };
  return left.size === 0 ? { ok: true, value } : { ok: true, value, faults: [...left].map(leftOut) };
}

const leftOut = (name: string): Fault => ({
  reason: 'bad-value',
  detail: `a member named ${name} is left out: the name is reserved, give the value another`,
  address: undefined,
  byDevice: true,
});

/** Members whose text is JSON itself, in the place of their text; what is no text stays as it is. */
export function unpacked(document: unknown, members: readonly string[], maxKeys: number): Read {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { ok: true, value: document };
  const opened: Record<string, unknown> = { ...document };
  const faults: Fault[] = [];
  for (const member of members) {
    const text = opened[member];
    if (typeof text !== 'string' || text.trim() === '') continue;
    const inner = readJson(Buffer.from(text), maxKeys);
    if (!inner.ok) return { ok: false, detail: `${member}: ${inner.detail}` };
    opened[member] = inner.value;
    faults.push(...(inner.faults ?? []));
  }
  return { ok: true, value: opened, ...(faults.length > 0 && { faults }) };
}

/** The text of a payload, without what stands around it: white space, a byte order mark, the NULs of a C string. */
export function textOf(payload: Buffer): string {
  return plainText(payload).trim();
}

export function readText(payload: Buffer): Read {
  return { ok: true, value: textOf(payload) };
}

export function readNumber(payload: Buffer): Read {
  const text = textOf(payload);
  const value = toNumber(text);
  if (value !== undefined) return { ok: true, value };
  // What its unit makes of it is the business of whoever knows the metric.
  if (quantityIn(text) !== undefined) return { ok: true, value: text };
  const bare = parseNearJson(text);
  return isUnknown(text) || (bare.ok && bare.value === null)
    ? { ok: true, value: null }
    : { ok: false, detail: `not a number: ${excerpt(text)}` };
}

/** v1 of several bridges sent a bare word where v2 sends an object. */
export function readJsonOrText(payload: Buffer, maxKeys: number): Read {
  const isMarked = markedEncoding(payload) !== undefined;
  const first = isMarked ? textOf(payload).charCodeAt(0) : payload.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b ? readJson(payload, maxKeys) : readText(payload);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** A number a device wrote, as a number or as text; undefined for anything else, and never a non-finite one. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.length > 64 || !DECIMAL.test(value)) return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** A number that is none, as C libraries print it. */
const NO_NUMBER = /^[+-]?(?:nan(?:\(\w{0,16}\))?|1\.#(?:qnan|snan|ind)0{0,8})$/;

/** Words by which devices say that they do not know; never a zero. */
export function isUnknown(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'string' || value.length > 64) return false;
  const word = bareWord(value).toLowerCase();
  return isUnknownWord(word) || NO_NUMBER.test(word);
}

/** A text in which no value can stand: no number, with or without a unit, and no JSON. */
export function isWords(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const text = value.trim();
  if (text.startsWith('{') || toNumber(text) !== undefined || quantityIn(text) !== undefined) return false;
  if (!text.startsWith('[')) return true;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** A short printable form for people who look at the quarantine. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** @param left takes the names of members that were taken out */
function findFault(value: unknown, maxKeys: number, depth: number, left: Set<string>): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `nested deeper than ${MAX_DEPTH}`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const fault = findFault(item, maxKeys, depth - 1, left);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members);
  if (keys.length > maxKeys) return `an object with more than ${maxKeys} members`;
  for (const key of keys) {
    if (POISON.has(key)) {
      left.add(key);
      Reflect.deleteProperty(members, key);
      continue;
    }
    const member = members[key];
    if (typeof member !== 'object') continue;
    const fault = findFault(member, maxKeys, depth - 1, left);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
