/** Changes one value of one entry of a list in a config file, and not a sign besides. */
import { isMap, isScalar, isSeq, parseDocument, Scalar, stringify, type YAMLMap } from 'yaml';
import { endOfEntry, endOfLine, rangeOf, startOfLine } from './append-lines.ts';

/** The entry of the list `list` whose `key` is `value`. */
export interface EntryAt {
  readonly list: string;
  readonly key: string;
  readonly value: string;
}

/**
 * The text with `name: "text"` in the entry; after its key where the entry has none yet.
 * @param text a file that parses; returned unchanged when the entry is not in it
 */
export function setEntryText(text: string, at: EntryAt, name: string, value: string): string {
  return setEntryValue(text, at, name, JSON.stringify(value));
}

/**
 * The same for any value. A value over several lines is replaced as a whole, with the comments inside it.
 * @param written the value in one line, as it may stand in a flow map
 */
export function setEntryValue(text: string, at: EntryAt, name: string, written: string): string {
  const entry = entryOf(text, at);
  if (entry === undefined) return text;
  const known = withKnownValue(text, entry, name, written);
  if (known !== undefined) return known;
  const anchor = entry.get(at.key, true);
  if (!isScalar(anchor) || !anchor.range) return text;
  return withPair(text, entry, at.key, anchor.range[1], `${name}: ${written}`);
}

/** The text with another value of a key that the map has; undefined where it has none of that name. */
export function withKnownValue(text: string, map: YAMLMap, name: string, written: string): string | undefined {
  const key = keyOf(map, name);
  const value = map.get(name, true);
  const range = rangeOf(value);
  if (!key?.range || range === undefined) return undefined;
  if (isInline(value)) return spliced(text, range[0], range[1], written);
  const colon = text.indexOf(':', key.range[1]) + 1;
  const comment = /^[ \t]*#[^\n]*/.exec(text.slice(colon, range[0]))?.[0].trim();
  const end = endOfValue(text, value);
  return spliced(text, colon, end, ` ${written}${comment === undefined ? '' : ` ${comment}`}`);
}

/**
 * One member more, in one line where the map is one, else on a line of its own below the member `beside`.
 * @param end where the value of `beside` ends
 */
export function withPair(text: string, map: YAMLMap, beside: string, end: number, pair: string): string {
  if (map.flow) return spliced(text, end, end, `, ${pair}`);
  const keyStart = keyOf(map, beside)?.range?.[0] ?? end;
  const indent = ' '.repeat(keyStart - startOfLine(text, keyStart));
  const lineEnd = endOfLine(text, end);
  return spliced(text, lineEnd, lineEnd, `\n${indent}${pair}`);
}

/** A value as it is written in one line, also between others of a flow map. */
export function inlineValue(value: unknown): string {
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim();
}

/** The text without `name` in the entry; unchanged when it is not there. The key of `at` itself cannot be removed. */
export function removeEntryText(text: string, at: EntryAt, name: string): string {
  const entry = entryOf(text, at);
  const key = entry && keyOf(entry, name);
  if (entry === undefined || !key?.range) return text;
  const [start] = key.range;
  const end = endOfValue(text, entry.get(name, true));
  const before = text.slice(0, start);
  if (entry.flow) return withoutInline(text, start, end);
  // The first key of the entry stands behind `- `: what follows takes its place.
  const isFirst = /-\s+$/.test(before.slice(startOfLine(text, start)));
  if (isFirst) return `${before}${text.slice(endOfLine(text, end)).replace(/^\s+/, '')}`;
  return `${text.slice(0, startOfLine(text, start))}${text.slice(endOfLine(text, end) + 1)}`;
}

/** The text without a member of a list or map in brackets, and without one of the commas beside it. */
export function withoutInline(text: string, start: number, end: number): string {
  const before = text.slice(0, start);
  const cut = before.replace(/,\s*$/, '');
  if (cut !== before) return `${cut}${text.slice(end)}`;
  return `${before}${text.slice(end).replace(/^\s*,\s*/, '')}`;
}

/** Stands between two other values of one line, or may. */
const isInline = (value: unknown): boolean =>
  isScalar(value) ? !isBlockText(value) : (isMap(value) || isSeq(value)) && value.flow === true;

/** `|` or `>`, whose lines end with a line break. */
const isBlockText = (value: unknown): boolean =>
  isScalar(value) && (value.type === Scalar.BLOCK_LITERAL || value.type === Scalar.BLOCK_FOLDED);

/** Offset behind the last sign of a value, without the comments that follow it. */
export function endOfValue(text: string, value: unknown): number {
  const [, end] = rangeOf(value) ?? [0, 0];
  if (isBlockText(value)) return text.slice(0, end).trimEnd().length;
  return isInline(value) ? end : endOfEntry(value) + 1;
}

function entryOf(text: string, { list, key, value }: EntryAt): YAMLMap | undefined {
  const entries = parseDocument(text, { uniqueKeys: false }).get(list, true);
  return isSeq(entries)
    ? entries.items.find((item): item is YAMLMap => isMap(item) && item.get(key) === value)
    : undefined;
}

function keyOf(map: YAMLMap, name: string) {
  const key = map.items.find((item) => isScalar(item.key) && item.key.value === name)?.key;
  return isScalar(key) ? key : undefined;
}

const spliced = (text: string, from: number, to: number, by: string): string =>
  `${text.slice(0, from)}${by}${text.slice(to)}`;
