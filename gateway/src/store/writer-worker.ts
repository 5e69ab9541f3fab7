/** Thread that owns the writing connection of readings.db. */
import { workerData } from 'node:worker_threads';
import { openReadingsAsTheyLie, openReadingsForWriting } from './readings-schema.ts';
import type { OpenLimits } from './seal-slices.ts';
import { untilWritable } from './until-writable.ts';
import { answerCalls } from './worker-call.ts';
import { type WriterCalls, writerCalls } from './writer-calls.ts';

export interface WriterData {
  readonly dir: string;
  readonly phase: number;
  readonly limits: OpenLimits;
  readonly maxPages: number | undefined;
}

const { dir, phase, limits, maxPages }: WriterData = workerData;
answerCalls<WriterCalls>(() =>
  untilWritable<WriterCalls>({
    open: () => writerCalls(openReadingsForWriting(dir, phase, maxPages), dir, phase, limits),
    openToRead: () => writerCalls(openReadingsAsTheyLie(dir, phase), dir, phase, limits),
    writes: ['commit', 'define', 'seal', 'prune', 'probe'],
  }),
);
