/** Changes that wait for the next commit of broker.db, the newest of each entry, and which row stands for which entry. */
import type { ShelfWrite } from './shelf-calls.ts';
import type { ShelfKind, ShelfRow } from './shelf-row.ts';

/** One call that waits. Its promise is settled once. */
export interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

export interface Change {
  readonly kind: ShelfKind;
  readonly name: string;
  readonly number: number;
  /** Undefined: the entry goes. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

interface Pending extends Change {
  readonly waiters: Waiter[];
}

/** A queued message is found by session and number, everything else by its name. */
interface ByName<T> {
  readonly retained: Map<string, T>;
  readonly sessions: Map<string, T>;
  readonly queued: Map<string, Map<number, T>>;
}

const byName = <T>(): ByName<T> => ({ retained: new Map(), sessions: new Map(), queued: new Map() });

function found<T>(all: ByName<T>, { kind, name, number }: Omit<Change, 'body'>): T | undefined {
  return kind === 'queued' ? all.queued.get(name)?.get(number) : all[kind].get(name);
}

function put<T>(all: ByName<T>, { kind, name, number }: Omit<Change, 'body'>, value: T): void {
  if (kind !== 'queued') {
    all[kind].set(name, value);
    return;
  }
  const queue = all.queued.get(name) ?? new Map<number, T>();
  all.queued.set(name, queue.set(number, value));
}

function drop<T>(all: ByName<T>, { kind, name, number }: Omit<Change, 'body'>): void {
  if (kind !== 'queued') {
    all[kind].delete(name);
    return;
  }
  const queue = all.queued.get(name);
  queue?.delete(number);
  if (queue?.size === 0) all.queued.delete(name);
}

export interface Plan extends ShelfWrite {
  /** Calls whose changes this commit makes. */
  readonly waiters: readonly Waiter[];
  /** Calls that change nothing on disk: what they add was taken back before it got there. */
  readonly idle: readonly Waiter[];
  /** To be called once the commit is durable. */
  done(): void;
}

export interface ShelfLine {
  readonly empty: boolean;
  /** Changes and bytes that wait. */
  readonly changes: number;
  readonly bytes: number;
  add(change: Change, waiter: Waiter): void;
  /** The queue of a session goes, the messages included that wait to be added to it. */
  addClear(key: string, waiter: Waiter): void;
  /** Takes all that waits. Only one plan is under way at a time. */
  take(): Plan;
}

export function shelfLine(rows: readonly Omit<ShelfRow, 'body'>[]): ShelfLine {
  const ids = byName<number>();
  let nextId = 1;
  for (const row of rows) {
    put(ids, row, row.id);
    nextId = Math.max(nextId, row.id + 1);
  }
  let pending = byName<Pending>();
  /** Sessions whose whole queue on disk goes before what else is pending. */
  let cleared = new Map<string, Waiter[]>();
  let changes = 0;
  let bytes = 0;
  const forget = (change: Pending): void => {
    drop(pending, change);
    bytes -= change.body?.length ?? 0;
    changes -= 1;
  };

  return {
    get empty() {
      return changes === 0 && cleared.size === 0;
    },
    get changes() {
      return changes;
    },
    get bytes() {
      return bytes;
    },
    add(change, waiter) {
      const before = found(pending, change);
      if (before !== undefined) forget(before);
      const waiters = before?.waiters ?? [];
      waiters.push(waiter);
      put(pending, change, { ...change, waiters });
      bytes += change.body?.length ?? 0;
      changes += 1;
    },
    addClear(key, waiter) {
      const waiters = cleared.get(key) ?? [];
      waiters.push(waiter);
      for (const change of [...(pending.queued.get(key)?.values() ?? [])]) {
        forget(change);
        waiters.push(...change.waiters);
      }
      cleared.set(key, waiters);
    },
    take() {
      const all = [pending.retained, pending.sessions, ...pending.queued.values()].flatMap((map) => [...map.values()]);
      const plan = planned(all, cleared, ids, () => nextId++);
      pending = byName();
      cleared = new Map();
      changes = 0;
      bytes = 0;
      return plan;
    },
  };
}

function planned(
  changes: readonly Pending[],
  cleared: ReadonlyMap<string, readonly Waiter[]>,
  ids: ByName<number>,
  newId: () => number,
): Plan {
  const deletes: number[] = [];
  const puts: ShelfRow[] = [];
  const waiters = new Set<Waiter>();
  const all = new Set<Waiter>();
  const after: (() => void)[] = [];
  const wait = (list: readonly Waiter[], writes: boolean): void => {
    for (const waiter of list) {
      all.add(waiter);
      if (writes) waiters.add(waiter);
    }
  };
  for (const [key, list] of cleared) {
    const queue = [...(ids.queued.get(key)?.values() ?? [])];
    deletes.push(...queue);
    after.push(() => ids.queued.delete(key));
    wait(list, queue.length > 0);
  }
  for (const { body, waiters: list, ...entry } of changes) {
    // A row of a queue that is cleared goes; the message that has its number now gets a row of its own.
    const row = entry.kind === 'queued' && cleared.has(entry.name) ? undefined : found(ids, entry);
    wait(list, body !== undefined || row !== undefined);
    if (body !== undefined) {
      const id = row ?? newId();
      puts.push({ ...entry, id, body });
      after.push(() => put(ids, entry, id));
    } else if (row !== undefined) {
      deletes.push(row);
      after.push(() => drop(ids, entry));
    }
  }
  const idle = [...all].filter((waiter) => !waiters.has(waiter));
  return {
    ...{ deletes, puts, idle, waiters: [...waiters] },
    done: () => {
      for (const step of after) step();
    },
  };
}
