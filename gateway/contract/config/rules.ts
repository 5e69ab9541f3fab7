/** config/rules.yaml: what is worth waking somebody for. */
import { z } from 'zod';
import { DEVICE_KINDS, SEVERITIES } from '../enums.ts';
import { tagsOf } from '../tags.ts';
import { duration, id, name, text } from './common.ts';

/** Which devices a rule watches: all given filters must match. */
export const selector = z.strictObject({
  kind: z.enum(DEVICE_KINDS).optional(),
  devices: z.array(id).optional(),
  /** Places, children included. */
  places: z.array(id).optional(),
  tags: z.array(z.string()).max(32).overwrite(tagsOf).optional(),
});

const common = {
  id,
  name,
  enabled: z.boolean().default(true),
  severity: z.enum(SEVERITIES).default('warning'),
  select: selector.default({}),
  /** The condition must hold this long before the alert fires. */
  for: duration.default(0),
  /** It must have been gone this long before the alert resolves; what comes back earlier goes on. */
  clearDelay: duration.default(0),
  /** What the reader should do, one sentence. */
  advice: text.optional(),
};

/** A reed contact that bounces, a value that swings about its level: one story, not twenty. */
const FLAPPING_MS = 30_000;
/** Where values flap it is not nought unless the rule says so. */
const steady = { ...common, clearDelay: duration.default(FLAPPING_MS) };

const period = z
  .enum(['closed', 'open', 'always'])
  .or(z.string().regex(/^bell:[a-z0-9-]+$/, 'closed, open, always or bell:<id>'));

export const thresholdRule = z
  .strictObject({
    ...steady,
    kind: z.literal('threshold'),
    metric: z.string(),
    above: z.number().optional(),
    below: z.number().optional(),
    /** Value at which it counts as gone; the threshold itself when absent. */
    clearBelow: z.number().optional(),
    clearAbove: z.number().optional(),
    period: period.default('always'),
  })
  .refine((rule) => (rule.above === undefined) !== (rule.below === undefined), 'give either above or below');

export const stateInPeriodRule = z.strictObject({
  ...steady,
  kind: z.literal('state-in-period'),
  metric: z.string(),
  equals: z
    .union([z.literal(0), z.literal(1), z.boolean()])
    .default(1)
    .transform(Number),
  period: period.default('closed'),
});

/** Fires when a device that is expected to report does not: after `after`, or `intervals` × its intervalS. */
export const silentRule = z.strictObject({
  ...common,
  kind: z.literal('silent'),
  after: duration.optional(),
  intervals: z.number().min(1).max(100).default(3),
});

/** Power above a configured level while the place is closed (人走灯灭, absolute form). */
export const closedHoursPowerRule = z.strictObject({
  ...steady,
  kind: z.literal('closed-hours-power'),
  metric: z.string().default('power_w'),
  aboveW: z.number().nonnegative(),
  clearBelowW: z.number().nonnegative().optional(),
});

/** Water that never stops: the lowest hour of the day stays above `minLph` on `days` days in a row. */
export const neverZeroFlowRule = z.strictObject({
  ...common,
  kind: z.literal('never-zero-flow'),
  minLph: z.number().positive().default(5),
  days: z.number().int().min(1).max(14).default(2),
  minHours: z.number().int().min(1).max(24).default(20),
});

export const rule = z.discriminatedUnion('kind', [
  thresholdRule,
  stateInPeriodRule,
  silentRule,
  closedHoursPowerRule,
  neverZeroFlowRule,
]);

export const rulesConfig = z.strictObject({ rules: z.array(rule) });

export type Selector = z.output<typeof selector>;
export type RuleConfig = z.output<typeof rule>;
export type RulesConfig = z.output<typeof rulesConfig>;
export type ThresholdRule = z.output<typeof thresholdRule>;
export type StateInPeriodRule = z.output<typeof stateInPeriodRule>;
export type SilentRule = z.output<typeof silentRule>;
export type ClosedHoursPowerRule = z.output<typeof closedHoursPowerRule>;
export type NeverZeroFlowRule = z.output<typeof neverZeroFlowRule>;
