/** Thread that owns the writing connection of readings.db. */
import { workerData } from 'node:worker_threads';
import { openReadingsForWriting } from './readings-schema.ts';
import type { OpenLimits } from './seal-slices.ts';
import { answerCalls } from './worker-call.ts';
import { type WriterCalls, writerCalls } from './writer-calls.ts';

export interface WriterData {
  readonly dir: string;
  readonly phase: number;
  readonly limits: OpenLimits;
  readonly maxPages: number | undefined;
  /** Highest commit that the folder is known to have had: its number is not given again. */
  readonly leastHead: number;
  /** Of the start, epoch ms. */
  readonly now: number;
}

const { dir, phase, limits, maxPages, leastHead, now }: WriterData = workerData;
answerCalls<WriterCalls>((tell) =>
  writerCalls(openReadingsForWriting(dir, phase, maxPages), { dir, phase, limits, leastHead, now }, tell),
);
