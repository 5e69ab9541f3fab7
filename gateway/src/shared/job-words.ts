/** What the main thread and a job's worker say to each other, and the worker's half of it. */
import { parentPort } from 'node:worker_threads';

/** Asks the main thread for something while the job runs. */
export type Ask = (question: unknown) => Promise<unknown>;
/** Jobs by name: one plain argument, a plain result. */
export type Jobs<T> = { [K in keyof T]: (argument: never, ask: Ask) => unknown };

/** An answer of the main thread; buffers that are handed over instead of copied. */
export interface Answered {
  readonly value: unknown;
  readonly transfer?: readonly ArrayBuffer[];
}

export type ToWorker =
  | { readonly kind: 'job'; readonly name: string; readonly argument: unknown }
  | { readonly kind: 'answer'; readonly value: unknown };
export type FromWorker =
  | { readonly kind: 'ask'; readonly question: unknown }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: string };

/** Worker side: does one job after the other. */
export function answerJobs<T extends Jobs<T>>(jobs: T): void {
  const port = parentPort;
  if (port === null) throw new Error('this file runs as a worker thread');
  const byName = new Map(Object.entries<(argument: never, ask: Ask) => unknown>(jobs));
  const say = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  let answered: ((value: unknown) => void) | undefined;
  const ask: Ask = (question) =>
    new Promise((resolve) => {
      answered = resolve;
      say({ kind: 'ask', question });
    });
  const work = async (name: string, argument: unknown): Promise<void> => {
    try {
      const value = await byName.get(name)?.(argument as never, ask);
      say({ kind: 'done', value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []);
    } catch (error) {
      say({ kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'job') void work(message.name, message.argument);
    else answered?.(message.value);
  });
}
