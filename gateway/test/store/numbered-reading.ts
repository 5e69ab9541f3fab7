/** Reading number n of the kill test: number, series, time and value all say the same. */
import type { Reading } from '#contract/readings.ts';

export const KILL_START = Date.UTC(2026, 2, 2);
const SERIES = 7;

export function numberedReading(n: number): Reading {
  const ts = KILL_START + n * 5_000;
  return { device: `d-${n % SERIES}`, metric: 'power_w', ts, value: n, flags: 0, receivedAt: ts };
}
