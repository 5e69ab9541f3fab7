/** Thread that owns broker.db. */
import { workerData } from 'node:worker_threads';
import { type ShelfCalls, type ShelfData, shelfCalls } from './shelf-calls.ts';
import { answerCalls } from './worker-call.ts';

const data: ShelfData = workerData;
answerCalls<ShelfCalls>(() => shelfCalls(data));
