/**
 * How long the thread that acknowledges was held by its own work: processor time between two turns of its event loop.
 * Unlike the delay of a timer it does not grow when other programs take the machine.
 */
import { createHistogram } from 'node:perf_hooks';

export interface LoopHeld {
  /** Seconds since the last call: the 99th percentile and the worst. */
  take(): { readonly p99: number; readonly worst: number };
  stop(): void;
}

const EVERY_MS = 10;

export function watchLoop(): LoopHeld {
  const held = createHistogram();
  const used = (): number => {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  };
  let before = used();
  const timer = setInterval(() => {
    const now = used();
    // A histogram takes whole numbers from one on.
    held.record(Math.max(1, Math.round(now - before)));
    before = now;
  }, EVERY_MS);
  timer.unref();
  return {
    take() {
      const found = { p99: held.percentile(99) / 1e6, worst: held.count === 0 ? 0 : held.max / 1e6 };
      held.reset();
      return found;
    },
    stop: () => clearInterval(timer),
  };
}
