/** Rounds through both databases in the background: one at the start, then a slow one again and again. */

import { type CheckPosition, ROUND_START } from './check-readings.ts';
import type { CheckCalls, CheckData } from './check-worker.ts';
import type { TellDamage } from './damage.ts';
import { workerCaller } from './worker-call.ts';

export interface FileCheckOptions {
  readonly dir: string;
  /** See gridPhase. */
  readonly phase: number;
  readonly tell: TellDamage;
  /** Time between two slices as a multiple of what a slice takes: 4 uses a fifth of a core. 0 for a command that waits. */
  readonly rest: number;
  /** Default: both. */
  readonly files?: readonly ('records.db' | 'readings.db')[] | undefined;
}

export interface FileCheck {
  /** One round through readings.db and records.db. Resolves at its end, or when it is stopped. */
  round(rest?: number): Promise<void>;
  stop(): Promise<void>;
}

/** SQLite's own check reads a table in one go; the large ones are covered row by row. */
const ROW_BY_ROW: ReadonlySet<string> = new Set(['chunks', 'rollups', 'marks', 'hot']);

const BOTH = ['records.db', 'readings.db'] as const;

export function fileCheck({ dir, phase, tell, rest: usual, files = BOTH }: FileCheckOptions): FileCheck {
  const data: CheckData = { dir, phase };
  const worker = workerCaller<CheckCalls>(new URL('./check-worker.ts', import.meta.url), data, tell);
  let stopped = false;
  let wake: (() => void) | undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    async round(rest = usual) {
      const paced = async <T>(work: () => Promise<T>): Promise<T> => {
        const started = performance.now();
        const result = await work();
        if (rest > 0 && !stopped) await pause(Math.max(5, rest * (performance.now() - started)));
        return result;
      };
      for (const file of files) {
        for (const table of stopped ? [] : await worker.call('tables', file)) {
          if (stopped || (rest > 0 && file === 'readings.db' && ROW_BY_ROW.has(table))) continue;
          await paced(() => worker.call('table', { file, table }));
        }
      }
      let at: CheckPosition | undefined = ROUND_START;
      while (at !== undefined && !stopped && files.includes('readings.db')) {
        const from: CheckPosition = at;
        at = await paced(() => worker.call('readings', from));
      }
    },
    async stop() {
      stopped = true;
      wake?.();
      await worker.stop();
    },
  };
}
