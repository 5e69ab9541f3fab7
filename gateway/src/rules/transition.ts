/** What the rule engine says: one condition of one rule on one device changed its mind. */
import type { ConditionKind, Severity, Text } from '#contract/enums.ts';

/**
 * pending: the condition began, `for` not over. dropped: it went before `for` was over. firing, resolved: as named.
 * unknown: it can no longer be seen (device or parent silent); never resolves. known: it can be seen again, still firing.
 */
export type TransitionTo = 'pending' | 'dropped' | 'firing' | 'resolved' | 'unknown' | 'known';

/** Why a condition is judged no more. */
export const GONE_REASONS = ['rule-removed', 'device-retired', 'not-selected'] as const;
export type GoneReason = (typeof GONE_REASONS)[number];

export interface Transition {
  readonly rule: string;
  readonly kind: ConditionKind;
  readonly severity: Severity;
  readonly device: string;
  readonly place: string;
  readonly to: TransitionTo;
  /** Exact instant it happened (a deadline's own time, not the tick that noticed it), epoch ms. */
  readonly at: number;
  /** When the condition began. */
  readonly since: number;
  /** When it went or was last known to hold, which a clear delay and a later look notice later; `at` where it holds. */
  readonly until: number;
  /** Named reason: `above`, `below`, `state`, `silent`, `closed-hours`, `never-zero`, `cleared`, `period-ended`, those of `GoneReason` … */
  readonly reason: string;
  /** How much too much so far (kWh, m³, min …) and what it costs; null when not known. */
  readonly excess: number | null;
  readonly unit: string;
  readonly yuan: number | null;
  /** Place, what, since when, how bad, what to do, whose: as a guard reads it. */
  readonly sentence: Text;
}
