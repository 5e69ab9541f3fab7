/**
 * Work that takes long, off the thread that acknowledges messages: one worker thread, one job at a time, a bounded queue,
 * and a limit of time and memory for each job. A job over its limit, or of somebody who has gone, is ended together with
 * the thread; the next one gets a new thread. A thread that is idle costs nothing and does not keep the process alive.
 */
import { Worker } from 'node:worker_threads';
import { busy, closed, gone, tooLarge, tooLong } from './job-refused.ts';
import type { Answered, FromWorker, Jobs, ToWorker } from './job-words.ts';

export interface JobOptions {
  /** Ends the job: whoever asked has gone. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the lane's own, ms. */
  readonly timeoutMs?: number | undefined;
  /** Not refused when many wait: for what the gateway itself needs, a bounded number of times. */
  readonly always?: boolean;
  /** What the job asks for while it runs. */
  readonly answer?: ((question: never) => Promise<Answered>) | undefined;
}

type Argument<F> = F extends (argument: infer A, ask: never) => unknown ? A : never;
type Result<F> = F extends (argument: never, ask: never) => infer R ? Awaited<R> : never;

export interface JobLane<T> {
  /** @throws JobRefused when it cannot be done here and now; Error when the job itself throws */
  run<K extends keyof T & string>(name: K, argument: Argument<T[K]>, options?: JobOptions): Promise<Result<T[K]>>;
  stats(): JobStats;
  close(): Promise<void>;
}

export interface JobStats {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  /** Refused because too many were waiting. */
  readonly refused: number;
  /** Over their limit, or of somebody who had gone. */
  readonly ended: number;
}

export interface LaneSetup {
  /** The worker's file: it calls `answerJobs`. */
  readonly file: URL;
  readonly maxWaiting: number;
  readonly timeoutMs: number;
  readonly memoryMiB: number;
}

interface Job {
  readonly name: string;
  readonly argument: unknown;
  readonly options: JobOptions;
  resolve(value: never): void;
  reject(error: unknown): void;
}

export function openJobLane<T extends Jobs<T>>(setup: LaneSetup): JobLane<T> {
  const { maxWaiting, timeoutMs, memoryMiB } = setup;
  const waiting: Job[] = [];
  const counts = { done: 0, refused: 0, ended: 0 };
  let worker: Worker | undefined;
  let running: { readonly job: Job; readonly settle: (settled: () => void) => void } | undefined;
  let isClosed = false;

  const drop = (): void => {
    const last = worker;
    worker = undefined;
    void last?.terminate();
  };
  /** The worker is in an unknown state: whatever it runs is over. */
  const end = (error: unknown): void => {
    drop();
    counts.ended += 1;
    running?.settle(() => running?.job.reject(error));
  };
  const workerNow = (): Worker => {
    if (worker !== undefined) return worker;
    const fresh = new Worker(setup.file, { resourceLimits: { maxOldGenerationSizeMb: memoryMiB } });
    fresh.on('message', (message: FromWorker) => {
      if (fresh === worker) take(message);
    });
    fresh.on('error', (error: Error) => {
      if (fresh === worker) end(isOutOfMemory(error) ? tooLarge(memoryMiB) : error);
    });
    fresh.unref();
    worker = fresh;
    return fresh;
  };
  const take = (message: FromWorker): void => {
    const job = running?.job;
    if (job === undefined) return;
    if (message.kind === 'ask') void answerTo(job, message.question);
    else if (message.kind === 'done') running?.settle(() => job.resolve(message.value as never));
    else running?.settle(() => job.reject(new Error(message.error)));
  };
  const answerTo = async (job: Job, question: unknown): Promise<void> => {
    try {
      const { value, transfer = [] } = (await job.options.answer?.(question as never)) ?? { value: undefined };
      if (running?.job === job) worker?.postMessage({ kind: 'answer', value } satisfies ToWorker, [...transfer]);
    } catch (error) {
      if (running?.job === job) end(error);
    }
  };
  const next = (): void => {
    const job = running === undefined ? waiting.shift() : undefined;
    if (job === undefined) return;
    const { signal } = job.options;
    const limitMs = job.options.timeoutMs ?? timeoutMs;
    const timer = setTimeout(() => end(tooLong(limitMs)), limitMs);
    const left = (): void => end(gone());
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', left);
      settled();
      running = undefined;
      worker?.unref();
      counts.done += 1;
      next();
    };
    running = { job, settle };
    signal?.addEventListener('abort', left, { once: true });
    try {
      const thread = workerNow();
      thread.ref();
      thread.postMessage({ kind: 'job', name: job.name, argument: job.argument } satisfies ToWorker);
    } catch (error) {
      end(error);
    }
  };

  return {
    run(name, argument, options = {}) {
      if (isClosed) return Promise.reject(closed());
      if (options.signal?.aborted === true) return Promise.reject(gone());
      if (waiting.length >= maxWaiting && options.always !== true) {
        counts.refused += 1;
        return Promise.reject(busy(waiting.length));
      }
      return new Promise((resolve, reject) => {
        const job: Job = { name, argument, options, resolve, reject };
        options.signal?.addEventListener('abort', () => leave(waiting, job), { once: true });
        waiting.push(job);
        next();
      });
    },
    stats: () => ({ ...counts, waiting: waiting.length, running: running === undefined ? 0 : 1 }),
    async close() {
      isClosed = true;
      for (const job of waiting.splice(0)) job.reject(closed());
      const last = worker;
      if (running !== undefined) end(closed());
      else drop();
      await last?.terminate();
    },
  };
}

/** One that waits when its asker goes never starts. */
function leave(waiting: Job[], job: Job): void {
  const at = waiting.indexOf(job);
  if (at === -1) return;
  waiting.splice(at, 1);
  job.reject(gone());
}

function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
