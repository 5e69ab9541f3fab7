/**
 * Power above a level while the place is closed (人走灯灭, the absolute form). The excess is the energy above the level
 * from the first sample of the run on; a sample counts for as long as it stands, so that the rest of a gap adds nothing.
 */
import { z } from 'zod';
import type { ClosedHoursPowerRule } from '#contract/config/rules.ts';
import { type Condition, type ConditionContext, HOUR_MS } from './condition.ts';
import { standsFor } from './device-facts.ts';
import type { Phase, Verdict } from './phase.ts';
import { createValueWatch } from './value-watch.ts';

/** Run so far: energy above the level up to `at`, the last sample, and the highest power. */
const saved = z.object({ kwh: z.number(), at: z.number(), seenAt: z.number(), powerW: z.number(), worst: z.number() });
type Run = z.output<typeof saved>;

export function createClosedHoursPower(
  rule: ClosedHoursPowerRule,
  context: ConditionContext,
  memory: unknown,
): Condition {
  const watch = createValueWatch(context, rule.metric, 'closed');
  const standMs = standsFor(rule.metric, context.intervalMs);
  const clearW = rule.clearBelowW ?? rule.aboveW;
  let run: Run | undefined = saved.safeParse(memory).data;

  const kwhUntil = (at: number): number => {
    if (!run) return 0;
    const ms = Math.max(0, Math.min(at, run.seenAt + standMs) - run.at);
    return run.kwh + (Math.max(0, run.powerW - rule.aboveW) * ms) / (1_000 * HOUR_MS);
  };
  const judge = (at: number, phase: Readonly<Phase>): Verdict | undefined => {
    const limitW = phase.state === 'firing' ? clearW : rule.aboveW;
    const verdict = watch.verdict(at, (powerW) => powerW > limitW, 'closed-hours');
    const seen = watch.seen();
    if (!seen) return verdict;
    const now = { at, seenAt: seen.at, powerW: seen.value };
    if (run) run = { ...now, kwh: kwhUntil(at), worst: Math.max(run.worst, seen.value) };
    else if (verdict?.holds === 'yes') run = { ...now, kwh: 0, worst: seen.value };
    return verdict;
  };

  return {
    reads: (metric) => metric === rule.metric,
    reading: (at, _reading, phase) => judge(at, phase),
    due: watch.due,
    deadline(at, phase) {
      watch.pass(at);
      return judge(at, phase);
    },
    judge,
    unsure: watch.unsure,
    skipTo: watch.pass,
    extent: (_since, until) => ({ amount: run ? kwhUntil(until) : null, unit: 'kWh', value: run?.worst ?? null }),
    ended() {
      run = undefined;
    },
    save: () => run,
  };
}
