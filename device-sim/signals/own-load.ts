/**
 * What one meter's own consumers draw, as a pure function of time, and its exact integral.
 *
 * A day is 96 quarter hours: level × peak × the day's factor. Within a pair of quarter hours noise takes from one what it
 * gives to the other, within a quarter hour a ripple swings whole periods: both vanish from the sum of a day, so a register
 * years after its start costs one cached number and a few additions, and always equals the integral of the power.
 */
import { type DayCurve, type LoadKind, SLOTS } from './load-shapes.ts';
import { DAY_MS, type LocalDays } from './local-days.ts';
import { noise } from './noise.ts';

const SLOT_MS = 900_000;
const RIPPLE = 0.06;
/** Registers of all seeds count from here: 2020-01-01. */
export const FIRST_DAY = Date.UTC(2020, 0, 1) / DAY_MS;

export interface OwnLoad {
  /** W or L/h at an instant. */
  rate(at: number): number;
  /** kWh or m³ since 2020-01-01; constant before. */
  total(at: number): number;
}

export interface OwnLoadOptions {
  readonly seed: number;
  readonly key: number;
  readonly kind: LoadKind;
  /** W or L/h at level 1 on an average day. */
  readonly peak: number;
  readonly days: LocalDays;
  readonly curve: (day: number) => DayCurve;
}

export function createOwnLoad(options: OwnLoadOptions): OwnLoad {
  const { seed, key, kind, peak, days } = options;
  const waves = 7 + Math.floor(noise(seed, key, 1) * 7);
  const unevenness = kind === 'server' ? 0.01 : 0.18;

  const factor = (day: number): number => {
    const season = kind === 'classroom' || kind === 'office' ? 0.12 * Math.cos((4 * Math.PI * (day - 15)) / 365.25) : 0;
    return 1 + season + (noise(seed, key, day) - 0.5) * (kind === 'server' ? 0.02 : 0.16);
  };
  const shift = (curve: DayCurve, day: number, slot: number): number => {
    const first = slot - (slot % 2);
    const give = Math.min(levelAt(curve, first), levelAt(curve, first + 1)) * unevenness;
    const amount = (noise(seed ^ 0x51ed, key ^ day, first) * 2 - 1) * give;
    return slot === first ? amount : -amount;
  };

  // sums[i] is the total up to the start of day FIRST_DAY + i.
  const sums: number[] = [0];
  const totalBefore = (day: number): number => {
    for (let next = FIRST_DAY + sums.length; next <= day; next += 1) {
      const last = next - 1;
      const slots = Math.round((days.startOf(next) - days.startOf(last)) / SLOT_MS);
      sums.push((sums.at(-1) ?? 0) + sumTo(options.curve(last), slots) * factor(last));
    }
    return sums[day - FIRST_DAY] ?? 0;
  };
  const where = (at: number) => {
    const day = days.dayAt(at);
    const into = (at - days.startOf(day)) / SLOT_MS;
    const slot = Math.floor(into);
    return { day, slot, part: into - slot, curve: options.curve(day) };
  };

  return {
    rate: (at) => {
      const { day, slot, part, curve } = where(at);
      const level = levelAt(curve, slot) + shift(curve, day, slot);
      return peak * factor(day) * level * (1 + RIPPLE * Math.sin(2 * Math.PI * waves * part));
    },
    total: (at) => {
      const { day, slot, part, curve } = where(at);
      if (day < FIRST_DAY) return 0;
      const moved = shift(curve, day, slot);
      const done = sumTo(curve, slot) + (slot % 2 === 1 ? -moved : 0);
      const ripple = (RIPPLE / (2 * Math.PI * waves)) * (1 - Math.cos(2 * Math.PI * waves * part));
      const slots = totalBefore(day) + factor(day) * (done + (levelAt(curve, slot) + moved) * (part + ripple));
      return (peak * slots * 0.25) / 1_000;
    },
  };
}

/** Days of 25 hours go on as their last quarter hour was. */
function levelAt(curve: DayCurve, slot: number): number {
  return curve.level[Math.min(slot, SLOTS - 1)] ?? 0;
}

function sumTo(curve: DayCurve, slots: number): number {
  const within = Math.min(slots, SLOTS);
  return (curve.sum[within] ?? 0) + (slots - within) * levelAt(curve, SLOTS - 1);
}
