/**
 * The rule engine: readings and time in, transitions out. Pure and deterministic: the same code runs live, in
 * back-tests and in property tests.
 *
 * Deadlines carry their own time. They are processed `settleMs` after it, so that a reading that was under way counts
 * before them; what the engine says therefore depends neither on the grain of the ticks nor on the order in which
 * readings of different series arrive, as long as each arrives within `settleMs` of its time. One that comes later is
 * judged at its own time too, unless a deadline of the same condition has been passed meanwhile: then at that.
 */
import type { Reading } from '#contract/readings.ts';
import { cellKey } from './cell.ts';
import { NEVER } from './condition.ts';
import { newFacts } from './device-facts.ts';
import { advance, assess, createCore, resume, setUnknown } from './engine-core.ts';
import { reloadRules } from './reload-rules.ts';
import { forgetOrphans, saveState, startState } from './saved-state.ts';
import { signOfLife, takeMessage } from './take-message.ts';
import type { Transition } from './transition.ts';
import { createWatchList, type RuleSet } from './watch-list.ts';

export interface RuleEngineSetup extends RuleSet {
  /** Rows of earlier `takeDirty`; with them the engine goes on exactly where it was. */
  readonly state?: ReadonlyMap<string, string> | undefined;
  readonly now: number;
  /** Over stored history: when a device was installed is not known, so its silence counts from its first sign of life. */
  readonly isHistory?: boolean;
}

export interface RuleEngine {
  /** Judges what was committed together. Values of one device with the same time are one message. */
  readings(readings: readonly Reading[]): Transition[];
  reading(reading: Reading): Transition[];
  /** A sign of life without a stored reading. */
  heard(device: string, at: number): Transition[];
  /** Processes deadlines; `to` is the present. */
  advance(to: number): Transition[];
  /**
   * The device cannot be seen for a reason the rules do not know themselves (store down, clock step); null: it can
   * again. Meanwhile nothing fires and nothing resolves; then it is judged from the last known values.
   */
  setUnknown(device: string, at: number, reason: string | null): Transition[];
  /** After a restart or a clock step: silence and old values get a grace, `for` goes on. Forgets `setUnknown` reasons. */
  resume(now: number): Transition[];
  reload(next: RuleSet, now: number): Transition[];
  /** When `advance` has something to do next. */
  nextDeadline(): number | undefined;
  /** Rows changed since the last call; null: delete. To be written in one transaction with the transitions. */
  takeDirty(): Map<string, string | null>;
  /** A firing condition as it stands at `at`: the transition it would make. @param ending if it ended there */
  assess(rule: string, device: string, at: number, ending?: boolean): Transition | undefined;
}

/** How long a reading may be under way and still count before a deadline of its time. */
export const settleMs = 500;

export function createRuleEngine(setup: RuleEngineSetup): RuleEngine {
  const start = startState(setup.state, setup.now);
  const remembered =
    setup.isHistory === true ? { ...start.remembered, facts: () => newFacts(NEVER) } : start.remembered;
  const core = createCore(createWatchList(setup, remembered, start.at, setup.now), start.watermark);
  let orphans = start.rows;

  /** Deadlines that have settled by `at`, then the given move. */
  const at = (time: number, move: (out: Transition[]) => void): Transition[] => {
    const out: Transition[] = [];
    advance(core, time - settleMs, out);
    move(out);
    return out;
  };

  return {
    readings: (readings) =>
      messages(readings).flatMap((message) => at(message[0].receivedAt, (out) => takeMessage(core, message, out))),
    reading: (reading) => at(reading.receivedAt, (out) => takeMessage(core, [reading], out)),
    heard: (device, time) => at(time, (out) => signOfLife(core, device, time, out)),
    advance: (to) => at(to, () => undefined),
    setUnknown: (device, time, reason) => at(time, (out) => setUnknown(core, device, time, reason, out)),
    resume(now) {
      const out = forgetOrphans(core, orphans, now);
      orphans = new Map();
      const isPutBack = core.watermark > now - settleMs;
      resume(core, now, now - settleMs, out);
      // The deadlines of the calendar that come a second time have to be set a second time.
      if (isPutBack) reloadRules(core, core.list.set, now, out);
      return out;
    },
    reload: (next, now) => at(now, (out) => reloadRules(core, next, now, out)),
    nextDeadline() {
      const next = core.queue.next();
      return next === undefined ? undefined : next + settleMs;
    },
    takeDirty: () => saveState(core),
    assess: (rule, device, time, ending = false) => assess(core, cellKey(rule, device), time, ending),
  };
}

type Message = readonly [Reading, ...Reading[]];

function sameMessage(a: Reading, b: Reading): boolean {
  return a.device === b.device && a.ts === b.ts && a.receivedAt === b.receivedAt;
}

/** Values of one device with one time and one arrival, in arrival order. */
function messages(readings: readonly Reading[]): Message[] {
  const groups = new Map<string, [Reading, ...Reading[]]>();
  let group: [Reading, ...Reading[]] | undefined;
  for (const reading of readings) {
    // Values of a message lie side by side: most need no key.
    if (group === undefined || !sameMessage(group[0], reading)) {
      const key = `${reading.device}\n${reading.ts}\n${reading.receivedAt}`;
      group = groups.get(key);
      if (group === undefined) {
        group = [reading];
        groups.set(key, group);
        continue;
      }
    }
    group.push(reading);
  }
  return [...groups.values()];
}
