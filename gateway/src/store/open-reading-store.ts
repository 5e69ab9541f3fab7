/** The embedded time-series store: SQLite in worker threads behind the ReadingStore interface. */
import type { Reading } from '#contract/readings.ts';
import { type AppendQueue, appendQueue, QUEUE_LIMITS, type QueueLimits } from './append-queue.ts';
import { DAY_MS } from './grid.ts';
import { journalEntry } from './journal-entry.ts';
import { cursorAfter, parseCursor, pointsOf } from './point-cursor.ts';
import { bucketsOf, type ReaderCalls } from './reader-calls.ts';
import type { ReaderData } from './reader-worker.ts';
import type { ReadingStore } from './reading-store.ts';
import { OPEN_LIMITS, type OpenLimits } from './seal-slices.ts';
import { type SeriesNames, seriesNames } from './series-names.ts';
import type { OpenSpan } from './series-view.ts';
import { type WorkerCaller, workerCaller } from './worker-call.ts';
import type { WriterCalls } from './writer-calls.ts';
import type { WriterData } from './writer-worker.ts';

export interface ReadingStoreOptions {
  /** Folder for readings.db; created when absent. Whoever opens holds its `dataLock`. */
  readonly dir: string;
  /** Minutes of the site's full hours past UTC's, ms: 0, or 30 and 45 min in some zones. */
  readonly hourPhaseMs: number;
  /** Start of the site's standard day past UTC's, ms. Daily roll-ups serve steps on that grid. Default `hourPhaseMs`. */
  readonly dayPhaseMs?: number | undefined;
  readonly readers?: number | undefined;
  readonly queue?: Partial<QueueLimits> | undefined;
  readonly open?: Partial<OpenLimits> | undefined;
  /** Bounds the file, as a full disk would (8 KiB pages). */
  readonly maxPages?: number | undefined;
}

interface Parts {
  readonly writer: WorkerCaller<WriterCalls>;
  readonly readers: readonly WorkerCaller<ReaderCalls>[];
  readonly names: SeriesNames;
  readonly queue: AppendQueue;
  readonly phase: number;
}

/**
 * Opens the store and rebuilds what the last run held in memory.
 *
 * Appends wait for a commit (one fsync) that takes all that came meanwhile. A failed commit rejects exactly the appends
 * in it; the next one is tried as if nothing had been. More than `queue.waitingReadings` waiting: `append` rejects.
 * A reading that is no finite number is a bug of the caller and rejects with RangeError.
 * A gauge, like a register, keeps the first of two values at one instant and marks it `conflict`.
 * @throws StoreError `read-only`, or `io` with a sentence for a file this program cannot use
 */
export async function openReadingStore(options: ReadingStoreOptions): Promise<ReadingStore> {
  const phase = (((options.dayPhaseMs ?? options.hourPhaseMs) % DAY_MS) + DAY_MS) % DAY_MS;
  const { dir, maxPages } = options;
  const writerData: WriterData = { dir, phase, limits: { ...OPEN_LIMITS, ...options.open }, maxPages };
  const writer = workerCaller<WriterCalls>(new URL('./writer-worker.ts', import.meta.url), writerData);
  const readers: WorkerCaller<ReaderCalls>[] = [];
  try {
    const { names: known, head, released } = await writer.call('begin', undefined);
    const readerData: ReaderData = { dir, phase };
    for (let i = 0; i < (options.readers ?? 1); i += 1) {
      readers.push(workerCaller<ReaderCalls>(new URL('./reader-worker.ts', import.meta.url), readerData));
    }
    await Promise.all(readers.map((reader) => reader.call('probe', undefined)));
    const names = seriesNames(known);
    const commit: Parameters<typeof appendQueue>[0] = (batch) => writer.call('commit', batch, [batch.records]);
    const queue = appendQueue(commit, names, { ...QUEUE_LIMITS, ...options.queue }, { head, released });
    return store({ writer, readers, names, queue, phase });
  } catch (error) {
    await Promise.all([writer, ...readers].map((worker) => worker.stop()));
    throw error;
  }
}

function store(parts: Parts): ReadingStore {
  const { writer, names, queue } = parts;
  return {
    ...queries(parts),
    append: (readings, options) => queue.append(readings, options?.history ?? false),
    onCommit: (listener) => queue.log.onCommit(listener),
    release: (seq) => queue.release(seq),
    head: () => Promise.resolve(queue.log.head),
    async define(series) {
      const definitions = series.map(({ device, metric, kind, intervalMs, register }) => {
        return { id: names.id(device, metric), device, metric, kind, intervalMs, register };
      });
      await writer.call('define', definitions);
      names.durable(definitions);
    },
    async seal(now) {
      await queue.drained();
      return writer.call('seal', now);
    },
    prune: async (now, policy) => ({ chunks: await writer.call('prune', { now, policy }) }),
    stats: () => writer.call('stats', undefined),
    probe: () => probed(parts),
    close: () => closed(parts),
  };
}

type Queries = Pick<ReadingStore, 'journal' | 'points' | 'buckets' | 'hours' | 'latest' | 'series'>;

function queries({ writer, readers, names, queue, phase }: Parts): Queries {
  let turn = 0;
  const reader = (): WorkerCaller<ReaderCalls> => {
    turn = (turn + 1) % readers.length;
    const next = readers[turn];
    if (next === undefined) throw new RangeError('a store needs a reader');
    return next;
  };
  // The writer's open spans first, then the disk: what is sealed in between is then in both, and the span wins.
  const spans = (series: number, from: number, to: number): Promise<OpenSpan[]> =>
    writer.call('spans', { series, from, to });
  return {
    async journal(after, limit) {
      const rows = await reader().call('journal', { after: Math.max(after, queue.log.released), limit });
      return rows.map((row) => journalEntry(row, names));
    },
    async points({ device, metric, from, to, limit, cursor }) {
      const series = names.find(device, metric);
      const start = parseCursor(cursor) ?? { from, skip: 0 };
      if (series === undefined || !(start.from < to)) return { points: [], nextCursor: undefined };
      const asked = { series, from: start.from, to, spans: await spans(series, start.from, to) };
      const page = await reader().call('points', { ...asked, skip: start.skip, limit });
      const points = pointsOf(page.points);
      return { points, nextCursor: page.more ? cursorAfter(points, start) : undefined };
    },
    async buckets({ device, metric, from, to, stepMs, originMs }) {
      if (!(stepMs >= 1)) throw new RangeError(`a step of ${stepMs} ms`);
      const series = names.find(device, metric);
      if (series === undefined || !(from < to)) return [];
      const asked = { series, from, to, stepMs, origin: originMs ?? phase, spans: await spans(series, from, to) };
      return bucketsOf(await reader().call('buckets', asked));
    },
    async hours({ device, metric, from, to }) {
      const series = names.find(device, metric);
      if (series === undefined || !(from < to)) return { hours: [], steps: [] };
      const all = await spans(series, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      return reader().call('hours', { series, from, to, spans: all });
    },
    async latest(device) {
      const found: Reading[] = [];
      for (const { id, latestTs, latestValue, latestFlags, latestReceived } of await writer.call(
        'figures',
        undefined,
      )) {
        const name = names.name(id);
        if (name === undefined || (device !== undefined && name.device !== device)) continue;
        const { metric } = name;
        found.push({
          device: name.device,
          metric,
          ts: latestTs,
          value: latestValue,
          flags: latestFlags,
          receivedAt: latestReceived,
        });
      }
      return found;
    },
    async series() {
      const figures = await writer.call('figures', undefined);
      return figures.flatMap(({ id, points, first, last }) => {
        const name = names.name(id);
        if (name === undefined || points === 0) return [];
        return [{ device: name.device, metric: name.metric, first, last, count: points }];
      });
    },
  };
}

/** Writes a number and reads it back through another connection. */
async function probed({ writer, readers }: Parts): Promise<string | undefined> {
  try {
    // Grows from process to process, so that no older mark can pass for it.
    const mark = performance.timeOrigin + performance.now();
    await writer.call('probe', mark);
    const [reader] = readers;
    const read = await reader?.call('probe', undefined);
    return read !== undefined && read >= mark ? undefined : 'what was written could not be read back';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function closed({ writer, readers, queue }: Parts): Promise<void> {
  queue.stop();
  await queue.drained();
  await Promise.all(readers.map((reader) => reader.stop()));
  await writer.stop();
}
