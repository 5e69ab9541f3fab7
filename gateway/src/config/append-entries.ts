import { isAlias, isMap, isSeq, stringify, type YAMLSeq } from 'yaml';
import { appendLines, endOfLine, rangeOf } from './append-lines.ts';
import { keepLineEnds } from './keep-line-ends.ts';
import { readDocument, verified } from './verified-edit.ts';

/**
 * A config file with further entries at the end of one of its lists; a list that is not there comes at the end of the
 * file. All other lines stay as they are, comments and blanks included.
 * @param text a file that parses
 * @param entries what has to be said; keys without a value are left out
 */
export function appendEntries(text: string, name: string, entries: readonly object[]): string {
  return keepLineEnds(text, (plain) => {
    const length = lengthOf(plain, name);
    const changes = entries.map((entry, n) => ({ path: [name, length + n] as const, value: said(entry) }));
    return verified(plain, spliced(plain, name, entries.map(inline)), changes);
  });
}

function lengthOf(text: string, name: string): number {
  const document = readDocument(text);
  const list = document.get(name, true);
  const items = isAlias(list) ? list.resolve(document) : list;
  return isSeq(items) ? items.items.length : 0;
}

function spliced(text: string, name: string, entries: readonly string[]): string {
  const { contents } = readDocument(text);
  const list = isMap(contents) ? contents.get(name, true) : undefined;
  const lines = entries.map((entry) => `\n  - ${entry}`).join('');
  if (list === undefined) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${name}:${lines}\n`;
  if (isSeq(list) && list.items.length > 0)
    return list.flow ? beforeBracket(text, list, entries) : appendLines(text, list, entries);
  const [from, to] = rangeOf(list) ?? [0, 0];
  if (to === 0) return text;
  // What stands inside the brackets can only be comments.
  const inside = text.slice(from + 1, to - 1).split('\n');
  const comments = inside.flatMap((line) => (line.trim().startsWith('#') ? [`\n  ${line.trim()}`] : [])).join('');
  const end = endOfLine(text, to);
  return `${text.slice(0, from).trimEnd()}${text.slice(to, end)}${comments}${lines}${text.slice(end)}`;
}

function beforeBracket(text: string, list: YAMLSeq, entries: readonly string[]): string {
  const end = rangeOf(list.items.at(-1))?.[1] ?? 0;
  return `${text.slice(0, end)}${entries.map((entry) => `, ${entry}`).join('')}${text.slice(end)}`;
}

const inline = (entry: object): string => stringify(said(entry), { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();

const said = (entry: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
