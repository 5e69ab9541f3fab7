/** Changes a shelf without end and says which changes begin and which are durable; to be killed at any moment. */
import { openBrokerShelf } from '../../src/store/open-broker-shelf.ts';
import { queued, retained, session } from './shelf-samples.ts';

const [, , dir = '', first = '0'] = process.argv;
const shelf = await openBrokerShelf({ dir });
let next = Number(first);
let puts = 0;
const say = (what: string): void => void process.stdout.write(`${what}\n`);

/** Five topics, each with the number of its newest change. */
async function putOn(): Promise<void> {
  for (;;) {
    next += 1;
    const number = next;
    puts += 1;
    const topic = `r/${puts % 5}`;
    say(`put ${topic} ${number}`);
    await shelf.putRetained(retained(topic, `${number}`.padEnd(1 + ((number * 37) % 6_000), ' ')));
    say(`kept ${topic} ${number}`);
  }
}

/** Queues messages and takes the older half of them back, some before and some after they are written. */
async function queueOn(): Promise<void> {
  await shelf.putSession(session('s'));
  for (;;) {
    const numbers = Array.from({ length: 8 }, () => ++next);
    await Promise.all(
      numbers.map(async (number) => {
        await shelf.enqueue(queued('s', number));
        say(`queued ${number}`);
      }),
    );
    const gone = numbers.filter((number) => number % 2 === 0);
    for (const number of gone) say(`taking ${number}`);
    await shelf.dequeue('s', gone);
    for (const number of gone) say(`taken ${number}`);
  }
}

await Promise.all([putOn(), putOn(), queueOn(), queueOn()]);
