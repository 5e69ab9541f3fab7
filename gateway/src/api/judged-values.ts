/** What the rules of alerts compare: the lines that belong into a chart of their evidence. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RuleConfig } from '#contract/config/rules.ts';
import type { Alert, JudgedValue } from '#contract/http/alerts.ts';

/** One entry per alert whose rule is still in force. @param devices how often each reports */
export function judgedValues(
  alerts: readonly Alert[],
  rules: readonly RuleConfig[],
  devices: ReadonlyMap<string, Pick<DeviceConfig, 'intervalS'>>,
): JudgedValue[] {
  return alerts.flatMap(({ id, rule, device }) => {
    const found = rules.find((one) => one.id === rule);
    return found === undefined ? [] : [{ alert: id, ...nothing, ...judgedBy(found, devices.get(device)?.intervalS) }];
  });
}

const nothing = { metric: null, above: null, below: null, clear: null, equals: null, toleratedMs: null };

function judgedBy(rule: RuleConfig, intervalS: number | undefined): Partial<JudgedValue> {
  switch (rule.kind) {
    case 'threshold':
      return {
        metric: rule.metric,
        above: rule.above ?? null,
        below: rule.below ?? null,
        clear: (rule.above === undefined ? rule.clearAbove : rule.clearBelow) ?? null,
      };
    case 'closed-hours-power':
      return { metric: rule.metric, above: rule.aboveW, clear: rule.clearBelowW ?? null };
    case 'never-zero-flow':
      return { metric: 'flow_lph', above: rule.minLph };
    case 'state-in-period':
      return { metric: rule.metric, equals: rule.equals, toleratedMs: rule.for };
    case 'silent': {
      const silentMs = rule.after ?? (intervalS === undefined ? undefined : rule.intervals * intervalS * 1_000);
      return { toleratedMs: silentMs === undefined ? null : silentMs + rule.for };
    }
  }
}
