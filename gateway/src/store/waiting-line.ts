/** Appends that wait for a commit, bounded. */
import type { Append } from './encode-batch.ts';
import type { AppendResult } from './reading-store.ts';

export interface WaitingAppend extends Append {
  resolve(result: AppendResult): void;
  reject(error: unknown): void;
}

export interface WaitingLine {
  /** Readings that wait. */
  readonly readings: number;
  readonly empty: boolean;
  push(append: WaitingAppend): void;
  /** The oldest appends, together at most `most` readings; a single larger one still comes as a whole. */
  take(most: number): WaitingAppend[];
}

export function waitingLine(): WaitingLine {
  let line: WaitingAppend[] = [];
  let readings = 0;
  return {
    get readings() {
      return readings;
    },
    get empty() {
      return line.length === 0;
    },
    push(append) {
      line.push(append);
      readings += append.readings.length;
    },
    take(most) {
      let size = 0;
      let n = 0;
      for (const { readings: next } of line) {
        if (n > 0 && size + next.length > most) break;
        size += next.length;
        n += 1;
      }
      const taken = line.slice(0, n);
      line = line.slice(n);
      readings -= size;
      return taken;
    },
  };
}
