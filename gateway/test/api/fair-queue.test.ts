/** Turns of work of which little may run at once. */
import { expect, test } from 'vitest';
import { createFairQueue, type FairQueue, type Turn } from '../../src/api/fair-queue.ts';

interface Bench {
  readonly order: string[];
  readonly turns: Promise<Turn<string>>[];
  ask(key: string, known?: boolean): Promise<Turn<string>>;
  /** Lets what runs finish, one at a time, until nothing is left. */
  drain(): Promise<void>;
}

function bench(queue: FairQueue): Bench {
  const order: string[] = [];
  const running: (() => void)[] = [];
  const turns: Promise<Turn<string>>[] = [];
  return {
    order,
    turns,
    ask: (key, known = false) => {
      const turn = queue.run({ key, known }, async () => {
        order.push(key);
        await new Promise<void>((resolve) => running.push(resolve));
        return key;
      });
      turns.push(turn);
      return turn;
    },
    drain: async () => {
      for (let idle = 0; idle < 5; idle = running.length > 0 ? 0 : idle + 1) {
        running.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

test('lanes take turns, however much one of them has waiting; known ones go first', async () => {
  const { ask, order, drain } = bench(createFairQueue({ atOnce: 1, perLane: 10, waiting: 100 }));
  for (let i = 0; i < 6; i += 1) void ask('flood');
  void ask('a');
  void ask('b');
  void ask('owner', true);
  await drain();
  expect(order).toEqual(['flood', 'owner', 'flood', 'a', 'b', 'flood', 'flood', 'flood', 'flood']);
});

test('a full line costs the lane that has most in it, not the newcomer', async () => {
  const { ask, order, turns, drain } = bench(createFairQueue({ atOnce: 1, perLane: 10, waiting: 8 }));
  for (let i = 0; i < 12; i += 1) void ask('flood');
  void ask('a');
  void ask('b');
  void ask('owner', true);
  await drain();
  expect(order.filter((key) => key !== 'flood')).toEqual(['owner', 'a', 'b']);
  const outcomes = await Promise.all(turns);
  // One ran at once and eight waited; three found no room, and two made room.
  expect(outcomes.filter(({ ok }) => !ok)).toHaveLength(5);
});

test('very many lanes of one each: the line stays bounded, and known ones still pass', async () => {
  const { ask, order, turns, drain } = bench(createFairQueue({ atOnce: 2, perLane: 10, waiting: 50 }));
  for (let i = 0; i < 500; i += 1) void ask(`address ${i}`);
  void ask('owner', true);
  await drain();
  expect(order.indexOf('owner')).toBe(2);
  expect(order).toHaveLength(53);
  expect((await Promise.all(turns)).filter(({ ok }) => ok)).toHaveLength(53);
});

test('work that throws gives its turn on', async () => {
  const queue = createFairQueue({ atOnce: 1, perLane: 2, waiting: 2 });
  const lane = { key: 'a', known: false };
  await expect(queue.run(lane, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await queue.run(lane, async () => 1)).toEqual({ ok: true, value: 1 });
});
