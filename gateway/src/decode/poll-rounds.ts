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

export interface Rounds {
  /** @param isBlocked steps that must not be asked now */
  next(at: number, isBlocked: (turn: Turn) => boolean): Turn | undefined;
  answered(turn: Turn, at: number): void;
  timedOut(turn: Turn, at: number): void;
  /** The line is back after nobody listened: everything is asked anew. */
  restart(at: number): void;
  /** When the next round begins. */
  nextAt(): number;
  /** Rounds left out because the line was busy, since the last call. */
  takeSkipped(): number;
  /** Attempts in a row without an answer. */
  misses(device: number): number;
}

interface Round {
  dueAt: number;
  /** Steps still to be asked in this round. */
  todo: number[];
  /** Where the next round begins: behind the step that was not answered. */
  first: number;
  attempts: number;
  misses: number;
  isAnswered: boolean;
}

const LONGEST_WAIT_MS = 300_000;

export function createRounds(devices: readonly PolledDevice[], at: number): Rounds {
  const rounds = devices.map(
    (): Round => ({ dueAt: at, todo: [], first: 0, attempts: 0, misses: 0, isAnswered: false }),
  );
  let current = -1;
  let wasSilent = false;
  let skipped = 0;

  const stepsOf = (index: number): number => devices[index]?.steps.length ?? 0;
  const candidate = (
    index: number,
    round: Round,
    now: number,
    isBlocked: (turn: Turn) => boolean,
  ): Turn | undefined => {
    if (round.todo.length === 0 && round.dueAt > now) return undefined;
    const steps = round.todo.length > 0 ? round.todo : rotated(stepsOf(index), round.first);
    const step = steps.find((one) => !isBlocked({ device: index, step: one }));
    return step === undefined ? undefined : { device: index, step };
  };
  const take = (turn: Turn, round: Round): Turn => {
    current = turn.device;
    wasSilent = round.misses > 0;
    if (round.todo.length === 0)
      round.todo = round.misses > 0 ? [turn.step] : rotated(stepsOf(turn.device), round.first);
    return turn;
  };
  const finish = (index: number, round: Round, now: number): void => {
    const { intervalMs = 0, timing } = devices[index] ?? {};
    const missed = Math.max(0, Math.floor((now - round.dueAt) / intervalMs));
    if (round.misses === 0) skipped += missed;
    const slot = round.dueAt + (missed + 1) * intervalMs;
    const wait = Math.min((timing?.timeoutMs ?? 0) * 2 ** round.misses, Math.max(LONGEST_WAIT_MS, intervalMs));
    round.dueAt = round.misses > 0 ? Math.max(slot, now + wait) : slot;
    round.todo = [];
    round.attempts = 0;
    round.isAnswered = false;
  };
  return {
    next(now, isBlocked) {
      const running = rounds[current];
      const onwards = running?.todo.length ? candidate(current, running, now, isBlocked) : undefined;
      if (running !== undefined && onwards !== undefined) return take(onwards, running);
      let best: { readonly turn: Turn; readonly round: Round } | undefined;
      for (const [index, round] of rounds.entries()) {
        if (best !== undefined && !isBefore(round, best.round, wasSilent)) continue;
        const turn = candidate(index, round, now, isBlocked);
        if (turn !== undefined) best = { turn, round };
      }
      return best === undefined ? undefined : take(best.turn, best.round);
    },
    answered({ device, step }, now) {
      const round = rounds[device];
      if (round === undefined) return;
      if (round.misses > 0) round.todo = rotated(stepsOf(device), step);
      round.misses = 0;
      round.attempts = 0;
      round.isAnswered = true;
      round.todo = round.todo.filter((one) => one !== step);
      if (round.todo.length === 0) finish(device, round, now);
    },
    timedOut({ device, step }, now) {
      const round = rounds[device];
      if (round === undefined) return;
      round.attempts += 1;
      if (round.misses === 0 && round.attempts <= (devices[device]?.timing.retries ?? 0)) return;
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
    nextAt: () =>
      rounds.reduce(
        (soonest, { todo, dueAt }) => Math.min(soonest, todo.length > 0 ? 0 : dueAt),
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

/** Longest due first; but after a device that is silent those who answer. */
function isBefore(a: Round, b: Round, wasSilent: boolean): boolean {
  if (wasSilent && a.misses > 0 !== b.misses > 0) return b.misses > 0;
  return a.dueAt < b.dueAt;
}

function rotated(count: number, first: number): number[] {
  return Array.from({ length: count }, (_, n) => (first + n) % count);
}
