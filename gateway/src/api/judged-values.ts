/** What the rules of alerts compare: the lines that belong into a chart of their evidence. */
import type { RuleConfig } from '#contract/config/rules.ts';
import type { Alert, JudgedValue } from '#contract/http/alerts.ts';

/** One entry per alert whose rule is still in force and looks at a metric. */
export function judgedValues(alerts: readonly Alert[], rules: readonly RuleConfig[]): JudgedValue[] {
  return alerts.flatMap(({ id, rule }) => {
    const found = rules.find((one) => one.id === rule);
    const judged = found === undefined ? undefined : judgedBy(found);
    return judged === undefined ? [] : [{ alert: id, ...judged }];
  });
}

function judgedBy(rule: RuleConfig): Omit<JudgedValue, 'alert'> | undefined {
  switch (rule.kind) {
    case 'threshold':
      return {
        metric: rule.metric,
        above: rule.above ?? null,
        below: rule.below ?? null,
        clear: (rule.above === undefined ? rule.clearAbove : rule.clearBelow) ?? null,
      };
    case 'closed-hours-power':
      return { metric: rule.metric, above: rule.aboveW, below: null, clear: rule.clearBelowW ?? null };
    case 'never-zero-flow':
      return { metric: 'flow_lph', above: rule.minLph, below: null, clear: null };
    case 'state-in-period':
      return { metric: rule.metric, above: null, below: null, clear: null };
    case 'silent':
      return undefined;
  }
}
