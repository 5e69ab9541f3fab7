/** Progress on standard error for whatever takes longer than two seconds: how much, how fast, how long still. */
import type { CommandIo } from './command.ts';

export interface Progress {
  /** @param share done of the whole, 0 … 1; undefined when nobody knows the whole */
  at(count: number, share: number | undefined): void;
}

const SILENT_MS = 2_000;
const TERMINAL_MS = 250;
const FILE_MS = 5_000;

export function createProgress(
  io: Pick<CommandIo, 'clock' | 'err' | 'rewrite'>,
  what: { readonly zh: string; readonly en: string },
): Progress {
  const began = io.clock.monotonic();
  let next = began + SILENT_MS;
  return {
    at(count, share) {
      const now = io.clock.monotonic();
      if (now < next) return;
      next = now + (io.rewrite ? TERMINAL_MS : FILE_MS);
      const seconds = (now - began) / 1_000;
      const rate = `${Math.round(count / seconds)}/s`;
      const left = share !== undefined && share > 0 ? (seconds * (1 - share)) / share : undefined;
      const percent = share === undefined ? '' : ` ${Math.floor(100 * share)} %`;
      const eta = left === undefined ? '' : ` · 还需 / ETA ${timeLeft(left)}`;
      (io.rewrite ?? io.err)(`${what.zh} / ${what.en}: ${count}${percent} · ${rate}${eta}`);
    },
  };
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

/** For work that another process does: says every few seconds that it still runs. */
export async function waiting<T>(
  io: Pick<CommandIo, 'clock' | 'err' | 'rewrite'>,
  what: { readonly zh: string; readonly en: string },
  work: () => Promise<T>,
): Promise<T> {
  const began = io.clock.monotonic();
  const timer = setInterval(() => {
    const seconds = Math.round((io.clock.monotonic() - began) / 1_000);
    (io.rewrite ?? io.err)(`${what.zh} / ${what.en}: ${seconds} s`);
  }, SILENT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
