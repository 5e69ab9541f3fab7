/** A made-up campus history: deterministic, so that store and model can both be told it without keeping it. */
import type { MetricKind } from '#contract/metrics.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { SeriesInfo } from '../../src/store/reading-store.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** Small, fast and good enough: xorshift over a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export interface HistorySeries extends SeriesInfo {
  /** Readings of day `day` in the order they arrive; `late` ones come a day or more after their time. */
  day(day: number): { readonly onTime: Reading[]; readonly late: Reading[] };
}

const METRIC: Record<MetricKind, string> = {
  register: 'energy_total_kwh',
  interval: 'energy_kwh',
  gauge: 'power_w',
  state: 'door_open',
};

/** @param start first instant, epoch ms */
export function historySeries(n: number, kind: MetricKind, start: number, seed: number): HistorySeries {
  const device = `d-${n}`;
  const random = randomNumbers(seed + 7_919 * n);
  const intervalMs = kind === 'interval' ? 15 * MINUTE : MINUTE;
  let level = Math.floor(random() * 1_000);
  const next = (): number => {
    if (kind === 'register') level = Math.max(0, Math.round((level + step(random)) * 1_000) / 1_000) % 1e4;
    else if (kind === 'interval') level = Math.round(random() * 400) / 100;
    else if (kind === 'gauge') level = n % 5 === 0 ? random() * 3_000 : Math.round(random() * 30_000) / 10;
    else level = random() < 0.02 ? Number(level === 0) : Number(level !== 0);
    return level;
  };
  const register = kind !== 'register' ? undefined : n % 2 === 0 ? { digits: 4 } : { ratedMax: 60, step: 0.001 };
  return {
    device,
    metric: METRIC[kind],
    kind,
    intervalMs,
    register,
    day(day) {
      // All of it comes at once, long after: no clock is ahead.
      const receivedAt = start + 1_000 * DAY;
      const onTime: Reading[] = [];
      const late: Reading[] = [];
      for (let ts = start + day * DAY; ts < start + (day + 1) * DAY; ts += intervalMs) {
        const value = next();
        const luck = random();
        // A gap of hours now and then, single readings lost, times that are not on the minute.
        if (luck < 0.002 || (n + day) % 11 === Math.floor((ts - start) / (4 * 60 * MINUTE)) % 11) continue;
        const at = ts + (luck < 0.1 ? Math.floor(random() * 20_000) : 0);
        const flags = luck > 0.999 ? FLAG_BITS.estimated : luck > 0.998 ? FLAG_BITS.clock : 0;
        const reading = { device, metric: METRIC[kind], ts: at, value, flags, receivedAt };
        if (luck > 0.99 && luck < 0.997) late.push({ ...reading, flags: FLAG_BITS.late });
        else onTime.push(reading);
        if (luck > 0.1 && luck < 0.101) onTime.push(reading, { ...reading, value: value + 1 });
      }
      return { onTime, late };
    },
  };
}

/** Mostly growth; seldom a jump, a reset, a dip of a step, a return. */
function step(random: () => number): number {
  const luck = random();
  if (luck < 0.000_02) return -1e9;
  if (luck < 0.000_04) return 5_000;
  if (luck < 0.000_1) return -0.002;
  return random() * 0.6;
}
