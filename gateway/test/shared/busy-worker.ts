/** Jobs for job-lane.test.ts. */
import { type Ask, answerJobs } from '../../src/shared/job-words.ts';

export interface BusyJobs {
  add(numbers: readonly number[]): number;
  /** Holds its thread until the flag is set, or for ever. */
  hold(flag: Int32Array | null): string;
  hoard(none: null): number;
  throws(none: null): never;
  askTwice(from: number, ask: Ask): Promise<number>;
}

answerJobs<BusyJobs>({
  add: (numbers) => numbers.reduce((sum, number) => sum + number, 0),
  hold: (flag) => {
    Atomics.wait(flag ?? new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return 'let go';
  },
  hoard: () => {
    const all: string[][] = [];
    for (;;) all.push(Array.from({ length: 10_000 }, (_, n) => `kept ${all.length} ${n}`));
  },
  throws: () => {
    throw new Error('a job that fails');
  },
  askTwice: async (from, ask) => Number(await ask(Number(await ask(from)))),
});
