/** Tells what a school wrote itself from what ships with the demo campus, entry by entry. */
import { createHash } from 'node:crypto';
import { isMap, isNode, isSeq, parseDocument } from 'yaml';
import { DEMO_FINGERPRINTS } from './demo-fingerprints.ts';
import { emptied } from './empty-campus.ts';

/** Same for the same content, however it is laid out and whatever the order of its keys. */
export function fingerprint(entry: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(entry)))
    .digest('hex')
    .slice(0, 12);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** Just as it ships: of a list an entry of it, of a file the whole. */
export function isShipped(entry: unknown): boolean {
  return DEMO_FINGERPRINTS.has(fingerprint(entry));
}

export interface Entry {
  readonly id: string;
  readonly value: unknown;
}

/** Entries of a list in a YAML file; none when there is no such list. */
export function entriesOf(text: string, key: string): Entry[] {
  const list: unknown = parseDocument(text).toJS()?.[key];
  return Array.isArray(list) ? list.map((value) => ({ id: String(value?.id ?? ''), value })) : [];
}

/** A whole file is as it ships. */
export function isShippedFile(text: string): boolean {
  return isShipped(parseDocument(text).toJS());
}

/** The file without some entries of a list and the comments that stand over them; every other byte stays. */
export function withoutEntries(text: string, key: string, isDropped: (value: unknown) => boolean): string {
  const document = parseDocument(text);
  const list = isMap(document.contents) ? document.contents.get(key, true) : undefined;
  if (!isSeq(list)) return text;
  const gone = list.items.filter((item) => isNode(item) && isDropped(item.toJS(document)));
  if (gone.length === 0) return text;
  if (gone.length === list.items.length) return emptied(text, key);
  const lines = text.split('\n');
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  const dropped = new Set<number>();
  for (const item of gone) {
    const [from = 0, to = from] = (isNode(item) && item.range) || [];
    const first = lineAt(from);
    for (let line = first; line <= lineAt(Math.max(from, to - 1)); line += 1) dropped.add(line);
    for (let line = first - 1; lines[line]?.trim().startsWith('#') === true; line -= 1) dropped.add(line);
  }
  return lines.filter((_, line) => !dropped.has(line)).join('\n');
}
