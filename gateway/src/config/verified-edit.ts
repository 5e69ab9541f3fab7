import { isDeepStrictEqual } from 'node:util';
import { type Document, isCollection, parseDocument, visit } from 'yaml';

/** Looking for keys that stand twice takes time that grows with the square of the file; the check of the file does it. */
export const readDocument = (text: string): Document.Parsed => parseDocument(text, { uniqueKeys: false });

export type Edited =
  | { readonly kind: 'edited'; readonly text: string }
  /** A value carries a YAML anchor that an alias elsewhere repeats: changed, it would change there as well. */
  | { readonly kind: 'shared'; readonly settings: readonly string[] };

/** The value at a path of keys and positions; undefined takes it away, and a list closes up. */
export interface Change {
  readonly path: readonly [string, ...(string | number)[]];
  readonly value: unknown;
}

class SharedValue extends Error {}

/** @param setting what is named when the edit would change more than it is meant to */
export function editedUnlessShared(setting: string, edit: () => string): Edited {
  try {
    return { kind: 'edited', text: edit() };
  } catch (error) {
    if (error instanceof SharedValue) return { kind: 'shared', settings: [setting] };
    throw error;
  }
}

/**
 * The splice when it says exactly what the changes say, else the whole file as the library writes it. What reads
 * differently in any other place, such as one that repeats the changed value by an alias, is never returned.
 * @throws what {@link editedUnlessShared} catches
 */
export function verified(text: string, splice: string, changes: readonly Change[]): string {
  const document = readDocument(text);
  const before = plainOf(document);
  // It is refused as a whole when it is written, with the line.
  if (before === undefined) return splice;
  const expected = changes.reduce((so, { path, value }) => withValue(so, path, value), before.value);
  const isExpected = (found: Document.Parsed): boolean => isDeepStrictEqual(plainOf(found)?.value, expected);
  if (isExpected(readDocument(splice))) return splice;
  for (const { path, value } of changes) setOrDelete(document, path, value, expected);
  if (!isExpected(document) && hasAlias(document)) throw new SharedValue();
  // Without an alias only a key that stands twice is left, which the check of the file refuses with its line.
  return document.toString({ lineWidth: 0 });
}

/** Undefined when the text is no YAML, or an alias in it repeats what is not there. */
function plainOf(document: Document.Parsed): { readonly value: unknown } | undefined {
  if (document.errors.length > 0) return undefined;
  try {
    return { value: document.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** A copy along the path: values that aliases share stay as they are elsewhere. */
function withValue(plain: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(plain) || typeof key === 'number') {
    const list: unknown[] = Array.isArray(plain) ? plain : [];
    const next = withValue(list[Number(key)], rest, value);
    return next === undefined ? list.toSpliced(Number(key), 1) : list.toSpliced(Number(key), 1, next);
  }
  const { [key]: old, ...others } = Object(plain);
  const next = withValue(old, rest, value);
  return next === undefined ? others : { ...others, [key]: next };
}

/** Where the path leads through an alias, or an empty value, what stands there is written out as a whole. */
function setOrDelete(document: Document.Parsed, path: Change['path'], value: unknown, expected: unknown): void {
  const lengths = path.map((_, n) => n + 1);
  const end = lengths.find((n) => n === path.length || !isCollection(document.getIn(path.slice(0, n), true)));
  const at = path.slice(0, end);
  const written = at.length === path.length ? value : at.reduce<unknown>((so, key) => Object(so)[key], expected);
  if (written === undefined) document.deleteIn(at);
  else document.setIn(at, document.createNode(written, { flow: at.length > 1 }));
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
