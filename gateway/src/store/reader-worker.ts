/** Thread with a read-only connection of readings.db. */
import { workerData } from 'node:worker_threads';
import { type ReaderCalls, readerCalls } from './reader-calls.ts';
import { openReadingsAsTheyLie, openReadingsForReading } from './readings-schema.ts';
import { untilWritable } from './until-writable.ts';
import { answerCalls } from './worker-call.ts';

export interface ReaderData {
  readonly dir: string;
  readonly phase: number;
}

const { dir, phase }: ReaderData = workerData;
// What lies there unchanged is read until there is a writer again, whose changes are to be seen.
answerCalls<ReaderCalls>((tell) =>
  untilWritable<ReaderCalls>({
    open: () => readerCalls(openReadingsForReading(dir), phase, tell),
    openToRead: () => readerCalls(openReadingsAsTheyLie(dir, phase), phase, tell),
  }),
);
