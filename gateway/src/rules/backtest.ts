/** What rules would have said about history: the live engine over stored readings. */
import type { Episode } from '#contract/http/alerts.ts';
import type { Reading } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import { createEpisodeLog } from './episode-log.ts';
import { eventTime, isMoved } from './judge-time.ts';
import { createMinHeap } from './min-heap.ts';
import { createRuleEngine, settleMs } from './rule-engine.ts';
import type { Transition } from './transition.ts';
import type { RuleSet } from './watch-list.ts';

export interface BacktestSetup extends RuleSet {
  /** Episodes that overlap from ≤ t < to are reported. */
  readonly from: number;
  readonly to: number;
  /**
   * In `ts` order; `receivedAt` of moved ones is where they stand. Up to 10 min after `to`, where some stand that lie
   * before it. What stands before `from` warms the rules up; what stands after `to` is not judged.
   */
  readonly readings: Iterable<Reading> | AsyncIterable<Reading>;
}

/**
 * Runs enabled rules over history. Stored readings no longer tell when they arrived, so each is taken to have come at
 * the instant it stands for, which the store has kept where that is not its time; those that were flagged late when they came are left out, as they were live.
 */
export async function backtest(setup: BacktestSetup): Promise<Episode[]> {
  const { to } = setup;
  const log = createEpisodeLog();
  let run: ReturnType<typeof createRuleEngine> | undefined;
  const engineFrom = (now: number): ReturnType<typeof createRuleEngine> => {
    run ??= createRuleEngine({ ...setup, state: undefined, now, isHistory: true });
    return run;
  };
  for await (const message of inEventOrder(setup.readings, setup)) {
    const at = message[0]?.receivedAt ?? to;
    if (at >= to) break;
    log.add(engineFrom(Math.min(at, setup.from)).readings(message));
  }
  const engine = engineFrom(setup.from);
  log.add(engine.advance(to - 1 + settleMs));
  const atEnd = (firing: Transition): Transition => engine.assess(firing.rule, firing.device, to) ?? firing;
  return log.episodes(setup.from, to, atEnd);
}

/** Messages in the order of the time they speak for: an interval, stored under its start, speaks at its end. */
async function* inEventOrder(
  readings: Iterable<Reading> | AsyncIterable<Reading>,
  set: RuleSet,
): AsyncGenerator<readonly Reading[]> {
  const waiting = createMinHeap<{ readonly reading: Reading; readonly n: number }>(
    (a, b) =>
      a.reading.receivedAt < b.reading.receivedAt || (a.reading.receivedAt === b.reading.receivedAt && a.n < b.n),
  );
  let batch: Reading[] = [];
  let n = 0;
  const drain = function* (upTo: number): Generator<readonly Reading[]> {
    for (let next = waiting.peek(); next !== undefined && next.reading.receivedAt <= upTo; next = waiting.peek()) {
      waiting.pop();
      if (batch.length > 0 && batch[0]?.receivedAt !== next.reading.receivedAt) {
        yield batch;
        batch = [];
      }
      batch.push(next.reading);
    }
  };
  for await (const reading of readings) {
    // Nothing that is still to come stands earlier: no clock is believed to be further ahead.
    yield* drain(reading.ts - LIMITS.deviceTimeFutureMs - 1);
    const intervalMs = (set.registry.devices.get(reading.device)?.intervalS ?? 60) * 1_000;
    const at = isMoved(reading) ? reading.receivedAt : eventTime(reading, intervalMs);
    waiting.push({ reading: { ...reading, receivedAt: at }, n });
    n += 1;
  }
  yield* drain(Number.POSITIVE_INFINITY);
  if (batch.length > 0) yield batch;
}
