/** A state (door open) in a period of the calendar (closed hours). Still so when the period starts: it begins then. */
import type { StateInPeriodRule } from '#contract/config/rules.ts';
import { type Condition, type ConditionContext, MINUTE_MS } from './condition.ts';
import type { Verdict } from './phase.ts';
import { createValueWatch } from './value-watch.ts';

export function createStateInPeriod(rule: StateInPeriodRule, context: ConditionContext): Condition {
  const watch = createValueWatch(context, rule.metric, rule.period);
  const judge = (at: number): Verdict | undefined => watch.verdict(at, (value) => value === rule.equals, 'state');
  return {
    reads: (metric) => metric === rule.metric,
    reading: judge,
    due: watch.due,
    deadline(at) {
      watch.pass(at);
      return judge(at);
    },
    judge,
    unsure: watch.unsure,
    skipTo: watch.pass,
    extent: (since, until) => ({ amount: (until - since) / MINUTE_MS, unit: 'min', value: null }),
    ended: () => undefined,
    save: () => undefined,
  };
}
