/** Which readings of a register stay when its raw data go: as many as its hours can be booked from again. */

import type { RegisterSpec } from '#contract/config/devices.ts';
import { classifyStep } from '../meter/classify-step.ts';
import { floorTo, HOUR_MS } from './grid.ts';
import { type Columns, columns } from './point-columns.ts';

/** Readings closer than this are never booked as a gap, so one in this time is enough within an hour. */
const SPACING_MS = 15 * 60_000;

/**
 * Keeps the first and last reading of each hour, at least one every 15 minutes where there were any, both sides of
 * every gap, and all around what is not plain growth or carries a flag: the hours booked from the rest are the same.
 */
export function keptRegisters(
  points: Columns,
  spec: RegisterSpec | undefined,
  intervalMs: number,
  phase: number,
): Columns {
  const { ts, value, flags, length } = points;
  const keep = new Uint8Array(length);
  const keepAround = (i: number): void => {
    keep.fill(1, Math.max(0, i - 2), i + 2);
  };
  let lastKept = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i += 1) {
    const at = ts[i] ?? 0;
    const next = i + 1 < length ? (ts[i + 1] ?? 0) : Number.POSITIVE_INFINITY;
    const before = i > 0 ? (ts[i - 1] ?? 0) : Number.NEGATIVE_INFINITY;
    const hour = floorTo(at, HOUR_MS, phase);
    const edge = before < hour || next >= hour + HOUR_MS || at - before > SPACING_MS;
    if (edge || next - lastKept > SPACING_MS) keep[i] = 1;
    if (keep[i] === 1) lastKept = at;
    if ((flags[i] ?? 0) !== 0) keepAround(i);
    if (i === 0) continue;
    const step = classifyStep({ ts: before, value: value[i - 1] ?? 0 }, { ts: at, value: value[i] ?? 0 }, spec, {
      intervalMs,
    });
    if (step.kind !== 'normal') keepAround(i);
  }
  return filtered(points, keep);
}

function filtered(points: Columns, keep: Uint8Array): Columns {
  const kept = columns(keep.reduce((sum, one) => sum + one, 0));
  let n = 0;
  for (let i = 0; i < points.length; i += 1) {
    if (keep[i] !== 1) continue;
    kept.ts[n] = points.ts[i] ?? 0;
    kept.value[n] = points.value[i] ?? 0;
    kept.flags[n] = points.flags[i] ?? 0;
    n += 1;
  }
  return kept;
}
