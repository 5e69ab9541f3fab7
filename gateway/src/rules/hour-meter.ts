/** Flow per full local hour from register readings, interval amounts or a flow gauge. Constant memory: one open hour. */
import { z } from 'zod';
import type { MetricKind } from '#contract/metrics.ts';
import { classifyStep } from '../meter/classify-step.ts';
import { type ConditionContext, HOUR_MS } from './condition.ts';
import { freshMs } from './device-facts.ts';

const MIN_GAP_MS = 15 * 60_000;
const VALID_SHARE = 0.75;
export const L_PER_M3 = 1_000;

export interface HourFlow {
  readonly from: number;
  /** Litres per hour; null when the hour is not valid. */
  readonly lph: number | null;
}

export const hourMeterState = z.object({
  last: z.object({ at: z.number(), value: z.number() }).nullable(),
  hour: z.object({ from: z.number(), litres: z.number(), coveredMs: z.number(), bad: z.boolean() }).nullable(),
});
type State = z.output<typeof hourMeterState>;

export interface HourMeter {
  /** Takes a value judged at `at`, with its FLAG_BITS; returns the hours it finished, in order. */
  take(at: number, value: number, kind: MetricKind, flags: number): HourFlow[];
  /** Another metric takes over. */
  restart(): void;
  save(): State;
}

export function createHourMeter(context: ConditionContext, start: State | undefined): HourMeter {
  const { calendar, intervalMs } = context;
  const gapMs = Math.max(freshMs(intervalMs), MIN_GAP_MS);
  let { last, hour }: State = start ?? { last: null, hour: null };

  /** Finishes the open hour if it ends by `at`. */
  const finish = (at: number): HourFlow[] => {
    if (!hour || at < calendar.next(hour.from, 'hour')) return [];
    const lengthMs = calendar.next(hour.from, 'hour') - hour.from;
    const valid = !hour.bad && hour.coveredMs >= VALID_SHARE * lengthMs;
    const done = { from: hour.from, lph: valid ? (hour.litres * HOUR_MS) / hour.coveredMs : null };
    hour = null;
    return [done];
  };
  /** Adds litres spread evenly over [from, to), hour by hour; null litres make the hours invalid. */
  const add = (from: number, to: number, litres: number | null): HourFlow[] => {
    const done = finish(from);
    for (let at = from; at < to; ) {
      const start = calendar.floor(at, 'hour');
      const end = Math.min(to, calendar.next(at, 'hour'));
      hour ??= { from: start, litres: 0, coveredMs: 0, bad: false };
      if (litres === null) hour.bad = true;
      else {
        hour.litres += (litres * (end - at)) / (to - from);
        hour.coveredMs += end - at;
      }
      at = end;
      done.push(...finish(at));
    }
    return done;
  };

  return {
    take(at, value, kind, flags) {
      const before = last;
      last = { at, value };
      if (kind === 'interval') return add(Math.max(at - intervalMs, before?.at ?? 0), at, value * L_PER_M3);
      if (!before || at <= before.at || at - before.at > gapMs) return finish(at);
      if (kind === 'gauge') return add(before.at, at, (before.value * (at - before.at)) / HOUR_MS);
      const next = { ts: at, value, flags };
      const prev = { ts: before.at, value: before.value };
      const step = classifyStep(prev, next, context.device.register, { intervalMs });
      // The way back up from a jitter would else count twice.
      if (step.kind === 'jitter') last = { at, value: before.value };
      return add(before.at, at, step.increase === null ? null : step.increase * L_PER_M3);
    },
    restart() {
      last = null;
      hour = null;
    },
    save: () => ({ last, hour }),
  };
}
