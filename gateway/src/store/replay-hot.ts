/** After a start: commits that no chunk holds yet are played onto the open buckets; what of them is damaged is told. */
import { FLAG_BITS } from '#contract/readings.ts';
import { DAY_MS } from './grid.ts';
import type { HotRow, HotRows } from './hot-rows.ts';
import { insert, markConflict, markDirty, moveTo } from './open-bucket.ts';
import {
  CONFLICT_MARK,
  flagsAt,
  POINT_FLAGS,
  type Records,
  receivedAt,
  recordsOver,
  seriesAt,
  tsAt,
  valueAt,
} from './record-codec.ts';
import { noteConflict, noteStored, transaction, type WriterState } from './writer-state.ts';

/** Spans kept of one damaged commit; one that mentions more series than that loses the span for all of them. */
const MAX_SPANS = 1_000;
/** Times that a device could have sent; beyond, they are damage. */
const LEGIBLE = { from: 0, to: Date.UTC(2200, 0, 1) } as const;

export interface LostCommit {
  readonly seq: number;
  /** By series; undefined when nothing in the row can be read. */
  readonly spans: ReadonlyMap<number, { from: number; to: number }> | undefined;
}

/** @param now of the start, epoch ms */
export function replayAll(state: WriterState, now: number): void {
  const lost = lostCommits(state.hot, state.series, now, (row) => replay(state, row));
  if (lost.length > 0) keepLost(state, lost);
  const { open } = state;
  for (const bucket of open.all()) if (bucket.dirtySeq === Number.POSITIVE_INFINITY) open.drop(bucket);
}

/**
 * Walks over the journal. @returns its damaged and missing commits, with the time their readings are of
 * @param known the series there are
 * @param now up to when readings of commits at the end may be, epoch ms
 * @param visit is given every commit that can be believed, oldest first; says from when to when its readings are
 */
export function lostCommits(
  hot: HotRows,
  known: { has(series: number): boolean },
  now: number,
  visit: (row: HotRow) => Times,
): readonly LostCommit[] {
  const lost: LostCommit[] = [];
  /** Event times of the last readable commits. */
  let around: Times[] = [];
  /** Damaged ones of which nothing can be read; they lie among the commits around them. */
  let dark: { readonly seq: number; readonly before: readonly Times[]; readonly after: Times[] }[] = [];
  const settle = (all: boolean): void => {
    dark = dark.filter((one) => {
      if (!all && one.after.length < NEIGHBOURS) return true;
      lost.push({ seq: one.seq, spans: amongNeighbours(one.before, one.after, now) });
      return false;
    });
  };
  hot.each((row) => {
    if (!row.damaged) {
      const times = visit(row);
      around = [...around, times].slice(-NEIGHBOURS);
      for (const { after } of dark) if (after.length < NEIGHBOURS) after.push(times);
      settle(false);
      return;
    }
    const spans = legible(known, row);
    if (spans === undefined) dark.push({ seq: row.seq, before: around, after: [] });
    else lost.push({ seq: row.seq, spans });
  });
  settle(true);
  return lost;
}

const NEIGHBOURS = 3;

export interface Times {
  readonly first: number;
  readonly last: number;
}

/** Commits follow one another as readings come in: what lies between two of them is about as old as they are. */
function amongNeighbours(before: readonly Times[], after: readonly Times[], now: number): LostCommit['spans'] {
  const times = [...before, ...after];
  if (times.length === 0) return undefined;
  const from = Math.min(...times.map(({ first }) => first));
  const to = Math.max(...times.map(({ last }) => last)) + 1;
  return new Map([[0, { from, to: after.length === 0 ? Math.max(to, now) : to }]]);
}

/** @returns the earliest and latest event time in it */
function replay(state: WriterState, { seq, arrived, records: blob }: HotRow): { first: number; last: number } {
  const records = recordsOver(blob.slice().buffer);
  for (let k = 0; k < records.length; k += 1) replayRecord(state, records, k, seq, arrived);
  return timesOf(records);
}

export function timesOf(records: Records): Times {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < records.length; k += 1) {
    first = Math.min(first, tsAt(records, k));
    last = Math.max(last, tsAt(records, k));
  }
  return { first, last };
}

function replayRecord(state: WriterState, records: Records, k: number, seq: number, arrived: number): void {
  const series = state.series.get(seriesAt(records, k));
  if (series === undefined) return;
  const ts = tsAt(records, k);
  const bucket = state.open.at(series.id, ts);
  if (seq <= bucket.through) return;
  const bits = flagsAt(records, k);
  const flags = bits & POINT_FLAGS;
  if ((bits & CONFLICT_MARK) !== 0) {
    if (markConflict(bucket, ts)) markDirty(bucket, seq, ts);
    noteConflict(series, ts);
    return;
  }
  const at = insert(bucket, ts, valueAt(records, k), flags, series.kind === 'state');
  if (at < 0) return;
  const received = receivedAt(records, k, arrived);
  if ((flags & FLAG_BITS.moved) !== 0) moveTo(bucket, at, received - ts);
  markDirty(bucket, seq, ts);
  state.open.grew(1);
  noteStored(series, ts, valueAt(records, k), flags, received);
}

/** Which series a damaged commit speaks of, and of when: no value of it is believed, but most of its keys are right. */
function legible(series: { has(id: number): boolean }, { records: blob }: HotRow): LostCommit['spans'] {
  const records = recordsOver(blob.slice().buffer);
  const spans = new Map<number, { from: number; to: number }>();
  const times: number[] = [];
  for (let k = 0; k < records.length; k += 1) {
    const ts = tsAt(records, k);
    if (series.has(seriesAt(records, k)) && ts >= LEGIBLE.from && ts < LEGIBLE.to) times.push(ts);
  }
  if (times.length === 0) return undefined;
  const { from, to } = hullOf(times);
  for (let k = 0; k < records.length; k += 1)
    if (series.has(seriesAt(records, k))) spans.set(seriesAt(records, k), { from, to });
  return spans.size > MAX_SPANS ? new Map([[0, { from, to }]]) : spans;
}

/** From the earliest to the latest, but for the few at the ends that a flipped bit has carried far away. */
function hullOf(times: number[]): { readonly from: number; readonly to: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const few = Math.floor(sorted.length / 20);
  const [low, high] = [sorted[few] ?? 0, sorted[sorted.length - 1 - few] ?? 0];
  const far = high - low + DAY_MS;
  const near = sorted.filter((ts) => ts > low - far && ts < high + far);
  return { from: near[0] ?? low, to: (near.at(-1) ?? high) + 1 };
}

/** Kept once and for all: when the journal is trimmed, nothing else would tell of it any more. */
function keepLost(state: WriterState, lost: readonly LostCommit[]): void {
  const known = state.meta.get('trimmed');
  transaction(state.db, () => {
    for (const { spans } of lost) for (const [id, span] of spans ?? []) state.lost.add(id, 'j', span);
    if (known === undefined) state.meta.put('trimmed', Math.min(...lost.map(({ seq }) => seq)) - 1);
  });
  for (const { seq, spans } of lost) {
    const what = `commit ${seq} of the journal is damaged or gone`;
    if (spans === undefined) state.tell({ file: 'readings.db', table: 'hot', what });
    for (const [id, { from, to }] of spans ?? []) {
      state.tell({ file: 'readings.db', table: 'hot', series: id === 0 ? undefined : id, from, to, what });
    }
  }
}
