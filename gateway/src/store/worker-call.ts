/** Request and answer between the main thread and a worker, in order, with failures as values. */
import { parentPort, Worker } from 'node:worker_threads';
import { StoreError } from './reading-store.ts';
import { failureOf, type Failure } from './sqlite-failure.ts';

/** What a worker can be asked: name → function of one plain argument. */
export type Calls<T> = { [K in keyof T]: (argument: never) => unknown };

interface Request {
  readonly id: number;
  readonly call: string;
  readonly argument: unknown;
}
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: Failure;
}

type Argument<F> = F extends (argument: infer A) => unknown ? A : never;
type Result<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

export interface WorkerCaller<T> {
  /** @throws StoreError with the worker's reason; `closed` once the worker is gone */
  call<K extends keyof T & string>(name: K, argument: Argument<T[K]>, transfer?: ArrayBuffer[]): Promise<Result<T[K]>>;
  /** Resolves when the worker has ended. */
  ended(): Promise<void>;
}

export function workerCaller<T extends Calls<T>>(file: URL, workerData: unknown): WorkerCaller<T> {
  const worker = new Worker(file, { workerData });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: StoreError): void }>();
  let gone: StoreError | undefined;
  let id = 0;
  const end = (error: StoreError): void => {
    gone ??= error;
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    // Nothing outstanding: the process may end, as with any idle handle that only waits.
    if (waiting.size === 0) worker.unref();
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
  return {
    call: (name, argument, transfer = []) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) {
          reject(gone);
          return;
        }
        worker.ref();
        id += 1;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, call: name, argument } satisfies Request, transfer);
      }),
    ended: () => exited,
  };
}

/** Worker side: answers until `close` has been answered, then lets the worker end. */
export function answerCalls<T extends Calls<T>>(calls: T): void {
  const port = parentPort;
  if (port === null) throw new Error('this file runs as a worker thread');
  port.on('message', async ({ id, call, argument }: Request) => {
    const answer: Answer = await run(calls, call, argument).then(
      (value) => ({ id, value }),
      (error: unknown) => ({ id, failure: failureOf(error) }),
    );
    port.postMessage(answer);
    if (call === 'close') port.close();
  });
}

async function run<T extends Calls<T>>(calls: T, name: string, argument: unknown): Promise<unknown> {
  const found = Object.entries<(argument: never) => unknown>(calls).find(([key]) => key === name);
  if (found === undefined) throw new Error(`the worker knows no call ${name}`);
  return found[1](argument as never);
}
