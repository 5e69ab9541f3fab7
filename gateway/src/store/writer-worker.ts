/** Thread that owns the writing connection of readings.db. */
import { workerData } from 'node:worker_threads';
import { openReadingsForWriting } from './readings-schema.ts';
import { answerCalls } from './worker-call.ts';
import { type WriterCalls, type WriterData, writerCalls } from './writer-calls.ts';

const { dir, phase, limits, maxPages, leastHead, now }: WriterData = workerData;
answerCalls<WriterCalls>((tell) =>
  writerCalls(openReadingsForWriting(dir, phase, maxPages), { dir, phase, limits, leastHead, now }, tell),
);
