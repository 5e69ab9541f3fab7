/** Changes one value of one entry of a list in a config file, and not a sign besides. */
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { endOfLine, rangeOf, startOfLine } from './append-lines.ts';

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
  return setEntryYaml(text, at, name, JSON.stringify(value));
}

/**
 * As setEntryText, of any value.
 * @param yaml in one line; what the entry has under that name is one, too, or a scalar
 */
export function setEntryYaml(text: string, at: EntryAt, name: string, yaml: string): string {
  const entry = entryOf(text, at);
  if (entry === undefined) return text;
  const known: unknown = entry.get(name, true);
  const isInline = isScalar(known) || (isMap(known) && known.flow === true);
  const range = isInline ? rangeOf(known) : undefined;
  if (range !== undefined) return spliced(text, range[0], range[1], yaml);
  const anchor = entry.get(at.key, true);
  if (!isScalar(anchor) || !anchor.range) return text;
  // In one line where the entry is one, else on a line of its own with the indentation of the key.
  const end = anchor.range[1];
  if (entry.flow) return spliced(text, end, end, `, ${name}: ${yaml}`);
  const keyStart = keyOf(entry, at.key)?.range?.[0] ?? end;
  const indent = ' '.repeat(keyStart - startOfLine(text, keyStart));
  const lineEnd = endOfLine(text, end);
  return spliced(text, lineEnd, lineEnd, `\n${indent}${name}: ${yaml}`);
}

/** The text without `name` in the entry; unchanged when it is not there. The key of `at` itself cannot be removed. */
export function removeEntryText(text: string, at: EntryAt, name: string): string {
  const entry = entryOf(text, at);
  const start = entry && keyOf(entry, name)?.range?.[0];
  const end = rangeOf(entry?.get(name, true))?.[1];
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
