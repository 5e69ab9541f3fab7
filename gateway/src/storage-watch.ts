/**
 * Keeps watching whether the disk takes what is to be stored, and tells at once when it does not: free space, a folder
 * that became read-only, writes that fail, writes that do not end. A trouble shows within 10 s of its beginning also on
 * a campus where nothing happens, and ends by itself.
 */
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageReason } from '#contract/enums.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import { errorCode, noSpaceLeft, notWritable } from './shared/error-code.ts';
import { listeners } from './shared/listeners.ts';
import type { Log } from './shared/log.ts';
import { createStorageBook, STORAGE_TARGETS, type StorageFault, type StorageTarget } from './storage-book.ts';
import { freeMiB } from './store/disk-space.ts';
import { type ReadingStore, StoreError } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

export interface StorageWatch {
  /** The worst first; empty while all is well. */
  list(): readonly StorageTrouble[];
  /** Why `target` takes nothing now; undefined when it does. */
  refuses(target: StorageTarget): StorageTrouble | undefined;
  /** Why nothing may be committed although the store might still take it: the last of the space is for people's records. */
  blocked(): string | undefined;
  freeMiB(): number | undefined;
  onChange(listener: (list: readonly StorageTrouble[]) => void): () => void;
  /** A write failed. `closed` says nothing about the disk. */
  failed(target: StorageTarget, error: unknown): void;
  /** A write was durable. */
  worked(target: StorageTarget): void;
  /**
   * The port for integrity checks: `file` (a name in the data folder) holds damage, described in `detail`; undefined:
   * it no longer does. May be called again at any time; the newest detail counts. At most 20 files are named.
   */
  reportDamage(file: string, detail: string | undefined): void;
  /** The same records, whose failing and late writes are reported here. */
  watched(records: RecordsDb): RecordsDb;
  /** Runs one commit of what the broker keeps; that it fails, or is late, is reported here. */
  commitRetained<T>(commit: () => Promise<T>): Promise<T>;
  /** While what the broker keeps cannot be written, `probe` is called every second: a small write, rejecting as any other. */
  tryRetainedWith(probe: () => Promise<void>): void;
  /** Looks every second from now on, and writes to try where nothing else writes. */
  start(store: Pick<ReadingStore, 'probe' | 'onCommit'>, records: RecordsDb): void;
}

export interface StorageWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly closers: Closers;
  readonly dataDir: string;
  minFreeMiB(): number;
}

const LOOK_MS = 1_000;
/** A store that nothing was written to for so long is tried; with `LATE_MS` and two looks it stays under 10 s. */
const IDLE_MS = 2_500;
/** A write that takes longer is late. */
const LATE_MS = 5_000;
/** A refusal this young outweighs a small write that worked. */
const FRESH_MS = 3_000;
/** After the last late write, so that a disk that stalls again and again is one trouble. */
const SLOW_ENDS_MS = 10_000;
const DIAGNOSIS_MS = 1_000;
const MAX_DAMAGED = 20;

/** The first look is over when it resolves. */
export async function createStorageWatch(parts: StorageWatchParts): Promise<StorageWatch> {
  const { clock, log, closers, dataDir } = parts;
  const book = createStorageBook(dataDir, parts.minFreeMiB);
  const changes = listeners<readonly StorageTrouble[]>();
  const failedAt = new Map<StorageTarget, number>();
  const damaged = new Map<string, string>();
  const line = createWriteLine(clock);
  let free: number | undefined;
  let lateAt = Number.NEGATIVE_INFINITY;
  let committedAt = clock.monotonic();

  const tell = (isChanged: boolean): void => {
    if (isChanged) changes.emit(book.list());
  };
  const set = (finder: string, fault: StorageFault | undefined): void => {
    const before = book.list().map(({ reason }) => reason);
    const isChanged = book.set(finder, fault, clock.now());
    for (const { reason, sentence } of book.list())
      if (!before.includes(reason)) log.error({ reason, folder: dataDir }, sentence.en);
    if (before.length > 0 && book.list().length === 0) log.info({ folder: dataDir }, 'the disk takes everything again');
    tell(isChanged);
  };
  const failed = (target: StorageTarget, error: unknown): void => {
    if (error instanceof StoreError && error.code === 'closed') return;
    failedAt.set(target, clock.monotonic());
    // Known already: each further failure would only ask the disk the same again.
    if (book.has(target)) return;
    void reasonOf(error, dataDir).then(({ reason, detail }) => {
      if (failedAt.has(target)) set(target, { reason, detail, refuses: [target] });
    });
  };
  const worked = (target: StorageTarget): void => {
    failedAt.delete(target);
    if (book.has(target)) set(target, undefined);
  };

  const lookAtFolder = async (): Promise<void> => {
    free = await freeMiB(dataDir);
    tell(book.free(free));
    const isLow = free !== undefined && free < parts.minFreeMiB();
    const low: StorageFault = { reason: 'full', detail: 'free space', refuses: ['readings'] };
    set('space', isLow ? low : undefined);
    const code = await access(dataDir, constants.W_OK).then(() => undefined, errorCode);
    const closed = code !== undefined && notWritable(code);
    set('folder', closed ? { reason: 'read-only', detail: code, refuses: STORAGE_TARGETS } : undefined);
  };
  const lookAtWrites = (): void => {
    const waitedMs = line.oldestMs();
    if (waitedMs >= LATE_MS) lateAt = clock.monotonic();
    const refuses = line.late(LATE_MS);
    const isSlow = waitedMs >= LATE_MS || clock.monotonic() - lateAt < SLOW_ENDS_MS;
    const detail = waitedMs >= LATE_MS ? `> ${LATE_MS / 1_000} s` : `${LATE_MS / 1_000} s`;
    set('late', isSlow ? { reason: 'slow', detail, refuses } : undefined);
  };
  /** A small write that works says little while larger ones are refused. */
  const tried = (target: StorageTarget, error: unknown): void => {
    if (error !== undefined) failed(target, error);
    else if (clock.monotonic() - (failedAt.get(target) ?? Number.NEGATIVE_INFINITY) > FRESH_MS) worked(target);
  };

  /** One write at a time, and none beside one that is under way. */
  const tryWith = async (target: StorageTarget, write: () => Promise<unknown>): Promise<void> => {
    if (line.has(target)) return;
    const end = line.begin(target);
    const error = await write().then(
      () => undefined,
      (failure: unknown) => failure,
    );
    end();
    tried(target, error);
  };
  const reported = async <T>(
    target: StorageTarget,
    write: () => Promise<T>,
    succeeded: () => void = () => worked(target),
  ): Promise<T> => {
    const end = line.begin(target);
    try {
      const result = await write();
      succeeded();
      return result;
    } catch (error) {
      failed(target, error);
      throw error;
    } finally {
      end();
    }
  };
  let probeRetained: (() => Promise<void>) | undefined;

  await lookAtFolder();
  return {
    list: book.list,
    refuses: book.refuses,
    blocked: () => (book.has('space') ? book.refuses('readings')?.sentence.en : undefined),
    freeMiB: () => free,
    onChange: changes.add,
    failed,
    worked,
    reportDamage(file, detail) {
      if (detail === undefined) damaged.delete(file);
      else if (damaged.has(file) || damaged.size < MAX_DAMAGED) damaged.set(file, detail);
      const all = [...damaged].map(([name, words]) => `${name}: ${words}`).join('; ');
      set('damage', damaged.size === 0 ? undefined : { reason: 'damaged', detail: all, refuses: [] });
    },
    watched: (records) => ({
      ...records,
      write: (statements) => reported('records', () => records.write(statements)),
    }),
    // One small message may fit where the next does not: it is over once nothing was refused for a while.
    commitRetained: (commit) => reported('retained', commit, () => tried('retained', undefined)),
    tryRetainedWith(probe) {
      probeRetained = probe;
    },
    start(store, records) {
      const forget = store.onCommit(() => {
        committedAt = clock.monotonic();
      });
      const tryReadings = async (): Promise<void> => {
        if (line.has('probe')) return;
        const end = line.begin('probe');
        const problem = await store.probe();
        end();
        committedAt = clock.monotonic();
        tried('readings', problem);
      };
      let isLooking = false;
      let lookedAt = clock.monotonic();
      const timer = setInterval(() => {
        // After a stall of this process the answers of the store have not been read yet: the lateness is our own.
        const isOnTime = clock.monotonic() - lookedAt < 2 * LOOK_MS;
        lookedAt = clock.monotonic();
        if (isOnTime) lookAtWrites();
        if (book.has('readings') || clock.monotonic() - committedAt > IDLE_MS) void tryReadings();
        if (book.has('records')) void tryWith('records', () => records.write([PROBE]));
        if (probeRetained !== undefined && book.has('retained')) void tryWith('retained', probeRetained);
        if (isLooking) return;
        isLooking = true;
        void lookAtFolder().finally(() => {
          isLooking = false;
        });
      }, LOOK_MS);
      closers.push({
        name: 'storage watch',
        close: () => {
          clearInterval(timer);
          forget();
        },
      });
    },
  };
}

const PROBE = { sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', '1')" };

/** Writes under way, by whom they are for. */
function createWriteLine(clock: Clock) {
  const begun = new Map<symbol, { readonly by: StorageTarget | 'probe'; readonly at: number }>();
  const waited = (at: number): number => clock.monotonic() - at;
  return {
    /** @returns how to say that it ended */
    begin(by: StorageTarget | 'probe'): () => void {
      const key = Symbol(by);
      begun.set(key, { by, at: clock.monotonic() });
      return () => void begun.delete(key);
    },
    has: (by: StorageTarget | 'probe'): boolean => [...begun.values()].some((write) => write.by === by),
    oldestMs: (): number => Math.max(0, ...[...begun.values()].map(({ at }) => waited(at))),
    late: (ms: number): StorageTarget[] => {
      const late = [...begun.values()].filter(({ at }) => waited(at) >= ms);
      return STORAGE_TARGETS.filter((target) =>
        late.some(({ by }) => by === target || (by === 'probe' && target === 'readings')),
      );
    },
  };
}

/** SQLite says of many failures no more than "disk I/O error"; a file of one's own is told why. */
async function reasonOf(error: unknown, dir: string): Promise<{ reason: StorageReason; detail: string }> {
  const detail = error instanceof Error ? error.message : String(error);
  if (/malformed|not a database/.test(detail)) return { reason: 'damaged', detail };
  if (error instanceof StoreError && error.code === 'full') return { reason: 'full', detail };
  const code = await Promise.race([tryFile(dir), after(DIAGNOSIS_MS)]);
  if (code !== undefined && noSpaceLeft(code)) return { reason: 'full', detail: code };
  if (code !== undefined && notWritable(code)) return { reason: 'read-only', detail: code };
  if (error instanceof StoreError && error.code === 'read-only') return { reason: 'read-only', detail };
  return { reason: 'failing', detail };
}

const after = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());

async function tryFile(dir: string): Promise<string | undefined> {
  const file = join(dir, `.try-${process.pid}`);
  try {
    await writeFile(file, 'houqin');
    return undefined;
  } catch (error) {
    return errorCode(error);
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
