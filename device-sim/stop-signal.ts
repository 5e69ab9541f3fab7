/** When a process should end: it is told to, or whoever started it is gone. */

const PARENT_CHECK_MS = 1_000;

export interface StopSignal {
  /** Settles once, with the reason. */
  readonly asked: Promise<string>;
  ask(reason: string): void;
  /** Lets the process end by itself. */
  release(): void;
}

/** @param seconds stop after so long; undefined for never. */
export function createStopSignal(seconds: number | undefined): StopSignal {
  const { promise: asked, resolve: ask } = Promise.withResolvers<string>();
  const onSignal = (signal: NodeJS.Signals): void => ask(signal);
  const onDisconnect = (): void => ask('parent disconnected');
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('disconnect', onDisconnect);
  // A parent that was killed closes no channel if there was none: its process id then changes under us.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) ask('parent gone');
  }, PARENT_CHECK_MS);
  const limit = seconds === undefined ? undefined : setTimeout(() => ask('duration over'), seconds * 1_000);
  return {
    asked,
    ask,
    release: () => {
      clearInterval(watch);
      clearTimeout(limit);
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
      process.off('disconnect', onDisconnect);
    },
  };
}
