/**
 * All serial lines that are asked, and what is open on each. It outlives a change of the config: a line whose plan asks
 * the same goes on where it was. Pure: `at` is monotonic ms.
 */
import type { OutMessage } from '../shared/out-message.ts';
import { createPollLine, type LineRead, type PollLine } from './poll-line.ts';
import { createPollNews, newPollCounters, type PollCounters, type PollNotice } from './poll-news.ts';
import type { LinePlan, LinePlans } from './poll-plan.ts';

export interface PollBook {
  /**
   * Sends what is due on every line.
   * @param send @returns whether anybody is there to receive it
   */
  run(plans: LinePlans, at: number, send: (message: OutMessage) => boolean): void;
  /** What came in on a line's up topic. */
  read(plan: LinePlan, payload: Buffer): LineRead;
  /** These devices of other protocols have answered on the line. */
  heard(plan: LinePlan, ids: ReadonlySet<string>): void;
  /** Is an answer awaited? */
  isOpen(): boolean;
  /** When `run` has something to do; in the past: as soon as possible; Infinity: never. */
  wakeAt(): number;
  counters(): Readonly<PollCounters>;
  /** What happened since the last call, each cause once. */
  news(): readonly PollNotice[];
}

export function createPollBook(): PollBook {
  const lines = new Map<string, PollLine>();
  const counters = newPollCounters();
  const news = createPollNews();
  let now = 0;

  const lineOf = (plan: LinePlan): PollLine => {
    const known = lines.get(plan.up);
    if (known?.plan.signature === plan.signature) return known;
    const line = createPollLine(plan, now, counters, news);
    lines.set(plan.up, line);
    return line;
  };
  return {
    run(plans, at, send) {
      now = at;
      for (const up of lines.keys()) if (!plans.has(up)) lines.delete(up);
      for (const plan of plans.values()) lineOf(plan).run(at, send);
    },
    read: (plan, payload) => lineOf(plan).read(payload),
    heard: (plan, ids) => lineOf(plan).heard(ids),
    isOpen: () => [...lines.values()].some((line) => line.isOpen()),
    wakeAt: () =>
      [...lines.values()].reduce((soonest, line) => Math.min(soonest, line.wakeAt()), Number.POSITIVE_INFINITY),
    counters: () => counters,
    news: news.take,
  };
}
