import type { Cell } from './cell.ts';
import type { Step } from './phase.ts';
import { priceOf } from './price.ts';
import { sentenceOf } from './sentence.ts';
import type { Transition } from './transition.ts';
import type { RuleSet } from './watch-list.ts';

/** What a step of a cell tells the rest of the product: figures, money and the sentence for people. */
export function transitionOf(cell: Cell, step: Step, at: number, set: RuleSet): Transition {
  const { rule } = cell;
  const { config } = cell.device;
  const extent = cell.condition.extent(step.since, step.until);
  const yuan = priceOf(set.tariffs, config, extent.amount, extent.unit, set.calendar.dateOf(step.since));
  const told = { excess: rounded(extent.amount, 3), unit: extent.unit, yuan: rounded(yuan, 2) };
  return {
    rule: rule.id,
    kind: rule.kind,
    severity: rule.severity,
    device: config.id,
    place: config.place,
    to: step.to,
    at,
    since: step.since,
    until: step.until,
    reason: step.reason,
    ...told,
    sentence: sentenceOf({ rule, device: config, set, step, at, value: extent.value, ...told }),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
