/** Thread that owns the writing connection of readings.db. */
import { workerData } from 'node:worker_threads';
import { openReadingsAsTheyLie, openReadingsForWriting } from './readings-schema.ts';
import { untilWritable } from './until-writable.ts';
import { answerCalls } from './worker-call.ts';
import { type WriterCalls, type WriterData, writerCalls } from './writer-calls.ts';

const { dir, phase, limits, maxPages, leastHead, now }: WriterData = workerData;
const rest = { dir, phase, limits, now };
answerCalls<WriterCalls>((tell) =>
  untilWritable<WriterCalls>({
    open: () => writerCalls(openReadingsForWriting(dir, phase, maxPages), { ...rest, leastHead }, tell),
    // Nothing can be lifted there; that waits until it can be written.
    openToRead: () => writerCalls(openReadingsAsTheyLie(dir, phase), { ...rest, leastHead: 0 }, tell),
    writes: ['commit', 'define', 'seal', 'prune', 'mend', 'probe'],
  }),
);
