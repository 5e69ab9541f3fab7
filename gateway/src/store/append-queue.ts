/** Gathers appends into commits: one in flight, the next is what came meanwhile. */
import type { Reading } from '#contract/readings.ts';
import type { Batch, Committed } from './commit-batch.ts';
import { type Append, committedEntry, encodeBatch } from './encode-batch.ts';
import { type AppendResult, type JournalEntry, StoreError } from './reading-store.ts';
import { unstorable } from './record-codec.ts';
import type { SeriesNames } from './series-names.ts';

export interface QueueLimits {
  /** How long the first append of a commit waits for company, ms. */
  readonly lingerMs: number;
  /** So many readings are company enough. */
  readonly eagerReadings: number;
  /** Readings of one commit; a single larger append still goes as one. */
  readonly commitReadings: number;
  /** Readings that may wait. Beyond, an append is refused at once: whoever holds publishers back must hear of it. */
  readonly waitingReadings: number;
}

export const QUEUE_LIMITS: QueueLimits = {
  lingerMs: 5,
  eagerReadings: 500,
  commitReadings: 65_536,
  waitingReadings: 500_000,
};

export interface AppendQueue {
  append(readings: readonly Reading[], history: boolean): Promise<AppendResult>;
  /** See ReadingStore.onCommit. */
  onCommit(listener: (entry: JournalEntry) => void): () => void;
  /** Written with the next commit, or by itself when none comes. Resolves when it is durable. */
  release(seq: number): Promise<void>;
  /** Resolves when nothing waits and nothing is in flight. */
  drained(): Promise<void>;
  /** Appends from now on are refused. */
  stop(): void;
  readonly head: number;
  readonly released: number;
}

interface Waiting extends Append {
  resolve(result: AppendResult): void;
  reject(error: unknown): void;
}

type Commit = (batch: Batch) => Promise<Committed>;

export function appendQueue(
  commit: Commit,
  names: SeriesNames,
  limits: QueueLimits,
  start: { head: number; released: number },
): AppendQueue {
  let { head, released } = start;
  let waiting: Waiting[] = [];
  let count = 0;
  let toRelease = released;
  /** Newest commit with something to judge. */
  let toJudge = head;
  const listeners = new Set<(entry: JournalEntry) => void>();
  let releases: { resolve(): void; reject(error: unknown): void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flight: Promise<void> | undefined;
  let stopped = false;

  const wake = (eager: boolean): void => {
    if (flight !== undefined) return;
    if (eager) {
      clearTimeout(timer);
      timer = undefined;
      flight = fly().finally(() => {
        flight = undefined;
        if (waiting.length > 0) wake(true);
        else if (releases.length > 0) wake(false);
      });
    } else {
      timer ??= setTimeout(() => wake(true), limits.lingerMs);
    }
  };

  const taken = (): Waiting[] => {
    let size = 0;
    let n = 0;
    while (n < waiting.length) {
      size += waiting[n]?.readings.length ?? 0;
      if (n > 0 && size > limits.commitReadings) break;
      n += 1;
    }
    const calls = n === waiting.length ? waiting : waiting.slice(0, n);
    waiting = n === waiting.length ? [] : waiting.slice(n);
    return calls;
  };

  const fly = async (): Promise<void> => {
    const calls = taken();
    const releasing = releases;
    releases = [];
    for (const call of calls) count -= call.readings.length;
    try {
      const batch = encodeBatch(calls, names, toRelease);
      const { arrived } = batch;
      const committed = await commit(batch);
      names.durable(batch.names);
      released = Math.max(released, batch.released);
      tell(calls, arrived, committed);
      calls.forEach(({ readings, resolve }, i) => {
        const stored = committed.stored[i] ?? 0;
        resolve({ seq: stored > 0 ? committed.seq : 0, stored, duplicates: readings.length - stored });
      });
      for (const { resolve } of releasing) resolve();
    } catch (error) {
      for (const { reject } of [...calls, ...releasing]) reject(error);
    }
  };

  const tell = (calls: readonly Waiting[], arrived: number, committed: Committed): void => {
    if (!committed.written) return;
    head = committed.seq;
    const entry = committedEntry(calls, arrived, committed);
    if (entry.readings.length > 0) toJudge = head;
    // Nobody is told of a commit of imports alone, so nobody would ever release it.
    else if (toRelease >= toJudge) toRelease = head;
    if (entry.readings.length > 0) for (const listener of listeners) listener(entry);
  };

  return {
    append(readings, history) {
      const refusal = refused(readings, stopped, count, limits);
      if (refusal !== undefined) return Promise.reject(refusal);
      if (readings.length === 0) return Promise.resolve({ seq: 0, stored: 0, duplicates: 0 });
      return new Promise((resolve, reject) => {
        waiting.push({ readings, history, resolve, reject });
        count += readings.length;
        wake(count >= limits.eagerReadings);
      });
    },
    release(seq) {
      if (seq <= released) return Promise.resolve();
      if (stopped) return Promise.reject(new StoreError('closed', 'the store is closed'));
      toRelease = Math.max(toRelease, seq >= toJudge ? head : seq);
      return new Promise((resolve, reject) => {
        releases.push({ resolve, reject });
        wake(false);
      });
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async drained() {
      while (flight !== undefined || waiting.length > 0 || releases.length > 0) {
        wake(true);
        await flight;
      }
    },
    stop() {
      stopped = true;
    },
    get head() {
      return head;
    },
    get released() {
      return released;
    },
  };
}

function refused(
  readings: readonly Reading[],
  stopped: boolean,
  count: number,
  limits: QueueLimits,
): Error | undefined {
  if (stopped) return new StoreError('closed', 'the store is closed');
  if (count > 0 && count + readings.length > limits.waitingReadings) {
    return new StoreError('io', `the store is behind: ${count} readings wait to be committed`);
  }
  for (const reading of readings) {
    const wrong = unstorable(reading);
    if (wrong !== undefined) return new RangeError(wrong);
  }
  return undefined;
}
