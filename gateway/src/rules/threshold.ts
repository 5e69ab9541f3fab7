/** A value above or below a level, with its own clear level, in a period of the calendar. */
import { z } from 'zod';
import type { ThresholdRule } from '#contract/config/rules.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { Condition, ConditionContext } from './condition.ts';
import type { Phase, Verdict } from './phase.ts';
import { createValueWatch } from './value-watch.ts';

const saved = z.object({ worst: z.number() });

export function createThreshold(rule: ThresholdRule, context: ConditionContext, memory: unknown): Condition {
  const watch = createValueWatch(context, rule.metric, rule.period);
  const up = rule.above !== undefined;
  const level = rule.above ?? rule.below ?? 0;
  const clearLevel = (up ? rule.clearBelow : rule.clearAbove) ?? level;
  let worst = saved.safeParse(memory).data?.worst;

  const judge = (at: number, phase: Readonly<Phase>): Verdict | undefined => {
    // The clear level ends an alert; while `for` still runs the value has to stay beyond the level itself.
    const limit = phase.state === 'firing' ? clearLevel : level;
    const verdict = watch.verdict(at, (value) => (up ? value > limit : value < limit), up ? 'above' : 'below');
    const value = watch.seen()?.value;
    if (verdict?.holds === 'yes' && value !== undefined) {
      worst = worst === undefined ? value : up ? Math.max(worst, value) : Math.min(worst, value);
    }
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
    extent: () => ({
      amount: worst === undefined ? null : Math.abs(worst - level),
      unit: metricInfo(rule.metric)?.unit ?? '',
      value: worst ?? null,
    }),
    ended() {
      worst = undefined;
    },
    save: () => (worst === undefined ? undefined : { worst }),
  };
}
