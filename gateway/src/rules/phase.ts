/** The life of one condition on one device: ok → pending → firing → ok. One state machine for every kind. */
import { z } from 'zod';
import type { TransitionTo } from './transition.ts';

export interface Phase {
  state: 'ok' | 'pending' | 'firing';
  /** When it began, as people are told. */
  since: number;
  /** When it began to hold; `for` counts from here. */
  began: number;
  /** Holds no longer since; `clearDelay` counts from here. Null while it holds. */
  goneAt: number | null;
  /** Up to when it was known to hold, once it has gone or went unseen and is not seen to hold again. */
  heldUntil: number | null;
  /** Firing, but cannot be seen since. */
  unknownAt: number | null;
  /** `for` and `clearDelay` may not end earlier: nobody has seen yet whether it still holds. */
  notBefore: number;
  /** How often it was gone and came back within the clear delay. */
  returns: number;
  reason: string;
}

/** What a condition says at an instant. `missing`: the value is too old to say anything. */
export interface Verdict {
  readonly holds: 'yes' | 'no' | 'missing';
  readonly reason: string;
  /** When it began, if that is another instant than now. */
  readonly since?: number | undefined;
}

export interface Step {
  readonly to: TransitionTo;
  readonly reason: string;
  /** Reason for which it began. */
  readonly cause: string;
  readonly since: number;
  /** When the condition went, or was last known to hold; the instant of the step where it holds. */
  readonly until: number;
  /** It fires still only because the clear delay waits to be sure. */
  readonly isGone: boolean;
  /** How often it was gone and came back so far. */
  readonly returns: number;
}

export interface Delays {
  readonly for: number;
  readonly clearDelay: number;
}

export const OK: Phase = {
  state: 'ok',
  since: 0,
  began: 0,
  goneAt: null,
  heldUntil: null,
  unknownAt: null,
  notBefore: 0,
  returns: 0,
  reason: '',
};

/** Applies a verdict at `at`; mutates the phase. */
export function applyVerdict(phase: Phase, verdict: Verdict, at: number, delays: Delays): Step[] {
  if (verdict.holds === 'yes') return hold(phase, verdict, at, delays);
  if (phase.state === 'ok') return [];
  if (phase.state === 'pending') return [leave(phase, 'dropped', verdict.reason, at)];
  if (verdict.holds === 'missing') {
    // Whether it stayed away is no longer known, so the clear delay has to start anew.
    phase.heldUntil = heldUntil(phase, at);
    phase.goneAt = null;
    return goUnknown(phase, verdict.reason, at);
  }
  // The delay is against flapping values; the end of a period does not flap.
  if (delays.clearDelay === 0 || verdict.reason === 'period-ended') {
    return [leave(phase, 'resolved', verdict.reason, at)];
  }
  phase.heldUntil = heldUntil(phase, at);
  phase.goneAt ??= at;
  phase.notBefore = 0;
  return goKnown(phase, verdict.reason, at);
}

/** Instant at which `for` or `clearDelay` is over; Infinity when neither runs. */
export function phaseDue(phase: Phase, delays: Delays): number {
  if (phase.state === 'pending') return Math.max(phase.began + delays.for, phase.notBefore);
  if (phase.state === 'firing' && phase.goneAt !== null) {
    return Math.max(phase.goneAt + delays.clearDelay, phase.notBefore);
  }
  return Number.POSITIVE_INFINITY;
}

/** `for` or `clearDelay` is over at `at`. */
export function passPhaseDue(phase: Phase, at: number): Step[] {
  if (phase.state === 'pending') return [fire(phase, at)];
  return [leave(phase, 'resolved', 'cleared', at)];
}

export function goUnknown(phase: Phase, reason: string, at: number): Step[] {
  if (phase.state !== 'firing' || phase.unknownAt !== null) return [];
  phase.heldUntil = heldUntil(phase, at);
  phase.unknownAt = at;
  return [standing(phase, at, reason)];
}

/** Ends it whatever its condition says: the rule or the device is gone. */
export function abandon(phase: Phase, reason: string, at: number): Step[] {
  if (phase.state === 'ok') return [];
  return [leave(phase, phase.state === 'pending' ? 'dropped' : 'resolved', reason, at)];
}

/**
 * A firing phase as it stands at `at`. What cannot be seen, and what has gone and may come back, is told up to the last
 * instant of which something is known.
 */
export function standing(phase: Readonly<Phase>, at: number, reason = phase.reason): Step {
  return { ...stepOf(phase, phase.unknownAt === null ? 'firing' : 'unknown', at), reason };
}

/** The clock was put back to `now`: what it said before has not come yet, so it was now at the latest. */
export function forgetFuturePhase(phase: Phase, now: number): void {
  const past = (at: number | null): number | null => (at === null ? null : Math.min(at, now));
  phase.since = Math.min(phase.since, now);
  phase.began = Math.min(phase.began, now);
  phase.notBefore = Math.min(phase.notBefore, now);
  phase.goneAt = past(phase.goneAt);
  phase.heldUntil = past(phase.heldUntil);
  phase.unknownAt = past(phase.unknownAt);
}

/** The last instant of which it is known that it held, seen from `at`. Rows of earlier versions know only the other two. */
function heldUntil(phase: Readonly<Phase>, at: number): number {
  return phase.heldUntil ?? Math.min(phase.goneAt ?? at, phase.unknownAt ?? at);
}

function stepOf(phase: Readonly<Phase>, to: TransitionTo, at: number): Step {
  const { reason, since, returns, goneAt } = phase;
  return { to, reason, cause: reason, since, until: heldUntil(phase, at), isGone: goneAt !== null, returns };
}

function hold(phase: Phase, verdict: Verdict, at: number, delays: Delays): Step[] {
  phase.notBefore = 0;
  if (phase.goneAt !== null) phase.returns += 1;
  phase.goneAt = null;
  phase.heldUntil = null;
  if (phase.state === 'firing') return goKnown(phase, phase.reason, at);
  if (phase.state === 'pending') return phase.began + delays.for <= at ? [fire(phase, at)] : [];
  phase.since = Math.min(verdict.since ?? at, at);
  phase.began = at;
  phase.reason = verdict.reason;
  if (delays.for === 0) return [fire(phase, at)];
  phase.state = 'pending';
  return [stepOf(phase, 'pending', at)];
}

function fire(phase: Phase, at: number): Step {
  phase.state = 'firing';
  return stepOf(phase, 'firing', at);
}

function goKnown(phase: Phase, reason: string, at: number): Step[] {
  if (phase.unknownAt === null) return [];
  phase.unknownAt = null;
  return [{ ...stepOf(phase, 'known', at), reason }];
}

function leave(phase: Phase, to: 'dropped' | 'resolved', reason: string, at: number): Step {
  const step: Step = { ...stepOf(phase, to, at), reason };
  Object.assign(phase, OK);
  return step;
}

export const savedPhase = z.object({
  state: z.enum(['ok', 'pending', 'firing']),
  since: z.number(),
  began: z.number(),
  goneAt: z.number().nullable(),
  heldUntil: z.number().nullable().default(null),
  unknownAt: z.number().nullable(),
  notBefore: z.number(),
  returns: z.number().default(0),
  reason: z.string(),
});
