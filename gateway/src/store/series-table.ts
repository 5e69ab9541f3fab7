/** Every series in the writer's memory: what it is, how much of it there is, its newest point. */
import type { DatabaseSync } from 'node:sqlite';
import type { RegisterSpec } from '#contract/config/devices.ts';
import type { MetricKind } from '#contract/metrics.ts';
import { metricInfo } from '#contract/metrics.ts';
import { standsAt } from '#contract/readings.ts';
import { checksum } from './checksum.ts';
import { type Columns, lastInPlace } from './point-columns.ts';
import { numberOf, numberOrNull, type Row, textOf } from './row-value.ts';

export interface SeriesState {
  readonly id: number;
  readonly device: string;
  readonly metric: string;
  kind: MetricKind;
  /** Undefined until the series is defined: without it hours cannot be booked. */
  intervalMs: number | undefined;
  register: RegisterSpec | undefined;
  bookedTo: number | undefined;
  /** Points stored, in chunks and open. */
  points: number;
  /** Points in chunks: what a restart counts from. */
  sealed: number;
  first: number;
  last: number;
  latestTs: number;
  latestValue: number;
  latestFlags: number;
  latestReceived: number;
  /** Before it retention has left no points, or of a register those its books need; minus infinity at first. */
  pruned: number;
}

/** A name for an id, given by the main thread. */
export interface SeriesName {
  readonly id: number;
  readonly device: string;
  readonly metric: string;
}

export function newSeries({ id, device, metric }: SeriesName): SeriesState {
  return {
    id,
    device,
    metric,
    kind: metricInfo(metric)?.kind ?? 'gauge',
    intervalMs: undefined,
    register: undefined,
    bookedTo: undefined,
    points: 0,
    sealed: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    latestTs: Number.NEGATIVE_INFINITY,
    latestValue: 0,
    latestFlags: 0,
    latestReceived: 0,
    pruned: Number.NEGATIVE_INFINITY,
  };
}

/** Takes what stands last in `points` for the newest of the series, where the one known does not stand later. */
export function noteNewest(series: SeriesState, points: Columns): void {
  const at = lastInPlace(points);
  const ts = points.ts[at];
  if (ts === undefined) return;
  const stands = ts + (points.shift?.[at] ?? 0);
  const { latestTs, latestReceived, latestFlags } = series;
  if (stands <= standsAt({ ts: latestTs, receivedAt: latestReceived, flags: latestFlags })) return;
  series.latestTs = ts;
  series.latestValue = points.value[at] ?? 0;
  series.latestFlags = points.flags[at] ?? 0;
  series.latestReceived = stands;
}

/** Checksum of the row as the file holds it. */
export function seriesSum(row: Row): number {
  const text = (column: string): string => String(row[column] ?? '');
  const number = (column: string): number | null => (typeof row[column] === 'number' ? Number(row[column]) : null);
  return checksum(
    'n',
    NUMBERS.map(number),
    `${text('device')}\n${text('metric')}\n${text('kind')}\n${text('register')}`,
  );
}

const NUMBERS = [
  ...['id', 'interval_ms', 'booked_to', 'points', 'first', 'last'],
  ...['latest_ts', 'latest_value', 'latest_flags', 'latest_received', 'pruned'],
];

export function seriesOf(row: Row): SeriesState {
  const fresh = newSeries({ id: numberOf(row, 'id'), device: textOf(row, 'device'), metric: textOf(row, 'metric') });
  const points = numberOf(row, 'points');
  return {
    ...fresh,
    kind: kindOf(row['kind']) ?? fresh.kind,
    intervalMs: numberOrNull(row, 'interval_ms') ?? undefined,
    register: row['register'] === null ? undefined : registerOf(JSON.parse(textOf(row, 'register'))),
    bookedTo: numberOrNull(row, 'booked_to') ?? undefined,
    points,
    sealed: points,
    first: numberOrNull(row, 'first') ?? fresh.first,
    last: numberOrNull(row, 'last') ?? fresh.last,
    latestTs: numberOrNull(row, 'latest_ts') ?? fresh.latestTs,
    latestValue: numberOrNull(row, 'latest_value') ?? 0,
    latestFlags: numberOrNull(row, 'latest_flags') ?? 0,
    latestReceived: numberOrNull(row, 'latest_received') ?? 0,
    pruned: numberOrNull(row, 'pruned') ?? fresh.pruned,
  };
}

/** To be called in a transaction. */
export interface SeriesWriter {
  /** Gives a row the checksum of what it holds. */
  sign(id: number): void;
  add(names: readonly SeriesName[]): void;
  /** Definition: kind, interval, register, booked_to. */
  define(series: SeriesState): void;
  /** Counts and newest point, as of the chunks. */
  figures(series: SeriesState): void;
}

export function seriesWriter(db: DatabaseSync): SeriesWriter {
  const add = db.prepare('INSERT OR IGNORE INTO series(id, device, metric) VALUES(?, ?, ?)');
  const define = db.prepare('UPDATE series SET kind = ?, interval_ms = ?, register = ?, booked_to = ? WHERE id = ?');
  const figures = db.prepare(`UPDATE series SET booked_to = ?, points = ?, first = ?, last = ?, latest_ts = ?,
    latest_value = ?, latest_flags = ?, latest_received = ?, pruned = ? WHERE id = ?`);
  const select = db.prepare('SELECT * FROM series WHERE id = ?');
  const setSum = db.prepare('UPDATE series SET crc = ? WHERE id = ?');
  const finite = (n: number): number | null => (Number.isFinite(n) ? n : null);
  const sign = (id: number): void => {
    const row = select.get(id);
    if (row !== undefined) setSum.run(seriesSum(row), id);
  };
  return {
    sign,
    add(names) {
      for (const { id, device, metric } of names) {
        add.run(id, device, metric);
        sign(id);
      }
    },
    define({ id, kind, intervalMs, register, bookedTo }) {
      const spec = register === undefined ? null : JSON.stringify(register);
      define.run(kind, intervalMs ?? null, spec, bookedTo ?? null, id);
      sign(id);
    },
    figures(series) {
      const { id, bookedTo, sealed, first, last, latestTs, latestValue, latestFlags, latestReceived, pruned } = series;
      const latest = [finite(latestTs), latestValue, latestFlags, latestReceived] as const;
      figures.run(bookedTo ?? null, sealed, finite(first), finite(last), ...latest, finite(pruned), id);
      sign(id);
    },
  };
}

function kindOf(value: unknown): MetricKind | undefined {
  return value === 'register' || value === 'interval' || value === 'gauge' || value === 'state' ? value : undefined;
}

/** Written by `define` from a checked spec; by hand, since loading the validator doubles a worker's start. */
function registerOf(stored: Record<string, unknown>): RegisterSpec {
  const number = (key: 'digits' | 'ratedMax' | 'step'): Partial<RegisterSpec> =>
    typeof stored[key] === 'number' ? { [key]: stored[key] } : {};
  const unit = typeof stored['unit'] === 'string' ? { unit: stored['unit'] } : {};
  return { ...number('digits'), ...unit, ...number('ratedMax'), ...number('step') };
}
