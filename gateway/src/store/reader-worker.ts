/** Thread with a read-only connection of readings.db. */
import { workerData } from 'node:worker_threads';
import { type ReaderCalls, readerCalls } from './reader-calls.ts';
import { openReadingsForReading } from './readings-schema.ts';
import { answerCalls } from './worker-call.ts';

export interface ReaderData {
  readonly dir: string;
  readonly phase: number;
}

const { dir, phase }: ReaderData = workerData;
answerCalls<ReaderCalls>((tell) => readerCalls(openReadingsForReading(dir), phase, tell));
