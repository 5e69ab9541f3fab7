/** A device that should report and does not. Judged on signs of life; `since` is the last one. */
import { z } from 'zod';
import type { SilentRule } from '#contract/config/rules.ts';
import { type Condition, type ConditionContext, MINUTE_MS, NEVER } from './condition.ts';
import { freshMs } from './device-facts.ts';
import type { Phase, Verdict } from './phase.ts';

const saved = z.object({ base: z.number() });

export function createSilent(rule: SilentRule, context: ConditionContext, memory: unknown): Condition {
  const { facts, intervalMs } = context;
  const afterMs = rule.after ?? rule.intervals * intervalMs;
  /** Last sign of life when the silence was noticed; only a newer one ends it. */
  let base = saved.safeParse(memory).data?.base;

  const lastSign = (): number => facts.heardAt ?? facts.knownSince;
  const silentAt = (): number => {
    const wait = facts.heardAt === null ? Math.max(afterMs, freshMs(intervalMs)) : afterMs;
    const heardInGrace = facts.heardAt !== null && facts.heardAt >= facts.graceUntil - freshMs(intervalMs);
    // The grace is for those we could not hear; who has reported since then is judged as on any other day.
    return heardInGrace ? lastSign() + wait : Math.max(lastSign() + wait, facts.graceUntil);
  };
  const yes = (): Verdict => {
    base ??= lastSign();
    return { holds: 'yes', reason: facts.heardAt === null ? 'never-seen' : 'silent', since: base };
  };
  const judge = (at: number, phase: Readonly<Phase>): Verdict | undefined => {
    // A clock that was put back took the last sign of life with it.
    if (base !== undefined) base = Math.min(base, lastSign());
    const stillSilent = phase.state !== 'ok' && phase.goneAt === null && (facts.heardAt ?? -1) <= (base ?? -1);
    // What is still silent after we were blind gets its grace before `for` may end.
    if (stillSilent) return phase.state === 'pending' && at < facts.graceUntil ? undefined : yes();
    if (at < silentAt()) return { holds: 'no', reason: 'heard' };
    base = lastSign();
    return yes();
  };

  return {
    ofLife: true,
    reads: () => false,
    reading: () => undefined,
    due: (phase) => (phase.state === 'ok' || phase.goneAt !== null ? silentAt() : NEVER),
    deadline: judge,
    judge,
    unsure: () => true,
    skipTo: () => undefined,
    extent: (since, until) => ({ amount: (until - since) / MINUTE_MS, unit: 'min', value: null }),
    ended() {
      base = undefined;
    },
    save: () => (base === undefined ? undefined : { base }),
  };
}
