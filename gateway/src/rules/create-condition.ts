/** The kinds of condition there are: one line each. */
import type { RuleConfig } from '#contract/config/rules.ts';
import { createClosedHoursPower } from './closed-hours-power.ts';
import type { Condition, ConditionContext } from './condition.ts';
import { createNeverZeroFlow } from './never-zero-flow.ts';
import { createSilent } from './silent.ts';
import { createStateInPeriod } from './state-in-period.ts';
import { createThreshold } from './threshold.ts';

/** @param memory what the condition's `save` gave, undefined at first; anything unusable starts it afresh. */
export function createCondition(rule: RuleConfig, context: ConditionContext, memory: unknown): Condition {
  switch (rule.kind) {
    case 'threshold':
      return createThreshold(rule, context, memory);
    case 'state-in-period':
      return createStateInPeriod(rule, context);
    case 'silent':
      return createSilent(rule, context, memory);
    case 'closed-hours-power':
      return createClosedHoursPower(rule, context, memory);
    case 'never-zero-flow':
      return createNeverZeroFlow(rule, context, memory);
  }
}
