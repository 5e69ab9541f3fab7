/**
 * Whose turn it is on a line. A device is asked everything in one round, once an interval; rounds that would begin
 * before the last one could are left out and counted. Who does not answer is asked ever more rarely and one request at a
 * time, and between two such attempts those who answer have their turn.
 */
import type { PolledDevice } from './poll-plan.ts';

export interface Turn {
  /** Index of the device in the plan, and of its step. */
  readonly device: number;
  readonly step: number;
}

/** blocked: its answer could be taken for another's. overdue: its own answer may still come. */
export type StepState = 'free' | 'blocked' | 'overdue';

export interface Rounds {
  next(at: number, stateOf: (turn: Turn) => StepState): Turn | undefined;
  answered(turn: Turn, at: number): void;
  timedOut(turn: Turn, at: number): void;
  /** The line is back after nobody listened: everything is asked anew. */
  restart(at: number): void;
  /** When the next round begins that is not due yet. */
  nextAt(now: number): number;
  /** Rounds left out because the line was busy, since the last call. */
  takeSkipped(): number;
  /** Attempts in a row without an answer. */
  misses(device: number): number;
}

interface Round {
  dueAt: number;
  /** When it was asked last. */
  askedAt: number;
  /** Steps still to be asked in this round. */
  todo: number[];
  /** Where the next round begins: behind the step that was not answered. */
  first: number;
  /** The step that is asked once more, and how often it was. */
  again: number | undefined;
  attempts: number;
  misses: number;
  isAnswered: boolean;
  /** It had to wait for what may still come: that is not for want of time on the line. */
  isHeld: boolean;
}

const LONGEST_WAIT_MS = 300_000;

export function createRounds(devices: readonly PolledDevice[], at: number): Rounds {
  const rounds = devices.map(
    (): Round => ({
      ...{ dueAt: at, askedAt: Number.NEGATIVE_INFINITY, todo: [], first: 0, again: undefined },
      ...{ attempts: 0, misses: 0, isAnswered: false, isHeld: false },
    }),
  );
  let current = -1;
  let wasSilent = false;
  let skipped = 0;

  const stepsOf = (index: number): number => devices[index]?.steps.length ?? 0;
  const candidate = (index: number, now: number, stateOf: (turn: Turn) => StepState): Turn | undefined => {
    const round = rounds[index];
    if (round === undefined || (round.todo.length === 0 && round.dueAt > now)) return undefined;
    if (round.again !== undefined) return { device: index, step: round.again };
    const steps = round.todo.length > 0 ? round.todo : rotated(stepsOf(index), round.first);
    const states = steps.map((step) => stateOf({ device: index, step }));
    const free = steps[states.indexOf('free')];
    // Asking once more for what is overdue would only hold up the others longer.
    round.isHeld ||= free === undefined && states.includes('blocked');
    const step = free ?? (states.includes('blocked') ? undefined : steps[0]);
    return step === undefined ? undefined : { device: index, step };
  };
  const take = (turn: Turn, round: Round, now: number): Turn => {
    current = turn.device;
    wasSilent = round.misses > 0;
    round.askedAt = now;
    if (round.todo.length === 0)
      round.todo = round.misses > 0 ? [turn.step] : rotated(stepsOf(turn.device), round.first);
    return turn;
  };
  const finish = (index: number, round: Round, now: number): void => {
    const { intervalMs = 0, timing } = devices[index] ?? {};
    const missed = Math.max(0, Math.floor((now - round.dueAt) / intervalMs));
    if (round.misses === 0 && !round.isHeld) skipped += missed;
    const slot = round.dueAt + (missed + 1) * intervalMs;
    const wait = Math.min((timing?.timeoutMs ?? 0) * 2 ** round.misses, Math.max(LONGEST_WAIT_MS, intervalMs));
    round.dueAt = round.misses > 0 ? Math.max(slot, now + wait) : slot;
    round.todo = [];
    round.again = undefined;
    round.attempts = 0;
    round.isAnswered = false;
    round.isHeld = false;
  };
  return {
    next(now, stateOf) {
      const running = rounds[current];
      const onwards = running?.todo.length ? candidate(current, now, stateOf) : undefined;
      if (running !== undefined && onwards !== undefined) return take(onwards, running, now);
      let best: { readonly turn: Turn; readonly round: Round } | undefined;
      for (const [index, round] of rounds.entries()) {
        if (best !== undefined && !isBefore(round, best.round, wasSilent)) continue;
        const turn = candidate(index, now, stateOf);
        if (turn !== undefined) best = { turn, round };
      }
      return best === undefined ? undefined : take(best.turn, best.round, now);
    },
    answered({ device, step }, now) {
      const round = rounds[device];
      if (round === undefined) return;
      if (round.misses > 0) round.todo = rotated(stepsOf(device), step);
      round.misses = 0;
      round.again = undefined;
      round.attempts = 0;
      round.isAnswered = true;
      round.todo = round.todo.filter((one) => one !== step);
      if (round.todo.length === 0) finish(device, round, now);
    },
    timedOut({ device, step }, now) {
      const round = rounds[device];
      if (round === undefined) return;
      round.attempts += 1;
      round.again = round.misses === 0 && round.attempts <= (devices[device]?.timing.retries ?? 0) ? step : undefined;
      if (round.again !== undefined) return;
      round.first = (step + 1) % stepsOf(device);
      if (!round.isAnswered) round.misses += 1;
      finish(device, round, now);
    },
    restart(now) {
      for (const round of rounds) {
        if (round.dueAt < now || round.misses > 0) round.dueAt = now;
        round.misses = 0;
      }
    },
    nextAt: (now) =>
      rounds.reduce(
        (soonest, { todo, dueAt }) => (todo.length > 0 || dueAt <= now ? soonest : Math.min(soonest, dueAt)),
        Number.POSITIVE_INFINITY,
      ),
    takeSkipped() {
      const count = skipped;
      skipped = 0;
      return count;
    },
    misses: (device) => rounds[device]?.misses ?? 0,
  };
}

/** Who was asked longest ago; but after a device that is silent those who answer. */
function isBefore(a: Round, b: Round, wasSilent: boolean): boolean {
  if (wasSilent && a.misses > 0 !== b.misses > 0) return b.misses > 0;
  return a.askedAt < b.askedAt;
}

function rotated(count: number, first: number): number[] {
  return Array.from({ length: count }, (_, n) => (first + n) % count);
}
