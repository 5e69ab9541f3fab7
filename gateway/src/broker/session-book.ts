/**
 * Every session that holds subscriptions or outlives its connection. Those of bridges and integrations may last, within
 * bounds that are fair: where room is short, the session that was away for longest gives way, of the login that has most.
 */
import type { BrokerShelf, QueuedEntry, SessionSubscription, ShelfContents } from '../shared/broker-shelf.ts';
import type { BrokerLimits } from './broker-options.ts';
import type { Counters } from './counters.ts';
import type { Grants } from './grants.ts';
import { createOutbox, type Entry, entryBytes, type Link, type Outbox } from './outbox.ts';
import { createTopicTree } from './topic-tree.ts';

export interface Target {
  readonly outbox: Outbox;
  readonly subscription: SessionSubscription;
}

export interface OpenRequest {
  readonly key: string;
  readonly username: string;
  readonly grants: Grants;
  /** Asks to outlive its connection, and its kind may. */
  readonly lasting: boolean;
  /** Wants the session of its last connection back. */
  readonly resume: boolean;
}

export interface SessionBook {
  /** `lasting: false` in the outbox although asked for: there is no room. */
  open(request: OpenRequest): { readonly outbox: Outbox; readonly present: boolean };
  /** Was the session there before its client came back? */
  isResumed(key: string): boolean;
  subscribe(outbox: Outbox, subscription: SessionSubscription): void;
  unsubscribe(outbox: Outbox, filter: string): void;
  match(topic: string): Target[];
  /** May the session receive this? By its connection's rights, or by those it had last. */
  mayReceive(outbox: Outbox, topic: string): boolean;
  /** One connection that had opened it is gone. @param keepMs how long the session waits for it to come back; 0: not at all */
  release(outbox: Outbox, link: Link | undefined, keepMs: number): void;
  /** The rights of a login have changed; undefined: it is gone, and its sessions with it. */
  revise(username: string, grants: Grants | undefined): void;
  /** Forgets sessions whose time is up. */
  sweep(): void;
  /** Tries again what could not be written. */
  retry(): void;
  load(contents: Pick<ShelfContents, 'sessions' | 'queued'>, grantsOf: (username: string) => Grants | undefined): void;
  /** Sessions that last. */
  readonly size: number;
}

export interface SessionBookSetup {
  readonly limits: BrokerLimits;
  readonly counters: Counters;
  /** Epoch ms UTC. */
  readonly now: () => number;
  readonly shelf: BrokerShelf | undefined;
  readonly onShelfFailure: (error: unknown) => void;
  /** A message of a session gave way to newer ones. */
  readonly onDisplaced: (outbox: Outbox, entry: Entry) => void;
}

interface Record {
  readonly outbox: Outbox;
  grants: Grants;
  resumed: boolean;
  /** Connections that opened it and are not gone yet: two while one takes over from the other. */
  holders: number;
  /** Epoch ms UTC; undefined: connected. */
  awaySince: number | undefined;
  expiresAt: number | undefined;
}

/** Longest a session waits for its client. */
export const LONGEST_ABSENCE_MS = 30 * 86_400_000;

export function createSessionBook(setup: SessionBookSetup): SessionBook {
  const { limits, counters, now, shelf } = setup;
  const records = new Map<string, Record>();
  const tree = createTopicTree<Target>();
  const targets = new Map<Outbox, Map<string, Target>>();
  /** Keys of sessions whose last change is not on disk, and of those whose queue there is not as it is. */
  const unsaved = new Set<string>();
  const unwritten = new Set<string>();
  let queuedBytes = 0;

  const save = ({ outbox, expiresAt }: Record): void => {
    if (!outbox.lasting) return;
    const { key, username } = outbox;
    const change = shelf?.putSession({ key, username, subscriptions: [...outbox.subscriptions.values()], expiresAt });
    change?.catch((error: unknown) => {
      unsaved.add(key);
      setup.onShelfFailure(error);
    });
  };
  const remove = (key: string): void => {
    shelf?.removeSession(key).catch((error: unknown) => {
      unsaved.add(key);
      setup.onShelfFailure(error);
    });
  };
  /** The whole session anew: what failed in between is in no order any more. */
  const rewrite = (record: Record): void => {
    const { outbox } = record;
    const { key } = outbox;
    const failed = (error: unknown): void => {
      unwritten.add(key);
      setup.onShelfFailure(error);
    };
    shelf?.removeSession(key).catch(failed);
    save(record);
    for (const entry of outbox.entries()) shelf?.enqueue(shelfEntry(key, entry)).catch(failed);
  };
  const lasting = (): Record[] => [...records.values()].filter(({ outbox }) => outbox.lasting);

  const create = ({ key, username, grants, lasting }: Omit<OpenRequest, 'resume'>): Record => {
    const isUnwritten = (error: unknown): void => {
      unwritten.add(key);
      setup.onShelfFailure(error);
    };
    const outbox = createOutbox({ key, username, lasting }, limits, {
      now,
      added(entry) {
        queuedBytes += entryBytes(entry);
      },
      queued(entry) {
        makeRoomForBytes();
        const change = outbox.lasting ? shelf?.enqueue(shelfEntry(key, entry)) : undefined;
        change?.catch(isUnwritten);
        return change;
      },
      gone(entry) {
        queuedBytes -= entryBytes(entry);
        if (outbox.lasting) shelf?.dequeue(key, [entry.number]).catch(isUnwritten);
      },
      displaced(entry) {
        counters.queueDropped += 1;
        setup.onDisplaced(outbox, entry);
      },
    });
    const record: Record = { outbox, grants, resumed: false, holders: 0, awaySince: undefined, expiresAt: undefined };
    records.set(key, record);
    return record;
  };
  const makeRoomForBytes = (): void => {
    while (queuedBytes > limits.queuedTotalBytes) {
      const largest = [...records.values()].reduce<Outbox | undefined>(
        (most, { outbox }) => (outbox.waitingBytes > (most?.waitingBytes ?? 0) ? outbox : most),
        undefined,
      );
      if (!largest?.displace()) return;
    }
  };
  const end = ({ outbox }: Record): void => {
    for (const target of targets.get(outbox)?.values() ?? []) tree.remove(target.subscription.filter, target);
    targets.delete(outbox);
    queuedBytes -= outbox.bytes;
    outbox.clear();
    if (records.get(outbox.key)?.outbox === outbox) records.delete(outbox.key);
    if (outbox.lasting) remove(outbox.key);
  };
  /** @returns whether one more of this login may last */
  const makeRoom = (username: string): boolean => {
    const all = lasting();
    const own = all.filter(({ outbox }) => outbox.username === username);
    if (own.length >= limits.sessionsPerLogin) return endOldest(own);
    return all.length < limits.persistentSessions || endOldest(ofLargest(all));
  };
  const endOldest = (among: readonly Record[]): boolean => {
    const away = among.filter(({ awaySince }) => awaySince !== undefined);
    const oldest = away.reduce<Record | undefined>(
      (first, one) => ((one.awaySince ?? 0) < (first?.awaySince ?? Infinity) ? one : first),
      undefined,
    );
    if (oldest === undefined) return false;
    counters.sessionsDropped += 1;
    end(oldest);
    return true;
  };

  return {
    get size() {
      return lasting().length;
    },
    open(request) {
      const before = records.get(request.key);
      const isOver = before?.awaySince !== undefined && (before.expiresAt ?? Infinity) <= now();
      if (before?.outbox.lasting && request.resume && !isOver) {
        Object.assign(before, { grants: request.grants, resumed: true, awaySince: undefined, expiresAt: undefined });
        before.holders += 1;
        before.outbox.lasting = request.lasting;
        if (request.lasting) save(before);
        else remove(request.key);
        return { outbox: before.outbox, present: true };
      }
      if (before) end(before);
      const record = create({ ...request, lasting: request.lasting && makeRoom(request.username) });
      record.holders = 1;
      save(record);
      return { outbox: record.outbox, present: false };
    },
    isResumed: (key) => records.get(key)?.resumed ?? false,
    subscribe(outbox, subscription) {
      const record = records.get(outbox.key);
      if (record?.outbox !== outbox) return;
      const own = targets.get(outbox) ?? new Map<string, Target>();
      targets.set(outbox, own);
      const before = own.get(subscription.filter);
      if (before) tree.remove(subscription.filter, before);
      const target = { outbox, subscription };
      own.set(subscription.filter, target);
      tree.add(subscription.filter, target);
      outbox.subscriptions.set(subscription.filter, subscription);
      save(record);
    },
    unsubscribe(outbox, filter) {
      const target = targets.get(outbox)?.get(filter);
      if (target) tree.remove(filter, target);
      targets.get(outbox)?.delete(filter);
      const record = records.get(outbox.key);
      if (outbox.subscriptions.delete(filter) && record?.outbox === outbox) save(record);
    },
    match: tree.match,
    mayReceive: ({ key }, topic) => records.get(key)?.grants.mayReceive(topic) ?? false,
    release(outbox, link, keepMs) {
      if (link !== undefined) outbox.detach(link);
      const record = records.get(outbox.key);
      if (record?.outbox !== outbox) return;
      record.holders -= 1;
      if (record.holders > 0) return;
      if (!outbox.lasting || keepMs <= 0) return end(record);
      record.awaySince = now();
      record.expiresAt = now() + Math.min(keepMs, LONGEST_ABSENCE_MS);
      save(record);
    },
    revise(username, grants) {
      for (const record of [...records.values()]) {
        if (record.outbox.username !== username) continue;
        if (grants === undefined) end(record);
        else record.grants = grants;
      }
    },
    retry() {
      const again = new Set([...unsaved, ...unwritten]);
      const queues = new Set(unwritten);
      unsaved.clear();
      unwritten.clear();
      for (const key of again) {
        const record = records.get(key);
        if (record === undefined || !record.outbox.lasting) remove(key);
        else if (queues.has(key)) rewrite(record);
        else save(record);
      }
    },
    sweep() {
      for (const record of lasting()) {
        if (record.awaySince !== undefined && (record.expiresAt ?? Infinity) <= now()) end(record);
      }
    },
    load({ sessions, queued }, grantsOf) {
      const known = new Set(sessions.map(({ key }) => key));
      const orphans = new Set(queued.map(({ key }) => key).filter((key) => !known.has(key)));
      for (const key of orphans) remove(key);
      for (const { key, username, subscriptions, expiresAt } of sessions) {
        const grants = grantsOf(username);
        if (grants === undefined || (expiresAt ?? Infinity) <= now()) {
          remove(key);
          continue;
        }
        const record = create({ key, username, grants, lasting: true });
        Object.assign(record, { awaySince: now(), expiresAt: expiresAt ?? now() + LONGEST_ABSENCE_MS });
        for (const subscription of subscriptions) this.subscribe(record.outbox, subscription);
        const own = queued.filter((entry) => entry.key === key);
        record.outbox.restore(own.map(outboxEntry));
      }
    },
  };
}

function ofLargest(all: readonly Record[]): Record[] {
  const byLogin = Map.groupBy(all, ({ outbox }) => outbox.username);
  return [...byLogin.values()].reduce((most, own) => (own.length > most.length ? own : most), []);
}

function shelfEntry(key: string, { message, number, qos, retain, identifiers }: Entry): QueuedEntry {
  const { topic, payload, properties, expiresAt } = message;
  return { key, number, topic, payload, qos, retain, identifiers, properties, expiresAt };
}

function outboxEntry({ number, topic, payload, qos, retain, identifiers, properties, expiresAt }: QueuedEntry) {
  const message = { topic, payload, qos, retain, properties, expiresAt };
  return { number, message, qos: qos === 2 ? 2 : 1, retain, identifiers: identifiers ?? [] } as const;
}
