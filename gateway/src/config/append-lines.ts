import { isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';

/**
 * The text with further entries after the line on which the last one of `list` ends. All other lines stay as they are.
 * @param list a list of `text`, over several lines, that has entries
 * @param entries each in one line, without the leading `- `
 */
export function appendLines(text: string, list: YAMLSeq, entries: readonly string[]): string {
  const at = endOfLine(text, endOfEntry(list.items.at(-1)));
  const first = list.range?.[0] ?? 0;
  const indent = ' '.repeat(first - startOfLine(text, first));
  return `${text.slice(0, at)}${entries.map((entry) => `\n${indent}- ${entry}`).join('')}${text.slice(at)}`;
}

export function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line ends, without its line break. */
export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** Offset of the last sign of an entry, without the comments that follow it. */
export function endOfEntry(entry: unknown): number {
  const range = isMap(entry) && !entry.flow ? lastValueRange(entry) : rangeOf(entry);
  // The end is after the value; a step back stays on its line even where the value ends with a line break.
  return Math.max(0, (range?.[1] ?? 0) - 1);
}

function lastValueRange(map: YAMLMap): Range | undefined {
  const value = map.items.at(-1)?.value;
  if (isMap(value) && !value.flow) return lastValueRange(value);
  if (isSeq(value) && !value.flow) return rangeOf(value.items.at(-1));
  return rangeOf(value);
}

type Range = readonly [number, number, number];

export function rangeOf(node: unknown): Range | undefined {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  if (!Array.isArray(range)) return undefined;
  const [start, end, next]: unknown[] = range;
  return typeof start === 'number' && typeof end === 'number' && typeof next === 'number'
    ? [start, end, next]
    : undefined;
}
