/** Last value of one metric against a period of the school's calendar: what threshold, state and power rules share. */
import { type ConditionContext, NEVER } from './condition.ts';
import { type Seen, standsFor } from './device-facts.ts';
import type { Phase, Verdict } from './phase.ts';

export interface ValueWatch {
  seen(): Seen | undefined;
  /** Next change of the period, or the instant at which the value grows too old for a condition that is not ok. */
  due(phase: Readonly<Phase>): number;
  /** Moves the period on. */
  pass(at: number): void;
  unsure(at: number): boolean;
  /** `holds` is asked only for a value that stands, inside the period. */
  verdict(at: number, holds: (value: number) => boolean, reason: string): Verdict | undefined;
}

export function createValueWatch(context: ConditionContext, metric: string, period: string): ValueWatch {
  const { calendar, facts } = context;
  const { place } = context.device;
  const standMs = standsFor(metric, context.intervalMs);
  const seen = (): Seen | undefined => facts.values.get(metric);
  const changeAfter = (at: number): number => (period === 'always' ? NEVER : calendar.nextChange(place, at));
  let change = changeAfter(Math.max(context.startAt, seen()?.at ?? 0));
  const oldAt = (): number => {
    const last = seen();
    return last ? Math.max(last.at + standMs, facts.graceUntil) : NEVER;
  };

  return {
    seen,
    due: (phase) => Math.min(change, phase.state === 'ok' || phase.unknownAt !== null ? NEVER : oldAt()),
    pass(at) {
      if (change <= at) change = changeAfter(at);
    },
    unsure(at) {
      const last = seen();
      return last === undefined || at >= last.at + standMs;
    },
    verdict(at, holds, reason) {
      const last = seen();
      if (!last) return undefined;
      // Between growing old and the end of the grace nothing is said: neither that it holds nor that it is missing.
      if (at >= last.at + standMs) return at >= facts.graceUntil ? { holds: 'missing', reason: 'missing' } : undefined;
      if (!calendar.inPeriod(place, period, at)) return { holds: 'no', reason: 'period-ended' };
      return holds(last.value) ? { holds: 'yes', reason } : { holds: 'no', reason: 'cleared' };
    },
  };
}
