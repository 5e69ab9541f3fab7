/** The embedded time-series store: SQLite in worker threads behind the ReadingStore interface. */
import type { Reading } from '#contract/readings.ts';
import { type AppendQueue, appendQueue, QUEUE_LIMITS, type QueueLimits } from './append-queue.ts';
import { type Damage, type DamageBook, type DamageNote, damageBook, type TellDamage } from './damage.ts';
import { comparedWithWitness, knownFile, namedDamage, refuseEmptied, writeWitness } from './file-witness.ts';
import { gridPhase } from './grid.ts';
import { journalEntry } from './journal-entry.ts';
import { cursorAfter, parseCursor, pointsOf } from './point-cursor.ts';
import { bucketsOf, type ReaderCalls } from './reader-calls.ts';
import type { ReaderData } from './reader-worker.ts';
import type { Mended, ReadingStore } from './reading-store.ts';
import { ROLLUP_TABLES, type RollupKind } from './rollup-rows.ts';
import { OPEN_LIMITS, type OpenLimits } from './seal-slices.ts';
import { type SeriesNames, seriesNames } from './series-names.ts';
import { type WorkerCaller, workerCaller } from './worker-call.ts';
import type { OpenSeries, WriterCalls, WriterData } from './writer-calls.ts';

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
  readonly dir: string;
  readonly damage: DamageBook;
  readonly tell: TellDamage;
  readonly listeners: Set<(damage: Damage) => void>;
}

/**
 * Opens the store and rebuilds what the last run held in memory.
 *
 * Appends wait for a commit (one fsync) that takes all that came meanwhile. A failed commit rejects exactly the appends
 * in it; the next one is tried as if nothing had been. More than `queue.waitingReadings` waiting: `append` rejects.
 * A reading that is no finite number is a bug of the caller and rejects with RangeError.
 * A gauge, like a register, keeps the first of two values at one instant and marks it `conflict`.
 * Of damage in the file what it touches is missing, never served: see `ReadingStore.damage`.
 * @throws StoreError `read-only`; `damaged` for a file that is emptied, gone or no database, which is left as it is;
 *   `io` with a sentence for a file this program cannot use
 */
export async function openReadingStore(options: ReadingStoreOptions): Promise<ReadingStore> {
  const phase = gridPhase(options);
  const { dir, maxPages } = options;
  const leastHead = knownFile(dir, 'readings.db')?.head ?? 0;
  const now = Date.now();
  const writerData: WriterData = { dir, phase, limits: { ...OPEN_LIMITS, ...options.open }, maxPages, leastHead, now };
  refuseEmptied(dir, 'readings.db');
  let nameOf: SeriesNames['name'] = () => undefined;
  const listeners = new Set<(damage: Damage) => void>();
  const damage = damageBook((series) => nameOf(series));
  const tell: TellDamage = (note) => {
    const news = damage.add(note, Date.now());
    if (news !== undefined) for (const listener of listeners) listener(news);
  };
  /** What is found before the series have names waits for them. */
  let early: DamageNote[] | undefined = [];
  const found: TellDamage = (note) => (early === undefined ? tell(note) : void early.push(note));
  const writer = workerCaller<WriterCalls>(new URL('./writer-worker.ts', import.meta.url), writerData, found);
  const readers: WorkerCaller<ReaderCalls>[] = [];
  try {
    const { names: known, lastSeries, foundHead, head, released } = await writer.call('begin', undefined);
    const readerData: ReaderData = { dir, phase };
    for (let i = 0; i < (options.readers ?? 1); i += 1) {
      readers.push(workerCaller<ReaderCalls>(new URL('./reader-worker.ts', import.meta.url), readerData, found));
    }
    await Promise.all(readers.map((reader) => reader.call('probe', undefined)));
    const names = seriesNames(known, lastSeries);
    nameOf = names.name;
    for (const note of early) tell(note);
    early = undefined;
    const commit: Parameters<typeof appendQueue>[0] = (batch) => writer.call('commit', batch, [batch.records]);
    const queue = appendQueue(commit, names, { ...QUEUE_LIMITS, ...options.queue }, { head, released });
    const parts = { writer, readers, names, queue, phase, dir, damage, tell, listeners };
    await witnessed(parts, foundHead);
    return store(parts);
  } catch (error) {
    await Promise.all([writer, ...readers].map((worker) => worker.stop()));
    throw namedDamage(error, 'readings.db');
  }
}

/** Compares the file with what the folder had, and writes down what it has now. */
async function witnessed({ writer, dir, tell }: Pick<Parts, 'writer' | 'dir' | 'tell'>, head?: number): Promise<void> {
  const found = await writer.call('identity', undefined);
  const note = comparedWithWitness(dir, 'readings.db', { ...found, head: head ?? found.head });
  if (note !== undefined) tell(note);
  if (note === undefined || note.file === 'databases.json') writeWitness(dir, 'readings.db', found);
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
      const sealed = await writer.call('seal', now);
      await witnessed(parts);
      return sealed;
    },
    prune: async (now, policy) => ({ chunks: await writer.call('prune', { now, policy }) }),
    stats: () => writer.call('stats', undefined),
    damage: () => ({ count: parts.damage.count(), listed: parts.damage.list() }),
    onDamage(listener) {
      parts.listeners.add(listener);
      return () => parts.listeners.delete(listener);
    },
    found: parts.tell,
    mend: (note) => mended(parts, note),
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
  const opened = (series: number, from: number, to: number): Promise<OpenSeries> =>
    writer.call('open', { series, from, to });
  return {
    async journal(after, limit) {
      const rows = await reader().call('journal', { after: Math.max(after, queue.log.released), limit });
      return rows.map((row) => journalEntry(row, names));
    },
    async points({ device, metric, from, to, limit, cursor }) {
      const series = names.find(device, metric);
      const start = parseCursor(cursor) ?? { from, skip: 0 };
      if (series === undefined || !(start.from < to)) return { points: [], nextCursor: undefined };
      const { spans } = await opened(series, start.from, to);
      const asked = { series, from: start.from, to, spans };
      const page = await reader().call('points', { ...asked, skip: start.skip, limit });
      const points = pointsOf(page.points);
      return { points, nextCursor: page.more ? cursorAfter(points, start) : undefined };
    },
    async buckets({ device, metric, from, to, stepMs, originMs }) {
      if (!(stepMs >= 1)) throw new RangeError(`a step of ${stepMs} ms`);
      const series = names.find(device, metric);
      if (series === undefined || !(from < to)) return [];
      const { spans, state } = await opened(series, from, to);
      const { pruned } = state;
      const asked = { series, from, to, stepMs, origin: originMs ?? phase, pruned, spans };
      return bucketsOf(await reader().call('buckets', asked));
    },
    async hours({ device, metric, from, to }) {
      const series = names.find(device, metric);
      if (series === undefined || !(from < to)) return { hours: [], steps: [] };
      const all = await opened(series, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      return reader().call('hours', { series, from, to, ...all });
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

/** What can be built anew from other rows, by the name a damage gives it. */
const MENDED = new Map<string, RollupKind | 'marks'>([
  [ROLLUP_TABLES.h, 'h'],
  [ROLLUP_TABLES.d, 'd'],
  [ROLLUP_TABLES.b, 'b'],
  ['marks', 'marks'],
]);

async function mended({ writer, damage }: Parts, note: DamageNote): Promise<Mended> {
  const { table, series, from } = note;
  const kind = MENDED.get(table);
  if (kind === undefined || series === undefined || from === undefined) return 'lost';
  const gone = await writer.call('mend', { kind, series, from });
  if (gone === undefined) return 'lost';
  if (gone.length > 0) return 'in part';
  damage.mended(note);
  return 'mended';
}

async function closed(parts: Parts): Promise<void> {
  const { writer, readers, queue } = parts;
  queue.stop();
  await queue.drained();
  await witnessed(parts).catch(() => undefined);
  await Promise.all(readers.map((reader) => reader.stop()));
  await writer.stop();
}
