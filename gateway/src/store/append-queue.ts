/** Gathers appends into commits: one in flight, the next is what came meanwhile. */
import type { Reading } from '#contract/readings.ts';
import type { Batch, Committed } from './commit-batch.ts';
import { type CommitLog, commitLog } from './commit-log.ts';
import { encodeBatch } from './encode-batch.ts';
import { type AppendResult, StoreError } from './reading-store.ts';
import { unstorable } from './record-codec.ts';
import type { SeriesNames } from './series-names.ts';
import { type WaitingAppend, waitingLine } from './waiting-line.ts';

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
  readonly log: CommitLog;
  append(readings: readonly Reading[], history: boolean): Promise<AppendResult>;
  /** Written with the next commit, or by itself when none comes. Resolves when it is durable. */
  release(seq: number): Promise<void>;
  /** Resolves when nothing waits and nothing is in flight. */
  drained(): Promise<void>;
  /** Appends from now on are refused. */
  stop(): void;
}

type Commit = (batch: Batch) => Promise<Committed>;

interface Release {
  resolve(): void;
  reject(error: unknown): void;
}

export function appendQueue(
  commit: Commit,
  names: SeriesNames,
  limits: QueueLimits,
  start: { head: number; released: number },
): AppendQueue {
  const line = waitingLine();
  const log = commitLog(start);
  let releases: Release[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flight: Promise<void> | undefined;
  let stopped = false;

  const wake = (eager: boolean): void => {
    if (flight !== undefined) return;
    if (!eager) {
      timer ??= setTimeout(() => wake(true), limits.lingerMs);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    const releasing = releases;
    releases = [];
    const started = performance.now();
    flight = fly(line.take(limits.commitReadings), releasing).finally(() => {
      flight = undefined;
      if (line.empty && releases.length === 0) return;
      // Behind a slow commit they have lingered already; behind a fast one they wait, or every reading were a commit.
      wake(line.readings >= limits.eagerReadings || performance.now() - started >= limits.lingerMs);
    });
  };

  const fly = async (appends: readonly WaitingAppend[], releasing: readonly Release[]): Promise<void> => {
    try {
      const batch = encodeBatch(appends, names, log.toRelease);
      const committed = await commit(batch);
      names.durable(batch.names);
      log.committed(appends, batch, committed);
      appends.forEach(({ readings, resolve }, i) => {
        const stored = committed.stored[i] ?? 0;
        resolve({ seq: stored > 0 ? committed.seq : 0, stored, duplicates: readings.length - stored });
      });
      for (const { resolve } of releasing) resolve();
    } catch (error) {
      for (const { reject } of [...appends, ...releasing]) reject(error);
    }
  };

  return {
    log,
    append(readings, history) {
      const refusal = refused(readings, stopped, line.readings, limits);
      if (refusal !== undefined) return Promise.reject(refusal);
      if (readings.length === 0) return Promise.resolve({ seq: 0, stored: 0, duplicates: 0 });
      return new Promise((resolve, reject) => {
        line.push({ readings, history, resolve, reject });
        wake(line.readings >= limits.eagerReadings);
      });
    },
    release(seq) {
      if (seq <= log.released) return Promise.resolve();
      if (stopped) return Promise.reject(new StoreError('closed', 'the store is closed'));
      log.release(seq);
      return new Promise((resolve, reject) => {
        releases.push({ resolve, reject });
        wake(false);
      });
    },
    async drained() {
      while (flight !== undefined || !line.empty || releases.length > 0) {
        wake(true);
        await flight;
      }
    },
    stop() {
      stopped = true;
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
