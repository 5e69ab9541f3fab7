import { isSeq, parseDocument, stringify } from 'yaml';
import { appendLines } from './append-lines.ts';

/**
 * A config file with further entries at the end of one of its lists. All other lines stay as they are, comments and
 * blanks included; only a list that is still empty (`devices: []`) makes the file be written anew, comments kept.
 * @param text a file that parses
 * @param entries what has to be said; keys without a value are left out
 */
export function appendEntries(text: string, name: string, entries: readonly Record<string, unknown>[]): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const list = document.get(name, true);
  if (isSeq(list) && !list.flow && list.items.length > 0) return appendLines(text, list, entries.map(inline));
  const items = entries.map((entry) => document.createNode(said(entry), { flow: true }));
  const whole = document.createNode([...(isSeq(list) ? list.items : []), ...items]);
  if (isSeq(whole)) whole.flow = false;
  document.set(name, whole);
  return document.toString({ lineWidth: 0 });
}

const inline = (entry: Record<string, unknown>): string =>
  stringify(said(entry), { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();

const said = (entry: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
