/** Values under topic filters, found by topic. One node per level; `+` and `#` are levels like any other, but reach no `$…`. */
export interface TopicTree<T> {
  add(filter: string, value: T): void;
  remove(filter: string, value: T): void;
  /** Values of all filters that match, one that stands under two of them twice. */
  match(topic: string): T[];
}

interface Node<T> {
  readonly below: Map<string, Node<T>>;
  readonly values: Set<T>;
}

export function createTopicTree<T>(): TopicTree<T> {
  const root = node<T>();
  return {
    add(filter, value) {
      let at = root;
      for (const level of filter.split('/')) {
        const next = at.below.get(level) ?? node<T>();
        at.below.set(level, next);
        at = next;
      }
      at.values.add(value);
    },
    remove: (filter, value) => prune(root, filter.split('/'), 0, value),
    match(topic) {
      const found: T[] = [];
      if (!mayMatch(root, topic)) return found;
      const levels = topic.split('/');
      const [head = ''] = levels;
      if (!head.startsWith('$')) collect(root, levels, 0, found);
      else {
        // MQTT-4.7.2-1: a filter that starts with a wildcard does not match a topic that starts with `$`.
        const same = root.below.get(head);
        if (same) collect(same, levels, 1, found);
      }
      return found;
    },
  };
}

function node<T>(): Node<T> {
  return { below: new Map(), values: new Set() };
}

/** Most telemetry has no subscriber at all, which its first level already tells. */
function mayMatch<T>({ below }: Node<T>, topic: string): boolean {
  if (below.size === 0) return false;
  const end = topic.indexOf('/');
  return below.has('#') || below.has('+') || below.has(end < 0 ? topic : topic.slice(0, end));
}

function collect<T>(at: Node<T>, levels: readonly string[], depth: number, found: T[]): void {
  // `#` stands for no level too: `a/#` matches `a`.
  const rest = at.below.get('#');
  if (rest) found.push(...rest.values);
  const level = levels[depth];
  if (level === undefined) {
    found.push(...at.values);
    return;
  }
  const same = at.below.get(level);
  if (same) collect(same, levels, depth + 1, found);
  const any = at.below.get('+');
  if (any) collect(any, levels, depth + 1, found);
}

/** Removes the value and every node it leaves empty, so that short-lived subscriptions leave nothing behind. */
function prune<T>(at: Node<T>, levels: readonly string[], depth: number, value: T): void {
  const level = levels[depth];
  if (level === undefined) {
    at.values.delete(value);
    return;
  }
  const next = at.below.get(level);
  if (!next) return;
  prune(next, levels, depth + 1, value);
  if (next.below.size === 0 && next.values.size === 0) at.below.delete(level);
}
