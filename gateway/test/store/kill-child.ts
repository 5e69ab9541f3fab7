/** Appends numbered readings without end and says which are durable; to be killed at any moment. */
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import { numberedReading } from './numbered-reading.ts';

const [, , dir = '', first = '0'] = process.argv;
const store = await openReadingStore({ dir, hourPhaseMs: 0, open: { points: 4_000, hotRows: 40 } });
let next = Number(first);
let acked = next;

/** Several appends are under way at any time, of one to thirty readings, every tenth of them a resend. */
async function appendOn(): Promise<void> {
  for (;;) {
    const from = next;
    next += 1 + (from % 30);
    const numbers = Array.from({ length: next - from }, (_, i) => from + i);
    const resend = from % 10 === 0 ? numbers.slice(0, 1) : [];
    await store.append([...numbers, ...resend].map(numberedReading));
    acked = numbers.at(-1) ?? acked;
    process.stdout.write(`${numbers.join(' ')}\n`);
  }
}

async function sealOn(): Promise<void> {
  for (;;) {
    await store.seal(numberedReading(acked).ts);
    await store.release(Math.max(0, (await store.head()) - 20));
  }
}

await Promise.all([appendOn(), appendOn(), appendOn(), sealOn()]);
