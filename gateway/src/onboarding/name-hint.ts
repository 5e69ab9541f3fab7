/** What was most likely meant by a name that nothing has. */
import type { Text } from '#contract/enums.ts';
import { nearestWord } from '../shared/nearest-word.ts';

/** A hint compares with every known name, and a list may hold thousands of rows. */
const MAX_HINTS = 100;
const MAX_NAMES = 3;

/**
 * The part of a sentence that follows what is wrong; empty where nothing is near.
 * @param kinds lists of names, those that people would rather read first
 */
export type NameHint = (text: string, kinds: readonly (readonly string[])[]) => Text;

/** @returns hints that are looked for once a word, and at most a hundred times */
export function createNameHint(): NameHint {
  const known = new Map<string, Text>();
  return (text, kinds) => {
    const key = `${kinds[0]?.length} ${kinds[0]?.[0]} ${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= MAX_HINTS) return NOTHING;
    const hint = hintOf(namesNear(text, kinds));
    known.set(key, hint);
    return hint;
  };
}

const NOTHING: Text = { zh: '', en: '' };

function hintOf(names: readonly string[]): Text {
  if (names.length === 0) return NOTHING;
  const [zh, en] = [names.map((name) => `“${name}”`).join('或'), names.map((name) => `“${name}”`).join(' or ')];
  return { zh: `；是不是${zh}？`, en: `; did you mean ${en}?` };
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s/／·._()（）[\]【】-]+/g, '');

/** Names that hold the word or stand in it, the shortest first; else the one that differs least. */
function namesNear(text: string, kinds: readonly (readonly string[])[]): readonly string[] {
  const word = plain(text);
  const isNear = (name: string): boolean => {
    const other = plain(name);
    return word.length > 1 && other.length > 1 && (other.includes(word) || word.includes(other));
  };
  const holding = kinds.map((names) => names.filter(isNear)).find((names) => names.length > 0);
  if (holding !== undefined) return [...new Set(holding)].sort((a, b) => a.length - b.length).slice(0, MAX_NAMES);
  const nearest = nearestWord(text, kinds.flat());
  return nearest === undefined ? [] : [nearest];
}
