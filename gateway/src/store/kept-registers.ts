/** Which readings of a register stay when its raw data go: as many as its hours can be booked from again. */
import type { RegisterSpec } from '#contract/config/devices.ts';
import { classifyStep } from '../meter/classify-step.ts';
import { floorTo, HOUR_MS } from './grid.ts';
import { between, type Columns, columns, lowerBound } from './point-columns.ts';

/** Readings closer than this are never booked as a gap, so one in this time is enough within an hour. */
const SPACING_MS = 15 * 60_000;

export interface RegisterSpan {
  /** The readings from `from` to `to` and, on both sides, those within the booking's reach and one more. */
  readonly around: Columns;
  readonly from: number;
  readonly to: number;
  readonly spec: RegisterSpec | undefined;
  readonly intervalMs: number;
  readonly phase: number;
}

/**
 * Keeps the first and last reading of each hour, at least one every 15 minutes where there were any, both sides of
 * every gap and all around a flag or a jump: the hours booked from the rest are the same. Near a drop everything
 * stays: whether it is a dip, a spike or a new meter is read off the single steps around it. So it does near readings
 * that were moved, which are booked in another order than this one.
 */
export function keptRegisters({ around, from, to, spec, intervalMs, phase }: RegisterSpan): Columns {
  const { ts, flags, length } = around;
  const start = lowerBound(ts, length, from);
  const end = lowerBound(ts, length, to);
  if (around.shift !== undefined) return between(around, from, to);
  const keep = new Uint8Array(length);
  const keepAround = (i: number): void => {
    keep.fill(1, Math.max(0, i - 2), i + 2);
  };
  let lastKept = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i += 1) {
    const at = ts[i] ?? 0;
    const next = i + 1 < length ? (ts[i + 1] ?? 0) : Number.POSITIVE_INFINITY;
    const before = i > 0 ? (ts[i - 1] ?? 0) : Number.NEGATIVE_INFINITY;
    const hour = floorTo(at, HOUR_MS, phase);
    const edge = before < hour || next >= hour + HOUR_MS || at - before > SPACING_MS;
    if (edge || next - lastKept > SPACING_MS) keep[i] = 1;
    if (keep[i] === 1) lastKept = at;
  }
  for (let i = 0; i < length; i += 1) {
    if ((flags[i] ?? 0) !== 0) keepAround(i);
    const kind = i === 0 ? 'normal' : stepKind(around, i, spec, intervalMs);
    if (kind === 'reset' || kind === 'back-step') return between(around, from, to);
    if (kind !== 'normal') keepAround(i);
  }
  return picked(around, keep, start, end);
}

function stepKind(
  { ts, value, flags }: Columns,
  i: number,
  spec: RegisterSpec | undefined,
  intervalMs: number,
): string {
  const prev = { ts: ts[i - 1] ?? 0, value: value[i - 1] ?? 0 };
  const next = { ts: ts[i] ?? 0, value: value[i] ?? 0, flags: flags[i] ?? 0 };
  return classifyStep(prev, next, spec, { intervalMs }).kind;
}

function picked(points: Columns, keep: Uint8Array, start: number, end: number): Columns {
  const kept = columns(keep.subarray(start, end).reduce((sum, one) => sum + one, 0));
  let n = 0;
  for (let i = start; i < end; i += 1) {
    if (keep[i] !== 1) continue;
    kept.ts[n] = points.ts[i] ?? 0;
    kept.value[n] = points.value[i] ?? 0;
    kept.flags[n] = points.flags[i] ?? 0;
    n += 1;
  }
  return kept;
}
