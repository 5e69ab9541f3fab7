/** What the gateway does by the clock: deadlines, sealing, retention. */
import type { CampusInForce } from './campus-in-force.ts';
import type { Judgement } from './judgement.ts';
import { ALIVE_MS, type OffTimes } from './off-times.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import { pruneEvents } from './store/judge-records.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

const TICK_MS = 250;
const SEAL_MS = 60_000;
const PRUNE_MS = 3_600_000;

export interface HousekeepingParts {
  readonly clock: Clock;
  readonly store: ReadingStore;
  readonly records: RecordsDb;
  readonly judgement: Judgement;
  readonly offTimes: Pick<OffTimes, 'alive'>;
  campus(): CampusInForce;
  readonly log: Log;
  readonly closers: Closers;
}

export function startHousekeeping(parts: HousekeepingParts): void {
  const { clock, store, records, judgement, offTimes, campus, log, closers } = parts;
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
    setInterval(quietly('noting that the gateway runs', offTimes.alive), ALIVE_MS),
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
      return offTimes.alive();
    },
  });
}
