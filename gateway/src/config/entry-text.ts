/** Changes one value of one entry of a list in a config file, and not a sign besides. */
import { isMap, isScalar, isSeq, parseDocument, stringify, type YAMLMap } from 'yaml';
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
  const known = entry.get(name, true);
  const range = rangeOf(known);
  if (range !== undefined && isInline(known)) return spliced(text, range[0], range[1], written);
  if (range !== undefined) {
    const keyEnd = keyOf(entry, name)?.range?.[1] ?? range[0];
    const colon = text.indexOf(':', keyEnd);
    return spliced(text, colon + 1, endOfEntry(known) + 1, ` ${written}`);
  }
  const anchor = entry.get(at.key, true);
  if (!isScalar(anchor) || !anchor.range) return text;
  // In one line where the entry is one, else on a line of its own with the indentation of the key.
  const end = anchor.range[1];
  if (entry.flow) return spliced(text, end, end, `, ${name}: ${written}`);
  const keyStart = keyOf(entry, at.key)?.range?.[0] ?? end;
  const indent = ' '.repeat(keyStart - startOfLine(text, keyStart));
  const lineEnd = endOfLine(text, end);
  return spliced(text, lineEnd, lineEnd, `\n${indent}${name}: ${written}`);
}

/** A value as it is written in one line, also between others of a flow map. */
export function inlineValue(value: unknown): string {
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim();
}

/** The text without `name` in the entry; unchanged when it is not there. The key of `at` itself cannot be removed. */
export function removeEntryText(text: string, at: EntryAt, name: string): string {
  const entry = entryOf(text, at);
  const start = entry && keyOf(entry, name)?.range?.[0];
  const value = entry?.get(name, true);
  const end = isInline(value) ? rangeOf(value)?.[1] : value === undefined ? undefined : endOfEntry(value) + 1;
  if (entry === undefined || start === undefined || end === undefined) return text;
  const before = text.slice(0, start);
  if (entry.flow) {
    const cut = before.replace(/,\s*$/, '');
    if (cut !== before) return `${cut}${text.slice(end)}`;
    return `${before}${text.slice(end).replace(/^\s*,\s*/, '')}`;
  }
  // The first key of the entry stands behind `- `: what follows takes its place.
  const isFirst = /-\s+$/.test(before.slice(startOfLine(text, start)));
  if (isFirst) return `${before}${text.slice(endOfLine(text, end)).replace(/^\s+/, '')}`;
  return `${text.slice(0, startOfLine(text, start))}${text.slice(endOfLine(text, end) + 1)}`;
}

/** Stands between two other values of one line, or may. */
const isInline = (value: unknown): boolean =>
  isScalar(value) || ((isMap(value) || isSeq(value)) && value.flow === true);

function entryOf(text: string, { list, key, value }: EntryAt): YAMLMap | undefined {
  const entries = parseDocument(text, { uniqueKeys: false }).get(list, true);
  return isSeq(entries)
    ? entries.items.find((item): item is YAMLMap => isMap(item) && item.get(key) === value)
    : undefined;
}

function keyOf(entry: YAMLMap, name: string) {
  const key = entry.items.find((item) => isScalar(item.key) && item.key.value === name)?.key;
  return isScalar(key) ? key : undefined;
}

const spliced = (text: string, from: number, to: number, by: string): string =>
  `${text.slice(0, from)}${by}${text.slice(to)}`;
