/** What the broker keeps across restarts: broker.db behind one worker, changes gathered into commits. */
import type { BrokerShelf, QueuedEntry, RetainedEntry, SessionEntry } from '../shared/broker-shelf.ts';
import type { Log } from '../shared/log.ts';
import { StoreError } from './reading-store.ts';
import type { ShelfCalls, ShelfData, ShelfNotice, ShelfWrite } from './shelf-calls.ts';
import { queuedBody, queuedOf, retainedBody, retainedOf, sessionBody, sessionOf } from './shelf-codec.ts';
import { type Change, type ShelfLine, shelfLine, type Waiter } from './shelf-line.ts';
import type { ShelfRow } from './shelf-row.ts';
import { type Failure, failureOf } from './sqlite-failure.ts';
import { type WorkerCaller, workerCaller } from './worker-call.ts';

export interface BrokerShelfOptions {
  /** Folder for broker.db; created when absent. Whoever opens holds its `dataLock`. */
  readonly dir: string;
  readonly log?: Pick<Log, 'info' | 'warn'> | undefined;
  readonly watch?: ShelfWatch | undefined;
  /** How long the first change of a commit waits for company, ms. */
  readonly lingerMs?: number | undefined;
  /** Bounds the file, as a full disk would (4 KiB pages). */
  readonly maxPages?: number | undefined;
  readonly waiting?: Partial<WaitingLimits> | undefined;
}

/** Who is told how the file fares. */
export interface ShelfWatch {
  /** Runs each commit, and gives back what becomes of it. */
  commit<T>(commit: () => Promise<T>): Promise<T>;
  /** Nothing can be written as it was opened, or a change was refused because too many wait. */
  failed(error: unknown): void;
  /** Entries of the file are lost; `what` in a few words. */
  damaged(what: string): void;
}

/** For whoever opened it, beside what the broker is given. */
export interface OpenShelf extends BrokerShelf {
  /** Writes as little as can be. Rejects as a change would, and is not told to `watch`. */
  probe(): Promise<void>;
}

/** What may wait to be written. Beyond, a change is refused at once. */
interface WaitingLimits {
  readonly calls: number;
  readonly bytes: number;
}

const LINGER_MS = 5;
const WAITING: WaitingLimits = { calls: 50_000, bytes: 64 * 1024 * 1024 };
/** Company enough: written without waiting for more. */
const EAGER_CHANGES = 500;
const EAGER_BYTES = 4 * 1024 * 1024;

/**
 * Opens broker.db in `dir`, creating and migrating it. Never rejects: a file that is damaged is set aside and begun
 * anew with what could be read of it; where nothing can be written, the shelf holds what could be read, its changes
 * reject, and each commit tries anew. All of that is told to `log`.
 *
 * Changes reject with StoreError: `full`, `read-only`, `io`, `closed`; `io` too when too many wait. A change that was
 * rejected is not tried again: the caller knows what is to be kept, and says so again.
 */
export async function openBrokerShelf(options: BrokerShelfOptions): Promise<OpenShelf> {
  const { dir, log, maxPages, watch } = options;
  const file = new URL('./shelf-worker.ts', import.meta.url);
  const worker = workerCaller<ShelfCalls>(file, { dir, maxPages } satisfies ShelfData);
  const tell = (notices: readonly ShelfNotice[]): void => {
    for (const { level, fields, message, damage } of notices) {
      log?.[level](fields, message);
      if (damage !== undefined) watch?.damaged(damage);
    }
  };
  const { rows, damaged, notices, failure } = await worker.call('begin', undefined).catch(unknownFailure);
  tell(notices);
  if (failure !== undefined) watch?.failed(storeError(failure));
  // Where that fails, they are found and left out again at the next start.
  await worker.call('dropDamaged', undefined).catch(() => undefined);
  const line = shelfLine(rows);
  const commits = commitQueue(line, worker, tell, options);
  const change = async (changes: readonly Change[]): Promise<void> => {
    if (changes.length === 0) return;
    await commits.add((waiter) => {
      for (const each of changes) line.add(each, waiter);
    });
  };
  const queued = (key: string, number: number, body: Change['body']): Change => ({
    ...{ kind: 'queued', name: key, number, body },
  });
  return {
    load: () => commits.inTurn(async () => loaded(worker, damaged)),
    putRetained: (entry) => change([named('retained', entry.topic, retainedBody(entry))]),
    removeRetained: (topic) => change([named('retained', topic, undefined)]),
    putSession: (entry) => change([named('sessions', entry.key, sessionBody(entry))]),
    removeSession: (key) =>
      commits.add((waiter) => {
        line.add(named('sessions', key, undefined), waiter);
        line.addClear(key, waiter);
      }),
    enqueue: (entry) => change([queued(entry.key, entry.number, queuedBody(entry))]),
    dequeue: (key, numbers) => change(numbers.map((number) => queued(key, number, undefined))),
    probe: () => commits.inTurn(() => written(worker, tell, { deletes: [], puts: [] })),
    flush: () => commits.flush(),
    close: () => commits.close(),
  };
}

/** What nobody foresaw must not keep the gateway from starting either. */
function unknownFailure(error: unknown): Awaited<ReturnType<ShelfCalls['begin']>> {
  const message = 'broker.db could not be opened; what the broker keeps will not outlast a restart';
  const notice: ShelfNotice = { level: 'warn', fields: { err: error }, message, damage: 'it could not be opened' };
  return { rows: [], damaged: 1, notices: [notice], failure: failureOf(error) };
}

function named(kind: 'retained' | 'sessions', name: string, body: Change['body']): Change {
  return { kind, name, number: 0, body };
}

interface CommitQueue {
  /** Adds changes to the next commit, or refuses them all. */
  add(changes: (waiter: Waiter) => void): Promise<void>;
  /** Runs between two commits, once everything that waits now is written or has failed. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** One commit in flight; the next takes what came meanwhile. */
function commitQueue(
  line: ShelfLine,
  worker: WorkerCaller<ShelfCalls>,
  tell: (notices: readonly ShelfNotice[]) => void,
  { lingerMs = LINGER_MS, waiting, watch }: BrokerShelfOptions,
): CommitQueue {
  const limits = { ...WAITING, ...waiting };
  let turn: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let scheduled = false;
  let stopped: Promise<void> | undefined;
  let calls = 0;
  let bytesInFlight = 0;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const hurry = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (scheduled || line.empty) return;
    scheduled = true;
    void inTurn(async () => {
      scheduled = false;
      bytesInFlight = line.bytes;
      await committed(line, worker, tell, watch);
      bytesInFlight = 0;
    });
  };
  const refusal = (): StoreError | undefined => {
    if (stopped !== undefined) return new StoreError('closed', 'the shelf of the broker is closed');
    if (calls < limits.calls && line.bytes + bytesInFlight < limits.bytes) return undefined;
    return new StoreError('io', `broker.db: ${calls} changes wait to be written; the disk is too slow for them`);
  };
  const flush = async (): Promise<void> => {
    hurry();
    await turn;
  };

  return {
    inTurn(work) {
      if (stopped !== undefined) return Promise.reject(refusal());
      hurry();
      return inTurn(work);
    },
    add(changes) {
      const refused = refusal();
      if (refused !== undefined) {
        watch?.failed(refused);
        return Promise.reject(refused);
      }
      calls += 1;
      return new Promise<void>((resolve, reject) => {
        changes({ resolve, reject });
        if (line.changes >= EAGER_CHANGES || line.bytes >= EAGER_BYTES) hurry();
        else timer ??= setTimeout(hurry, lingerMs);
      }).finally(() => {
        calls -= 1;
      });
    },
    flush,
    close() {
      stopped ??= flush().then(() => worker.stop());
      return stopped;
    },
  };
}

/** Never rejects: whoever waits is told. */
async function committed(
  line: ShelfLine,
  worker: WorkerCaller<ShelfCalls>,
  tell: (notices: readonly ShelfNotice[]) => void,
  watch: ShelfWatch | undefined,
): Promise<void> {
  const { deletes, puts, waiters, idle, done } = line.take();
  for (const { resolve } of idle) resolve();
  if (deletes.length === 0 && puts.length === 0) return;
  try {
    const bodies = puts.flatMap(({ body }) => (body.buffer instanceof ArrayBuffer ? [body.buffer] : []));
    const commit = (): Promise<void> => written(worker, tell, { deletes, puts }, bodies);
    await (watch === undefined ? commit() : watch.commit(commit));
    done();
    for (const { resolve } of waiters) resolve();
  } catch (error) {
    for (const { reject } of waiters) reject(error);
  }
}

/** @throws StoreError */
async function written(
  worker: WorkerCaller<ShelfCalls>,
  tell: (notices: readonly ShelfNotice[]) => void,
  changes: ShelfWrite,
  bodies: ArrayBuffer[] = [],
): Promise<void> {
  const { notices, failure } = await worker.call('commit', changes, bodies);
  tell(notices);
  if (failure !== undefined) throw storeError(failure);
}

const storeError = ({ code, message }: Failure): StoreError => new StoreError(code, `broker.db: ${message}`);

async function loaded(
  worker: WorkerCaller<ShelfCalls>,
  found: number,
): Promise<Awaited<ReturnType<BrokerShelf['load']>>> {
  const retained: RetainedEntry[] = [];
  const sessions: SessionEntry[] = [];
  const queued: QueuedEntry[] = [];
  let damaged = found;
  const take = ({ kind, body }: ShelfRow): void => {
    try {
      if (kind === 'retained') retained.push(retainedOf(body));
      else if (kind === 'sessions') sessions.push(sessionOf(body));
      else queued.push(queuedOf(body));
    } catch {
      damaged += 1;
    }
  };
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<ShelfCalls['page']>> = await worker.call('page', after);
    for (const row of page.rows) take(row);
    after = page.next;
  }
  queued.sort((a, b) => a.number - b.number);
  return { retained, sessions, queued, damaged };
}
