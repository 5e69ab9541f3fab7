/**
 * When the gateway did not run: a night without alerts is quiet only where somebody was watching. While it runs it notes
 * the time every minute; the next start finds the gap.
 */
import type { OffTime } from '#contract/live.ts';
import type { Clock } from './shared/clock.ts';
import type { RecordsDb } from './store/records-db.ts';

export const ALIVE_MS = 60_000;
/** A restart shorter than this misses nothing that a device repeats. */
const SHORTEST_MS = 2 * ALIVE_MS;
const KEPT_MS = 48 * 3_600_000;
const MOST = 100;

export interface OffTimes {
  /** Gaps that ended in the last 48 h, oldest first, at most 100; `from` 0: the gateway did not exist before. */
  list(): readonly OffTime[];
  /** The time before the first start is known after all: the demo has written its past. */
  pastKnown(): void;
  /** Notes that the gateway runs; rejects while the records take nothing. */
  alive(): Promise<void>;
}

export async function openOffTimes({
  records,
  clock,
}: {
  readonly records: RecordsDb;
  readonly clock: Pick<Clock, 'now'>;
}): Promise<OffTimes> {
  const started = clock.now();
  const before = await lastAlive(records);
  const known = (await kept(records)).filter(({ to }) => to > started - KEPT_MS && to <= started);
  const gap = { from: before, to: started };
  let all = (gap.to - gap.from < SHORTEST_MS ? known : [...known, gap]).slice(-MOST);
  return {
    list: () => all.filter(({ to }) => to > clock.now() - KEPT_MS),
    pastKnown: () => {
      all = all.filter(({ from }) => from !== 0);
    },
    alive: async () => {
      await records.write([put('alive_at', String(clock.now())), put('off_times', JSON.stringify(all))]);
    },
  };
}

const put = (key: string, value: string) => ({
  sql: 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
  params: [key, value],
});

/** Epoch ms; 0 on the first start. A file from before these notes has the last event instead. */
async function lastAlive(records: RecordsDb): Promise<number> {
  const [row] = await records.read({
    sql: "SELECT max(coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'alive_at'), 0), coalesce((SELECT max(at) FROM events), 0)) AS at",
  });
  return Number(row?.['at'] ?? 0);
}

async function kept(records: RecordsDb): Promise<readonly OffTime[]> {
  const [row] = await records.read({ sql: "SELECT value FROM meta WHERE key = 'off_times'" });
  try {
    const list: unknown = JSON.parse(String(row?.['value'] ?? '[]'));
    return Array.isArray(list) ? list.filter(isOffTime) : [];
  } catch {
    // A damaged note is no reason not to start.
    return [];
  }
}

function isOffTime(value: unknown): value is OffTime {
  if (typeof value !== 'object' || value === null || !('from' in value) || !('to' in value)) return false;
  return typeof value.from === 'number' && typeof value.to === 'number';
}
