/** Lines to a stream that may be slow or gone. */
import type { Writable } from 'node:stream';

export interface LineWriter {
  /** @returns false when the line was left out, since the reader is more than a mebibyte behind. */
  write(line: string): boolean;
  /** Lines left out so far. */
  dropped(): number;
  /** Waits until everything is out, at most a second. */
  drain(): Promise<void>;
}

const MAX_BEHIND = 1_048_576;

/** @param onGone the reader closed its end. */
export function createLineWriter(stream: Writable, onGone: () => void): LineWriter {
  let dropped = 0;
  let gone = false;
  stream.on('error', () => {
    gone = true;
    onGone();
  });
  return {
    write: (line) => {
      if (gone || stream.writableLength > MAX_BEHIND) {
        dropped += 1;
        return false;
      }
      stream.write(`${line}\n`);
      return true;
    },
    dropped: () => dropped,
    drain: () =>
      new Promise((resolve) => {
        if (gone) return resolve();
        const late = setTimeout(resolve, 1_000);
        stream.write('', () => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}
