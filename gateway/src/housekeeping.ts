/** What the gateway does by the clock: deadlines, sealing, retention, a look at the disk. */
import type { CampusInForce } from './campus-in-force.ts';
import type { Judgement } from './judgement.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import { freeMiB } from './store/disk-space.ts';
import { pruneEvents } from './store/judge-records.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

const TICK_MS = 250;
const DISK_MS = 2_000;
const SEAL_MS = 60_000;
const PRUNE_MS = 3_600_000;

export type DiskState = { readonly trouble: string | undefined; readonly freeMiB: number | undefined };

/** @returns the newest look at the free space; the first is over when it resolves. */
export async function watchDisk(dir: string, minMiB: () => number, closers: Closers): Promise<() => DiskState> {
  let state: DiskState = { trouble: undefined, freeMiB: undefined };
  const look = async (): Promise<void> => {
    const free = await freeMiB(dir);
    const low = free !== undefined && free < minMiB();
    state = { freeMiB: free, trouble: low ? `disk full: ${free.toFixed(1)} MiB free, ${minMiB()} needed` : undefined };
  };
  await look();
  const timer = setInterval(() => void look(), DISK_MS);
  closers.push({ name: 'disk watch', close: () => clearInterval(timer) });
  return () => state;
}

export interface HousekeepingParts {
  readonly clock: Clock;
  readonly store: ReadingStore;
  readonly records: RecordsDb;
  readonly judgement: Judgement;
  campus(): CampusInForce;
  readonly log: Log;
  readonly closers: Closers;
}

export function startHousekeeping({ clock, store, records, judgement, campus, log, closers }: HousekeepingParts): void {
  const quietly = (what: string, work: () => Promise<unknown>) => () =>
    void work().catch((error: unknown) => log.warn({ err: error }, `${what} failed; tried again later`));
  const timers = [
    setInterval(
      quietly('judging by the clock', async () => {
        const steppedMs = clock.resync();
        if (steppedMs !== 0) {
          log.warn({ steppedMs }, 'the clock of this machine was set; silence starts anew');
          judgement.resume(clock.now(), 'clock-step');
        }
        judgement.tick(clock.now());
      }),
      TICK_MS,
    ),
    setInterval(
      quietly('sealing', () => store.seal(clock.now())),
      SEAL_MS,
    ),
    setInterval(
      quietly('pruning', async () => {
        await store.prune(clock.now(), campus().config.gateway.store);
        await records.write([pruneEvents(clock.now())]);
      }),
      PRUNE_MS,
    ),
  ];
  closers.push({
    name: 'timers',
    close: () => {
      for (const timer of timers) clearInterval(timer);
    },
  });
}
