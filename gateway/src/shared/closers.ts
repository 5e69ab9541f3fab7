/** Open parts, newest last; closed in the other direction, so that nothing outlives what it stands on. */
import type { Log } from './log.ts';

export type Closers = { readonly name: string; readonly close: () => Promise<void> | void }[];

/** Closes all; one that fails is logged and stops no other. */
export async function closeAll(closers: Closers, log: Log): Promise<void> {
  for (let last = closers.pop(); last; last = closers.pop()) {
    try {
      await last.close();
    } catch (error) {
      log.warn({ err: error }, `${last.name} did not close cleanly`);
    }
  }
}
