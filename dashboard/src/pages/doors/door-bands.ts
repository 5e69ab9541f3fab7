import type { LatestValue } from '#contract/http/campus.ts';
import type { SeriesPoint } from '#contract/http/energy.ts';
import { orderTime } from '#contract/readings.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import type { DoorState } from '../../lib/campus-state.ts';

export interface Band extends Range {
  readonly state: DoorState;
}

type Sample = Pick<SeriesPoint, 'ts' | 'value'>;

interface Told {
  /** Raw samples of door_open in the range, in order. */
  readonly points: readonly Sample[];
  /** What was told last before the range; null: nothing. */
  readonly before: number | null;
  /** Signs of life of the sensor, counted in even slots; ones without any are silence. */
  readonly life: readonly Pick<SeriesPoint, 'ts' | 'count'>[];
  readonly slotMs: number;
  readonly intervalMs: number;
  /** The sensor is not heard now, since then; null: it is. */
  readonly goneSince: number | null;
}

const stateOf = (value: number | null): DoorState => (value === null ? 'unknown' : value === 1 ? 'open' : 'closed');

/**
 * What is known of a door over a range: a state stands until the next one is told, as the rules take it, but not while the
 * sensor was silent for three of its intervals. Before its first sign of life only what was told (or imported) counts.
 */
export function doorBands(told: Told, range: Range): Band[] {
  const bands: Band[] = [];
  let at = range.from;
  let state = stateOf(told.before);
  for (const { ts, value } of told.points) {
    if (ts >= range.to) break;
    if (ts > at) bands.push({ from: at, to: ts, state });
    at = Math.max(at, ts);
    state = stateOf(value);
  }
  if (at < range.to) bands.push({ from: at, to: range.to, state });
  const silent = silences(told, range);
  return joined(bands.flatMap((band) => cut(band, silent)));
}

/** A device's clock is believed so far ahead of its arrival. */
export const aheadMs = 10 * 60_000;

/**
 * Samples up to now in the order they stand in, the newest value last. What still stands after it was stored by a version
 * that kept no place, from a clock that was ahead: the newest is what the gateway calls so.
 * @param points by `ts`; up to `aheadMs` after now, where some stand that lie before it
 */
export function toldUpTo(
  points: readonly Pick<SeriesPoint, 'ts' | 'value' | 'standsAt'>[],
  newest: Pick<LatestValue, 'ts' | 'receivedAt' | 'value'> | undefined,
  now: number,
): readonly Sample[] {
  const past = points
    .map(({ ts, standsAt = ts, value }) => ({ ts: standsAt, value }))
    .filter(({ ts }) => ts <= now)
    .sort((a, b) => a.ts - b.ts);
  if (newest === undefined) return past;
  const { value } = newest;
  const ts = orderTime(newest);
  if (ts > now) return past;
  return [...past.filter((point) => point.ts < ts), { ts, value }, ...past.filter((point) => point.ts > ts + aheadMs)];
}

/** Runs of silent slots after the first heard one which are too long to be an interval. */
function silences({ points, life, slotMs, intervalMs, goneSince }: Told, { from, to }: Range): Range[] {
  const told = new Set(points.map(({ ts }) => Math.floor((ts - (life[0]?.ts ?? 0)) / slotMs)));
  const isHeard = (index: number): boolean => (life[index]?.count ?? 0) > 0 || told.has(index);
  const first = life.findIndex(({ count }) => count > 0);
  const found: Range[] = [];
  let since: number | undefined;
  for (const [index, slot] of life.entries()) {
    // The running slot may still bring something.
    const isSilent = first >= 0 && index > first && slot.ts + slotMs <= to && !isHeard(index);
    if (isSilent) since ??= slot.ts;
    else if (since !== undefined) {
      if (slot.ts - since >= 3 * intervalMs) found.push({ from: since, to: slot.ts });
      since = undefined;
    }
  }
  if (since !== undefined && to - since >= 3 * intervalMs) found.push({ from: since, to });
  if (goneSince !== null) found.push({ from: Math.max(from, goneSince), to });
  return found;
}

function cut(band: Band, silent: readonly Range[]): Band[] {
  let parts: Band[] = [band];
  for (const { from, to } of silent)
    parts = parts.flatMap((part) => {
      const [start, end] = [Math.max(part.from, from), Math.min(part.to, to)];
      if (start >= end) return [part];
      const pieces: Band[] = [
        { ...part, to: start },
        { from: start, to: end, state: 'unknown' },
        { ...part, from: end },
      ];
      return pieces.filter((piece) => piece.from < piece.to);
    });
  return parts;
}

/** Neighbours in the same state as one. */
function joined(bands: readonly Band[]): Band[] {
  const all: Band[] = [];
  for (const band of bands) {
    const last = all.at(-1);
    if (last?.state === band.state) all[all.length - 1] = { ...last, to: band.to };
    else all.push(band);
  }
  return all;
}

export interface BandSum {
  readonly openings: number;
  readonly openMs: number;
  readonly unknownMs: number;
}

export function sumBands(bands: readonly Band[]): BandSum {
  const lengthOf = (wanted: DoorState): number =>
    bands.reduce((sum, { from, to, state }) => sum + (state === wanted ? to - from : 0), 0);
  const openings = bands.filter(({ state }) => state === 'open').length;
  return { openings, openMs: lengthOf('open'), unknownMs: lengthOf('unknown') };
}
