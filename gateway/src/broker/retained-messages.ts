/**
 * Last messages kept for later subscribers, in memory and on the shelf, bounded for each login and in all. Where all room
 * is taken, the oldest messages of the login that has most give way to a login that has less.
 */
import type { CredentialKind } from '#contract/enums.ts';
import type { BrokerShelf, RetainedEntry } from '../shared/broker-shelf.ts';
import type { BrokerLimits } from './broker-options.ts';
import type { Message } from './message.ts';

export interface RetainOwner {
  readonly username: string;
  readonly kind: CredentialKind | 'gateway';
}

/** `large`: more than its topic may have. `full`: no room for this login. Either removes what was retained before. */
export type RetainVerdict = 'kept' | 'removed' | 'large' | 'full';

export interface RetainedMessages {
  /**
   * An empty payload removes what was retained.
   * @param mostBytes largest payload of the topic
   * @returns with `onDisk`: when the change is on disk
   */
  store(
    message: Message,
    owner: RetainOwner,
    mostBytes: number,
  ): { verdict: RetainVerdict; onDisk?: Promise<void> | undefined };
  /** A message that may not be retained ends what was retained on its topic: the old one is out of date. */
  remove(topic: string): Promise<void> | undefined;
  find(topic: string): Message | undefined;
  /** Topics with a retained message under a filter, found one by one; undefined now and then, where much is looked through. */
  topics(filter: string): Generator<string | undefined>;
  /** Lets go of what has expired. @param now epoch ms UTC */
  sweep(now: number): void;
  /** Tries again what could not be written. */
  retry(): void;
  load(entries: readonly RetainedEntry[]): void;
  readonly size: number;
  readonly bytes: number;
}

interface Kept {
  readonly message: Message;
  readonly owner: RetainOwner;
}

interface Usage {
  count: number;
  bytes: number;
}

const sizeOf = ({ topic, payload }: Message): number => topic.length + payload.length;

export function createRetainedMessages(
  limits: BrokerLimits,
  shelf: BrokerShelf | undefined,
  onDisplaced: (topic: string, owner: RetainOwner) => void,
): RetainedMessages {
  /** In the order in which they were sent last. */
  const kept = new Map<string, Kept>();
  const usages = new Map<string, Usage>();
  const index = createTopicIndex();
  /** Topics whose last change is not on disk. */
  const unsaved = new Set<string>();
  let bytes = 0;

  const usageOf = (username: string): Usage => usages.get(username) ?? { count: 0, bytes: 0 };
  const count = (username: string, by: number, size: number): void => {
    const { count, bytes: used } = usageOf(username);
    if (count + by <= 0) usages.delete(username);
    else usages.set(username, { count: count + by, bytes: used + size });
    bytes += size;
  };
  const forget = (topic: string): Kept | undefined => {
    const before = kept.get(topic);
    if (before === undefined) return undefined;
    kept.delete(topic);
    index.remove(topic);
    count(before.owner.username, -1, -sizeOf(before.message));
    return before;
  };
  /** The gateway tells everything anew when it starts: what it retains is not for the disk. */
  const isShelved = ({ kind }: RetainOwner): boolean => kind !== 'gateway';
  /** Brings the shelf to what is kept in memory; a change that fails is tried again by `retry`. */
  const save = (topic: string): Promise<void> | undefined => {
    const entry = kept.get(topic);
    const isThere = entry !== undefined && isShelved(entry.owner);
    const change = isThere ? shelf?.putRetained(shelfEntry(entry)) : shelf?.removeRetained(topic);
    return change?.catch((error: unknown) => {
      unsaved.add(topic);
      throw error;
    });
  };
  const drop = (topic: string): Promise<void> | undefined => {
    const before = forget(topic);
    return before && isShelved(before.owner) ? save(topic) : undefined;
  };
  const put = (message: Message, owner: RetainOwner): void => {
    kept.set(message.topic, { message, owner });
    index.add(message.topic);
    count(owner.username, 1, sizeOf(message));
  };
  const hasShare = (size: number, { username, kind }: RetainOwner): boolean => {
    if (kind === 'gateway') return true;
    const { count, bytes: used } = usageOf(username);
    const mostCount = kind === 'device' ? limits.retainedPerDevice : limits.retainedPerBridge;
    return count < mostCount && used + size <= limits.retainedLoginBytes;
  };
  const makeRoom = (size: number, { username }: RetainOwner): boolean => {
    while (kept.size >= limits.retainedTotal || bytes + size > limits.retainedTotalBytes) {
      const [largest, usage] = [...usages].reduce<[string, Usage]>(
        (most, one) => (one[1].bytes > most[1].bytes ? one : most),
        ['', { count: 0, bytes: 0 }],
      );
      if (largest === username || usage.bytes <= usageOf(username).bytes + size) return false;
      const oldest = [...kept].find(([, { owner }]) => owner.username === largest);
      if (oldest === undefined) return false;
      ignore(drop(oldest[0]));
      onDisplaced(oldest[0], oldest[1].owner);
    }
    return true;
  };

  return {
    get size() {
      return kept.size;
    },
    get bytes() {
      return bytes;
    },
    store(message, owner, mostBytes) {
      const before = forget(message.topic);
      const size = sizeOf(message);
      const verdict =
        message.payload.length === 0
          ? 'removed'
          : message.payload.length > mostBytes
            ? 'large'
            : hasShare(size, owner) && makeRoom(size, owner)
              ? 'kept'
              : 'full';
      if (verdict === 'kept') put(message, owner);
      const isOnShelf = (before !== undefined && isShelved(before.owner)) || (verdict === 'kept' && isShelved(owner));
      return { verdict, onDisk: isOnShelf ? save(message.topic) : undefined };
    },
    remove: drop,
    find: (topic) => kept.get(topic)?.message,
    topics: index.topics,
    sweep(now) {
      for (const [topic, { message }] of [...kept]) if ((message.expiresAt ?? Infinity) <= now) ignore(drop(topic));
    },
    retry() {
      const again = [...unsaved];
      unsaved.clear();
      for (const topic of again) ignore(save(topic));
    },
    load(entries) {
      for (const { owner, ownerKind, ...message } of entries) {
        put({ ...message, retain: true }, { username: owner, kind: ownerKind });
      }
    },
  };
}

function shelfEntry({ message, owner }: Kept): RetainedEntry {
  const { topic, payload, qos, properties, expiresAt } = message;
  return { topic, payload, qos, properties, expiresAt, owner: owner.username, ownerKind: owner.kind };
}

/** What failed is noted where it is tried again. */
function ignore(change: Promise<void> | undefined): void {
  change?.catch(() => {});
}

interface Level {
  readonly below: Map<string, Level>;
  isTopic: boolean;
}

const level = (): Level => ({ below: new Map(), isTopic: false });

/** Topics found by filter: the other way round than a tree of subscriptions. */
function createTopicIndex() {
  const root = level();
  return {
    add(topic: string): void {
      let at = root;
      for (const name of topic.split('/')) {
        const next = at.below.get(name) ?? level();
        at.below.set(name, next);
        at = next;
      }
      at.isTopic = true;
    },
    remove(topic: string): void {
      prune(root, topic.split('/'), 0);
    },
    topics: (filter: string): Generator<string | undefined> => walk(root, filter.split('/'), 0, ''),
  };
}

function prune(at: Level, names: readonly string[], depth: number): void {
  const name = names[depth];
  if (name === undefined) {
    at.isTopic = false;
    return;
  }
  const next = at.below.get(name);
  if (next === undefined) return;
  prune(next, names, depth + 1);
  if (next.below.size === 0 && !next.isTopic) at.below.delete(name);
}

/** Each step either finds a topic or yields undefined, so that whoever walks can stop after any of them. */
function* walk(at: Level, filter: readonly string[], depth: number, path: string): Generator<string | undefined> {
  yield undefined;
  const name = filter[depth];
  if (name === undefined) {
    if (at.isTopic) yield path;
    return;
  }
  const below = (own: string): string => (depth === 0 ? own : `${path}/${own}`);
  if (name !== '#' && name !== '+') {
    const next = at.below.get(name);
    if (next) yield* walk(next, filter, depth + 1, below(name));
  } else if (name === '+') {
    for (const [own, next] of at.below)
      if (depth > 0 || !own.startsWith('$')) yield* walk(next, filter, depth + 1, below(own));
  } else yield* all(at, path, depth);
}

/** `#` stands for no level too: `a/#` matches `a`. MQTT-4.7.2-1: a leading wildcard matches nothing that begins with `$`. */
function* all(at: Level, path: string, depth: number): Generator<string | undefined> {
  yield at.isTopic ? path : undefined;
  for (const [own, next] of at.below) {
    if (depth > 0 || !own.startsWith('$')) yield* all(next, depth === 0 ? own : `${path}/${own}`, depth + 1);
  }
}
