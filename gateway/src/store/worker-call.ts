/** Request and answer between the main thread and a worker, in order, with failures as values. */
import { parentPort, Worker } from 'node:worker_threads';
import { type DamageNote, damageKey, type TellDamage } from './damage.ts';
import { StoreError } from './reading-store.ts';
import { type Failure, failureOf } from './sqlite-failure.ts';

/** Damages a worker tells of; it says each once. */
const MAX_TOLD = 5_000;

/** What a worker can be asked: name → function of one plain argument. */
export type Calls<T> = { [K in keyof T]: (argument: never) => unknown };

interface Request {
  readonly id: number;
  readonly call: string;
  readonly argument: unknown;
}
interface Answer {
  readonly id: number;
  /** No answer, but damage that was found on the way. */
  readonly damage?: DamageNote;
  readonly value?: unknown;
  readonly failure?: Failure;
}

type Argument<F> = F extends (argument: infer A) => unknown ? A : never;
type Result<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

export interface WorkerCaller<T> {
  /** @throws StoreError with the worker's reason; `closed` once the worker is gone */
  call<K extends keyof T & string>(name: K, argument: Argument<T[K]>, transfer?: ArrayBuffer[]): Promise<Result<T[K]>>;
  /** Asks it to close and resolves when it has ended, whether that went well or not. */
  stop(): Promise<void>;
}

/** @param damaged hears of damage that the worker finds, before the answer during which it was found */
export function workerCaller<T extends Calls<T>>(
  file: URL,
  workerData: unknown,
  damaged: TellDamage = () => undefined,
): WorkerCaller<T> {
  const worker = new Worker(file, { workerData });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: StoreError): void }>();
  let gone: StoreError | undefined;
  let stopping = false;
  let id = 0;
  const end = (error: StoreError): void => {
    gone ??= error;
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    if (answer.damage !== undefined) {
      damaged(answer.damage);
      return;
    }
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    // Nothing outstanding: the process may end, as with any idle handle that only waits.
    if (waiting.size === 0 && !stopping) worker.unref();
    if (answer.failure === undefined) caller?.resolve(answer.value as never);
    else caller?.reject(new StoreError(answer.failure.code, answer.failure.message));
  });
  worker.on('error', (error) => end(new StoreError('io', `the store's worker failed: ${String(error)}`)));
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      end(new StoreError('closed', 'the store is closed'));
      resolve();
    });
  });
  worker.unref();
  const ask = (call: string, argument: unknown, transfer: ArrayBuffer[]): Promise<never> =>
    new Promise((resolve, reject) => {
      if (gone !== undefined) {
        reject(gone);
        return;
      }
      worker.ref();
      id += 1;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, call, argument } satisfies Request, transfer);
    });
  return {
    call: (name, argument, transfer = []) => ask(name, argument, transfer),
    async stop() {
      stopping = true;
      // What it says to that matters no more: a worker that never opened its file has nothing to close.
      await ask('close', undefined, []).catch(() => undefined);
      await exited;
    },
  };
}

/**
 * Worker side: answers until `close` has been answered, then lets the worker end. When `create` fails, every call is
 * answered with that failure.
 * @param create gets a function that tells the main thread of damage
 */
export function answerCalls<T extends Calls<T>>(create: (tell: TellDamage) => T): void {
  const port = parentPort;
  if (port === null) throw new Error('this file runs as a worker thread');
  const told = new Set<string>();
  const calls = created(() =>
    create((damage) => {
      const key = damageKey(damage);
      if (told.has(key) || told.size >= MAX_TOLD) return;
      told.add(key);
      port.postMessage({ id: 0, damage } satisfies Answer);
    }),
  );
  port.on('message', async ({ id, call, argument }: Request) => {
    port.postMessage(await answered(calls, id, call, argument));
    if (call === 'close') port.close();
  });
}

function created<T extends Calls<T>>(create: () => T): ReadonlyMap<string, (argument: never) => unknown> | Failure {
  try {
    return new Map(Object.entries<(argument: never) => unknown>(create()));
  } catch (error) {
    return failureOf(error);
  }
}

async function answered(
  calls: ReturnType<typeof created>,
  id: number,
  call: string,
  argument: unknown,
): Promise<Answer> {
  if (!(calls instanceof Map)) return { id, failure: calls as Failure };
  try {
    return { id, value: await calls.get(call)?.(argument as never) };
  } catch (error) {
    return { id, failure: failureOf(error) };
  }
}
