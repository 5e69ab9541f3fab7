import { isMap, isSeq, type YAMLSeq } from 'yaml';

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
  const range = lastRange(entry);
  // The end is after the value; a step back stays on its line even where the value ends with a line break.
  return Math.max(0, (range?.[1] ?? 0) - 1);
}

/** Of the innermost last value: the range of what stands over several lines reaches over the comments behind it. */
function lastRange(value: unknown): Range | undefined {
  if (isMap(value) && !value.flow && value.items.length > 0) return lastRange(value.items.at(-1)?.value);
  if (isSeq(value) && !value.flow && value.items.length > 0) return lastRange(value.items.at(-1));
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
