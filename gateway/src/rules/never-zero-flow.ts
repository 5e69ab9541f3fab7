/**
 * Water that never stops: the lowest valid hour of the day stays above `minLph` on `days` days in a row. Takes a
 * register, interval amounts or a flow gauge, the best that the device sends. An hour is valid when at least three
 * quarters of it were really received; a register step nobody can explain, and a gap, make their hours missing.
 *
 * Loss = lowest hour since the onset × hours since the onset (start of the first such day).
 */
import { z } from 'zod';
import type { NeverZeroFlowRule } from '#contract/config/rules.ts';
import { metricInfo } from '#contract/metrics.ts';
import { type Condition, type ConditionContext, HOUR_MS, MINUTE_MS } from './condition.ts';
import { createHourMeter, type HourFlow, hourMeterState, L_PER_M3 } from './hour-meter.ts';
import { OK, type Phase, type Verdict } from './phase.ts';

const METRICS = ['water_total_m3', 'water_m3', 'flow_lph'] as const;
const MIN_GRACE_MS = 10 * MINUTE_MS;

const dayState = z.object({
  from: z.number(),
  validHours: z.number(),
  lowest: z.number().nullable(),
});
const saved = z.object({
  metric: z.enum(METRICS),
  meter: hourMeterState,
  day: dayState,
  streak: z.object({ days: z.number(), from: z.number(), lowest: z.number() }).nullable(),
  /** Lowest hour of the running alert, litres. */
  lowest: z.number().nullable(),
});

export function createNeverZeroFlow(rule: NeverZeroFlowRule, context: ConditionContext, memory: unknown): Condition {
  const { calendar, intervalMs } = context;
  const start = saved.safeParse(memory).data;
  const stepLph = (context.device.register?.step ?? 0) * L_PER_M3;
  let metric = start?.metric;
  let day = start?.day ?? newDay(calendar.floor(context.startAt, 'day'));
  let streak = start?.streak ?? null;
  let lowest = start?.lowest ?? null;
  const meter = createHourMeter(context, start?.meter);
  const graceMs = Math.max(MIN_GRACE_MS, 2 * intervalMs);
  const limitLph = (): number => (metric === 'water_total_m3' ? Math.max(rule.minLph, stepLph) : rule.minLph);
  const isDry = (lph: number): boolean => lph <= limitLph();
  const dayEnd = (): number => calendar.next(day.from, 'day');

  const dry = (): Verdict => {
    streak = null;
    return { holds: 'no', reason: 'cleared' };
  };
  /** Closes the day; undefined while a new run is only being counted. */
  const closeDay = (phase: Readonly<Phase>): Verdict | undefined => {
    const closed = day;
    day = newDay(dayEnd());
    if (closed.lowest !== null && isDry(closed.lowest)) return dry();
    if (closed.lowest === null || closed.validHours < rule.minHours) {
      // Not enough was seen to say that it ran all day, nor that it stopped.
      streak = null;
      return { holds: 'missing', reason: 'missing' };
    }
    streak = {
      days: (streak?.days ?? 0) + 1,
      from: streak?.from ?? closed.from,
      lowest: Math.min(streak?.lowest ?? closed.lowest, closed.lowest),
    };
    // After a day without data one wet day is enough to see that an alert which fires still holds.
    const goesOn = phase.state === 'firing' && phase.goneAt === null;
    if (streak.days < rule.days && !goesOn) return undefined;
    lowest = Math.min(lowest ?? streak.lowest, streak.lowest);
    return { holds: 'yes', reason: 'never-zero', since: streak.from };
  };
  /** Takes one finished hour in; days that ended before it are closed first. */
  const finishHour = (hour: HourFlow, phase: Readonly<Phase>): Verdict | undefined => {
    let verdict: Verdict | undefined;
    while (dayEnd() <= hour.from) verdict = closeDay(phase);
    if (hour.lph === null || hour.from < day.from) return verdict;
    day.validHours += 1;
    day.lowest = Math.min(day.lowest ?? hour.lph, hour.lph);
    return isDry(hour.lph) ? dry() : verdict;
  };
  const choose = (name: string): boolean => {
    const known = METRICS.find((one) => one === name);
    if (known === undefined) return false;
    if (metric === undefined || METRICS.indexOf(known) < METRICS.indexOf(metric)) {
      metric = known;
      meter.restart();
    }
    return metric === known;
  };

  return {
    reads: (name) => METRICS.some((known) => known === name),
    reading(at, reading, phase) {
      if (!choose(reading.metric)) return undefined;
      let last: Verdict | undefined;
      const kind = metricInfo(reading.metric)?.kind ?? 'gauge';
      for (const hour of meter.take(at, reading.value, kind, reading.flags)) last = finishHour(hour, phase) ?? last;
      return last;
    },
    due: () => dayEnd() + graceMs,
    deadline: (_at, phase) => closeDay(phase),
    judge: (_at, phase) => (phase.state === 'firing' ? { holds: 'yes', reason: phase.reason } : undefined),
    unsure: () => false,
    skipTo(at) {
      while (dayEnd() + graceMs <= at) closeDay(OK);
    },
    extent: (since, until) => ({
      amount: lowest === null ? null : (lowest * (until - since)) / HOUR_MS / L_PER_M3,
      unit: 'm³',
      value: lowest,
    }),
    ended() {
      lowest = null;
    },
    save: () => (metric === undefined ? undefined : { metric, meter: meter.save(), day, streak, lowest }),
  };
}

function newDay(from: number): z.output<typeof dayState> {
  return { from, validHours: 0, lowest: null };
}
