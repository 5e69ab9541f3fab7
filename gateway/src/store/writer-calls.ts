/** What the writer worker can be asked, and the background work it does between the answers. */

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { RegisterSpec } from '#contract/config/devices.ts';
import type { MetricKind } from '#contract/metrics.ts';
import { type Batch, type Committed, commitBatch } from './commit-batch.ts';
import type { TellDamage } from './damage.ts';
import type { FileIdentity } from './file-witness.ts';
import { hotRows } from './hot-rows.ts';
import { metaRows } from './meta-rows.ts';
import type { OpenBucket } from './open-bucket.ts';
import { between, copied } from './point-columns.ts';
import { cutoffs, pruneSeries, type RetentionPolicy } from './prune.ts';
import type { StoreStats } from './reading-store.ts';
import { readingsFile } from './readings-schema.ts';
import { rebookSlice } from './rebook.ts';
import { rebuildRollup } from './rebuild-rollup.ts';
import { remark } from './remark.ts';
import { replayAll } from './replay-hot.ts';
import type { RollupKind } from './rollup-rows.ts';
import type { Sealed } from './seal-series.ts';
import { GRACE_MS, type OpenLimits, overflow, sealable, sealSlice, trimHot } from './seal-slices.ts';
import { newSeries, type SeriesName, type SeriesState } from './series-table.ts';
import type { OpenSpan } from './series-view.ts';
import type { TimeSpan } from './spans.ts';
import { isCorrupt } from './sqlite-failure.ts';
import { ALL_TAKEN, takeOverSlice } from './take-over.ts';
import { addRows, addSeries, transaction, type WriterState, writerState } from './writer-state.ts';

export interface WriterData {
  readonly dir: string;
  readonly phase: number;
  readonly limits: OpenLimits;
  readonly maxPages: number | undefined;
  /** Highest commit that the folder is known to have had: its number is not given again. */
  readonly leastHead: number;
  /** Of the start, epoch ms. */
  readonly now: number;
}

export interface Definition extends SeriesName {
  readonly kind: MetricKind;
  readonly intervalMs: number;
  readonly register: RegisterSpec | undefined;
}

export type SeriesFigures = Pick<
  SeriesState,
  'id' | 'points' | 'first' | 'last' | 'latestTs' | 'latestValue' | 'latestFlags' | 'latestReceived'
>;

export interface OpenSeries {
  readonly state: SeriesState;
  readonly spans: OpenSpan[];
}

export interface WriterCalls {
  /**
   * First call: names of all series, the highest number one ever had, the last seq in the file, the last
   * one given and the last one released.
   */
  begin(none: undefined): {
    names: SeriesName[];
    lastSeries: number;
    foundHead: number;
    head: number;
    released: number;
  };
  commit(batch: Batch): Committed;
  define(definitions: readonly Definition[]): void;
  /** What memory knows of a series: what it is, and its open spans in the range. */
  open(range: { series: number; from: number; to: number }): OpenSeries;
  figures(none: undefined): SeriesFigures[];
  seal(now: number): Promise<Sealed>;
  prune(request: { now: number; policy: RetentionPolicy }): Promise<number>;
  stats(none: undefined): StoreStats;
  /** Rebuilds a damaged packed row from points. @returns what of its time is lost with it; undefined: it cannot be. */
  mend(row: { kind: RollupKind | 'marks'; series: number; from: number }): readonly TimeSpan[] | undefined;
  identity(none: undefined): FileIdentity;
  probe(now: number): void;
  close(none: undefined): void;
}

export function writerCalls(
  db: DatabaseSync,
  { dir, phase, limits, leastHead, now }: Omit<WriterData, 'maxPages'>,
  tell: TellDamage,
): WriterCalls {
  const foundHead = liftHead(db, leastHead);
  const state = writerState(db, { dir, phase }, tell);
  replayAll(state, now);
  const background = backgroundWork(state);
  background.start();
  return {
    begin: () => ({
      names: [...state.series.values()].map(nameOf),
      lastSeries: state.meta.get('series') ?? 0,
      foundHead,
      head: state.head,
      released: state.released,
    }),
    commit(batch) {
      const committed = commitBatch(state, batch);
      relieve(state, limits);
      return committed;
    },
    define(definitions) {
      define(state, definitions);
      background.start();
    },
    open: ({ series, from, to }) => ({
      state: state.series.get(series) ?? newSeries({ id: series, device: '', metric: '' }),
      spans: state.open
        .spans(series, from, to)
        .map((span) => ({ ...span, points: copied(between(span.points, from, to)) })),
    }),
    figures: () =>
      [...state.series.values()].filter((series) => series.latestTs > Number.NEGATIVE_INFINITY).map(figuresOf),
    async seal(now) {
      const sealed = await sealAll(state, sealable(state, now - GRACE_MS));
      background.start();
      return sealed;
    },
    async prune({ now, policy }) {
      const cut = cutoffs(now, policy, phase);
      await sealAll(state, sealable(state, cut.raw));
      await background.done();
      let changed = 0;
      for (const series of [...state.series.values()]) {
        // What came in since, late by more than the retention: its chunk must be whole before it is cut.
        let last = 0;
        do {
          const late = state.open.of(series.id).filter((bucket) => bucket.end <= cut.raw);
          while (late.length > 0) sealSlice(state, late);
          last = pruneSeries(state, series, cut);
          changed += last;
          await turn();
        } while (last > 0);
      }
      return changed;
    },
    stats: () => statsOf(state),
    mend: (row) => mend(state, row),
    identity: () => ({
      identity: state.meta.get('identity') ?? 0,
      series: state.series.size,
      head: state.head,
    }),
    probe: (now) => {
      transaction(db, () => state.meta.put('probe', now));
    },
    close() {
      background.stop();
      db.close();
    },
  };
}

/** Lets the calls that have come in meanwhile run first. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function sealAll(state: WriterState, queue: OpenBucket[]): Promise<Sealed> {
  const total = { chunks: 0, points: 0 };
  while (queue.length > 0) {
    const { chunks, points } = sealSlice(state, queue);
    total.chunks += chunks;
    total.points += points;
    await turn();
  }
  trimHot(state);
  if (walBytes(state.dir) > MAX_WAL_BYTES) state.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return total;
}

/** A reader in mid-question keeps the log from being reused; left alone it would grow without bound. */
const MAX_WAL_BYTES = 64 * 1024 * 1024;

/** Past a limit every commit seals a slice, so that what comes in and what is sealed keep pace. */
function relieve(state: WriterState, limits: OpenLimits): void {
  try {
    if (state.overflow.length === 0) state.overflow = overflow(state, limits);
    if (state.overflow.length === 0) return;
    sealSlice(state, state.overflow);
    if (state.overflow.length === 0) trimHot(state);
  } catch {
    // The commit itself stands; a disk that is full shows at the next one, and the queue is tried again after it.
  }
}

function backgroundWork(state: WriterState) {
  let running: Promise<void> | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    await turn();
    while (!stopped && (state.rebook.size > 0 || state.meta.get('taken') !== ALL_TAKEN)) {
      try {
        if (state.rebook.size > 0) rebookSlice(state);
        else takeOverSlice(state);
      } catch {
        // Full or failing disk: hours are booked from points as long as they are not in the books. Tried at the next start.
        return;
      }
      await turn();
    }
  };
  const start = (): void => {
    if (running !== undefined || stopped) return;
    running = run().finally(() => {
      running = undefined;
    });
  };
  return {
    start,
    async done(): Promise<void> {
      start();
      await running;
    },
    stop() {
      stopped = true;
    },
  };
}

/** @returns the highest seq that the file itself knows */
function liftHead(db: DatabaseSync, least: number): number {
  const head = hotRows(db, () => false).head();
  if (head < least) transaction(db, () => metaRows(db).put('head', least));
  return head;
}

function mend(
  state: WriterState,
  { kind, series: id, from }: { kind: RollupKind | 'marks'; series: number; from: number },
): readonly TimeSpan[] | undefined {
  const series = state.series.get(id);
  if (series === undefined) return undefined;
  try {
    return transaction(state.db, () => {
      state.marks.reset();
      if (kind === 'marks') {
        remark(state, series, from);
        state.marks.flush();
        return [];
      }
      const rows = kind === 'h' ? state.hours : kind === 'd' ? state.days : state.books;
      const gone = rebuildRollup(state, series, kind, rows.blockOf(from));
      state.marks.flush();
      return gone;
    });
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return undefined;
  }
}

function define(state: WriterState, definitions: readonly Definition[]): void {
  addSeries(state, definitions);
  const changed: SeriesState[] = [];
  for (const { id, kind, intervalMs, register } of definitions) {
    const series = state.series.get(id);
    if (series === undefined) continue;
    const same = series.kind === kind && series.intervalMs === intervalMs && sameSpec(series.register, register);
    if (!same) changed.push({ ...series, kind, intervalMs, register, bookedTo: undefined });
  }
  if (changed.length === 0) return;
  transaction(state.db, () => {
    addRows(state, changed);
    for (const series of changed) state.rows.define(series);
  });
  for (const { id, kind, intervalMs, register } of changed) {
    Object.assign(state.series.get(id) ?? {}, { kind, intervalMs, register, bookedTo: undefined });
    state.rebook.set(id, Number.NEGATIVE_INFINITY);
  }
}

function sameSpec(a: RegisterSpec | undefined, b: RegisterSpec | undefined): boolean {
  return a?.digits === b?.digits && a?.unit === b?.unit && a?.ratedMax === b?.ratedMax && a?.step === b?.step;
}

const nameOf = ({ id, device, metric }: SeriesState): SeriesName => ({ id, device, metric });

const figuresOf = (series: SeriesState): SeriesFigures => {
  const { id, points, first, last, latestTs, latestValue, latestFlags, latestReceived } = series;
  return { id, points, first, last, latestTs, latestValue, latestFlags, latestReceived };
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const walBytes = (dir: string): number => sizeOf(`${readingsFile(dir)}-wal`);

function statsOf(state: WriterState): StoreStats {
  const wal = walBytes(state.dir);
  let points = 0;
  for (const series of state.series.values()) points += series.points;
  return {
    points,
    series: state.series.size,
    bytes: sizeOf(readingsFile(state.dir)) + wal,
    openPoints: state.open.size(),
    sealedChunks: state.chunks,
    walBytes: wal,
  };
}
