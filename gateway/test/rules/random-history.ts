/** A seeded month of a small school: what devices send, when it arrives, and when they are silent. */
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { RuleSet } from '../../src/rules/watch-list.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** mulberry32: the same numbers for the same seed on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const MONTH_RULES = [
  { id: 'net', kind: 'silent', severity: 'critical', select: { kind: 'switch' } },
  { id: 'cam', kind: 'silent', clearDelay: '30s', select: { kind: 'camera' } },
  { id: 'alive', kind: 'silent', for: '2m', select: { kind: 'door' } },
  {
    id: 'gate-open',
    kind: 'state-in-period',
    metric: 'door_open',
    for: '2m',
    clearDelay: '1m',
    select: { kind: 'door' },
  },
  {
    id: 'study-open',
    kind: 'state-in-period',
    metric: 'door_open',
    period: 'bell:study',
    for: '10m',
    select: { kind: 'door' },
  },
  {
    id: 'left-on',
    kind: 'closed-hours-power',
    aboveW: 400,
    clearBelowW: 300,
    for: '10m',
    clearDelay: '5m',
    select: { kind: 'electricity-meter' },
  },
  {
    id: 'load',
    kind: 'threshold',
    metric: 'power_w',
    above: 3_000,
    clearBelow: 2_500,
    for: '3m',
    select: { kind: 'electricity-meter' },
  },
  { id: 'leak', kind: 'never-zero-flow', select: { kind: 'water-meter' } },
];

/**
 * Readings in the order of arrival; each arrives within 0.4 s of the instant it speaks for. Switches speak at even
 * seconds and all else at odd ones: what a switch's silence means for the devices behind it is exact only if nothing
 * of theirs happens within the settling time of it.
 */
export function monthOfReadings(set: RuleSet, from: number, to: number, seed: number): Reading[] {
  const next = random(seed);
  const readings: Reading[] = [];
  const put = (device: string, metric: string, ts: number, value: number, spokenAt = ts): void => {
    readings.push({ device, metric, ts, value, flags: 0, receivedAt: spokenAt + Math.floor(next() * 400) });
  };
  const outages = (count: number, longest: number): ((at: number) => boolean) => {
    const spans = Array.from({ length: count }, () => {
      const start = from + next() * (to - from);
      return [start, start + next() * longest] as const;
    });
    return (at) => spans.some(([start, end]) => at >= start && at < end);
  };
  const every = (stepMs: number, silent: (at: number) => boolean, send: (at: number) => void): void => {
    for (let at = from + next() * stepMs; at < to; at += stepMs * (0.97 + next() * 0.06)) {
      const even = 2_000 * Math.floor(at / 2_000);
      if (!silent(even)) send(even);
    }
  };

  const network = outages(4, 2 * HOUR);
  for (const device of set.registry.devices.values()) {
    const ownGaps = outages(5, 3 * HOUR);
    const stepMs = device.intervalS * 1_000;
    const isDown = (at: number): boolean => network(at) || ownGaps(at);
    if (device.kind === 'switch') every(stepMs, isDown, (at) => put(device.id, 'online', at, next() < 0.001 ? 0 : 1));
    else if (device.kind === 'camera') {
      every(stepMs, isDown, (at) => put(device.id, 'camera_online', at + 1_000, next() < 0.001 ? 0 : 1));
    } else if (device.kind === 'door') {
      let open = 0;
      every(stepMs, ownGaps, (at) => {
        if (next() < 0.01) open = 1 - open;
        put(device.id, 'door_open', at + 1_000, open);
      });
    } else if (device.kind === 'electricity-meter') {
      let watts = 200;
      every(stepMs, ownGaps, (at) => {
        if (next() < 0.01) watts = [50, 200, 500, 1_500, 3_500][Math.floor(next() * 5)] ?? 0;
        put(device.id, 'power_w', at + 1_000, Math.round(watts * (0.9 + 0.2 * next())));
      });
    } else water(device.id, device.intervalS * 1_000);
  }
  return readings.sort((a, b) => a.receivedAt - b.receivedAt);

  function water(device: string, intervalMs: number): void {
    const leak = from + next() * (to - from) * 0.6;
    const gaps = outages(2, 30 * HOUR);
    let m3 = 100;
    const lph = (at: number): number => (at > leak && at < leak + 6 * 24 * HOUR ? 25 : 0) + (next() < 0.3 ? 120 : 0);
    const stepMs = Math.max(intervalMs, 5 * MINUTE);
    for (let at = from; at + stepMs < to; at += stepMs) {
      m3 += (lph(at) * stepMs) / HOUR / 1_000;
      if (gaps(at)) continue;
      if (device === 'water-flow') put(device, 'flow_lph', at, lph(at));
      else if (device === 'water-half-hour')
        put(device, 'water_m3', at, (lph(at) * stepMs) / HOUR / 1_000, at + stepMs);
      else put(device, 'water_total_m3', at, Number(m3.toFixed(3)));
    }
  }
}

/** What the network makes of them: duplicates, replayed copies and late ones, none of which may change anything. */
export function withNoise(readings: readonly Reading[], seed: number): Reading[] {
  const next = random(seed);
  const noise = readings.flatMap((reading): Reading[] => {
    const chance = next();
    const receivedAt = reading.receivedAt + Math.floor(next() * 20_000);
    if (chance < 0.01) return [{ ...reading, receivedAt: reading.receivedAt + 1 }];
    if (chance < 0.02) return [{ ...reading, value: 1 - reading.value, receivedAt, flags: FLAG_BITS.replayed }];
    return [];
  });
  return [...readings, ...noise].sort((a, b) => a.receivedAt - b.receivedAt);
}

/**
 * Clocks that run ahead for hours, by jitter or by minutes, and are set right again; and doors that open under such a
 * clock and shut a moment later under the right one. In the order of arrival, like what it is given.
 */
export function withClocksAhead(readings: readonly Reading[], seed: number): Reading[] {
  const next = random(seed);
  const spans = new Map<string, { from: number; to: number; lead: number }[]>();
  const [first, last] = [readings[0]?.receivedAt ?? 0, readings.at(-1)?.receivedAt ?? 0];
  const spansOf = (device: string): { from: number; to: number; lead: number }[] => {
    const known = spans.get(device);
    if (known) return known;
    const made = Array.from({ length: 8 }, (_, n) => {
      const from = first + next() * (last - first);
      // No two spans end on the same millisecond: what a clock says again is a resend.
      const lead = n < 3 ? 200 + 20 * n : 5_000 + 1_000 * Math.floor(next() * 530) + 40 * n + 3;
      return { from, to: from + next() * 3 * HOUR, lead };
    });
    spans.set(device, made);
    return made;
  };
  const all = readings.flatMap((reading): Reading[] => {
    const span = spansOf(reading.device).find(({ from, to }) => reading.receivedAt >= from && reading.receivedAt < to);
    if (span) return [{ ...reading, ts: reading.ts + span.lead }];
    if (reading.metric !== 'door_open' || next() > 0.005) return [reading];
    const { ts } = reading;
    const isJitter = next() < 0.5;
    const lead = isJitter ? 300 : 5_003 + 1_000 * Math.floor(next() * 530);
    return [
      reading,
      { ...reading, ts: ts + 401 + lead, value: 1, receivedAt: ts + 401 },
      { ...reading, ts: ts + (isJitter ? 421 : 333), value: 0, receivedAt: ts + 450 },
    ];
  });
  return all.sort((a, b) => a.receivedAt - b.receivedAt);
}
