/** Finds the patterns that may fit a topic without looking at the others: a tree of literal levels, last level first for `{x*}`. */
import type { Captures, TopicPattern } from './topic-pattern.ts';

export interface Match<T> {
  readonly item: T;
  readonly pattern: TopicPattern;
  readonly captures: Captures;
}

interface Node<T> {
  readonly literal: Map<string, Node<T>>;
  /** Below one level that is not literal. */
  single: Node<T> | undefined;
  readonly ends: Entry<T>[];
  /** Patterns with `{x*}` here, by their last level when that is literal; `undefined` for the others. */
  readonly multi: Map<string | undefined, Entry<T>[]>;
}
type Entry<T> = { readonly item: T; readonly pattern: TopicPattern };

export interface TopicIndex<T> {
  /** All fits, most specific first. */
  find(topic: string): readonly Match<T>[];
}

const MAX_LEVELS = 64;

export function createTopicIndex<T>(
  entries: readonly { readonly item: T; readonly pattern: TopicPattern }[],
): TopicIndex<T> {
  const root = emptyNode<T>();
  for (const entry of entries) insert(root, entry);
  return { find: (topic) => search(root, topic.split('/')) };
}

function emptyNode<T>(): Node<T> {
  return { literal: new Map(), single: undefined, ends: [], multi: new Map() };
}

function insert<T>(root: Node<T>, entry: Entry<T>): void {
  let node = root;
  for (const level of entry.pattern.levels) {
    if (level.multi !== undefined) {
      const last = entry.pattern.levels.at(-1)?.literal;
      node.multi.set(last, [...(node.multi.get(last) ?? []), entry]);
      return;
    }
    const next: Node<T> =
      (level.literal === undefined ? node.single : node.literal.get(level.literal)) ?? emptyNode<T>();
    if (level.literal === undefined) node.single = next;
    else node.literal.set(level.literal, next);
    node = next;
  }
  node.ends.push(entry);
}

function search<T>(root: Node<T>, topic: readonly string[]): readonly Match<T>[] {
  if (topic.length > MAX_LEVELS) return [];
  const found: Match<T>[] = [];
  const keep = (candidates: readonly Entry<T>[] | undefined): void => {
    for (const { item, pattern } of candidates ?? []) {
      const captures = pattern.match(topic);
      if (captures !== undefined) found.push({ item, pattern, captures });
    }
  };
  const last = topic.at(-1);
  let nodes: Node<T>[] = [root];
  for (const [depth, level] of topic.entries()) {
    const below: Node<T>[] = [];
    for (const node of nodes) {
      keep(node.multi.get(last));
      keep(node.multi.get(undefined));
      const literal = node.literal.get(level);
      if (literal !== undefined) below.push(literal);
      if (node.single !== undefined) below.push(node.single);
    }
    nodes = below;
    if (nodes.length === 0) break;
    if (depth === topic.length - 1) for (const node of nodes) keep(node.ends);
  }
  return found.sort((a, b) => (a.pattern.rank < b.pattern.rank ? -1 : a.pattern.rank > b.pattern.rank ? 1 : 0));
}
