/** Which sessions stay, for how long, and which give way; and that what stays is the same after a restart. */
import { beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/broker/broker-options.ts';
import { createCounters } from '../../src/broker/counters.ts';
import { OPEN_GRANTS } from '../../src/broker/grants.ts';
import type { Link } from '../../src/broker/outbox.ts';
import { createSessionBook, LONGEST_ABSENCE_MS, type SessionBook } from '../../src/broker/session-book.ts';
import type { BrokerShelf, QueuedEntry, SessionEntry } from '../../src/shared/broker-shelf.ts';

const DAY_MS = 86_400_000;

/** A shelf in memory that can be told to fail. */
function memoryShelf() {
  const sessions = new Map<string, SessionEntry>();
  const queued: QueuedEntry[] = [];
  let works = true;
  const change = async (apply: () => void): Promise<void> => {
    if (!works) throw new Error('full');
    apply();
  };
  const shelf: BrokerShelf = {
    load: async () => ({ retained: [], sessions: [...sessions.values()], queued: [...queued], damaged: 0 }),
    putRetained: () => change(() => {}),
    removeRetained: () => change(() => {}),
    putSession: (entry) => change(() => sessions.set(entry.key, entry)),
    removeSession: (key) =>
      change(() => {
        sessions.delete(key);
        for (let at = queued.length - 1; at >= 0; at -= 1) if (queued[at]?.key === key) queued.splice(at, 1);
      }),
    enqueue: (entry) => change(() => queued.push(entry)),
    dequeue: (key, numbers) =>
      change(() => {
        const at = queued.findIndex((entry) => entry.key === key && numbers.includes(entry.number));
        if (at >= 0) queued.splice(at, 1);
      }),
    flush: async () => {},
    close: async () => {},
  };
  return {
    shelf,
    sessions,
    queued,
    fail: (fails: boolean) => {
      works = !fails;
    },
  };
}

const link: Link = {
  version: 4,
  window: 10,
  maxPacketBytes: 0,
  mayReceive: () => true,
  alias: () => undefined,
  aliased: () => {},
  write: () => {},
  unsentBytes: () => 0,
  cutOff: () => {},
};

let now = 0;
let disk = memoryShelf();
let counters = createCounters();
let failures: unknown[] = [];
let displaced: string[] = [];

function book(limits: Partial<typeof DEFAULT_LIMITS> = {}): SessionBook {
  return createSessionBook({
    limits: { ...DEFAULT_LIMITS, ...limits },
    counters,
    now: () => now,
    shelf: disk.shelf,
    onShelfFailure: (error) => failures.push(error),
    onDisplaced: ({ key }) => displaced.push(key),
  });
}

beforeEach(() => {
  now = 1_800_000_000_000;
  disk = memoryShelf();
  counters = createCounters();
  failures = [];
  displaced = [];
});

const ask = (username: string, id: string, more: { lasting?: boolean; resume?: boolean } = {}) => ({
  key: `${username}\0${id}`,
  username,
  grants: OPEN_GRANTS,
  lasting: true,
  resume: true,
  ...more,
});
const message = (text: string) => ({ topic: 't', payload: Buffer.from(text), qos: 1, retain: false }) as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a session that is to stay comes back with its subscriptions; one that is not, or a clean start, does not', () => {
  const sessions = book();
  const { outbox } = sessions.open(ask('a', '1'));
  sessions.subscribe(outbox, { filter: 't', qos: 1 });
  sessions.release(outbox, undefined, DAY_MS);
  expect(sessions.match('t')).toHaveLength(1);
  expect(sessions.open(ask('a', '1'))).toEqual({ outbox, present: true });
  expect(sessions.isResumed('a\0' + '1')).toBe(true);
  expect([...outbox.subscriptions.values()]).toEqual([{ filter: 't', qos: 1 }]);
  sessions.release(outbox, undefined, DAY_MS);
  const fresh = sessions.open(ask('a', '1', { resume: false }));
  expect(fresh.present).toBe(false);
  expect(fresh.outbox).not.toBe(outbox);
  expect(sessions.match('t')).toEqual([]);
  const passing = sessions.open(ask('a', '2', { lasting: false }));
  sessions.subscribe(passing.outbox, { filter: 't', qos: 0 });
  sessions.release(passing.outbox, undefined, 0);
  expect(sessions.match('t')).toEqual([]);
  expect(sessions.open(ask('a', '2')).present).toBe(false);
});

test('a take-over keeps the session: the end of the old connection does not end it', () => {
  const sessions = book();
  const { outbox } = sessions.open(ask('a', '1'));
  outbox.attach(link);
  sessions.subscribe(outbox, { filter: 't', qos: 1 });
  const taken = sessions.open(ask('a', '1'));
  sessions.release(outbox, link, 0);
  expect(taken.outbox).toBe(outbox);
  expect(sessions.match('t')).toHaveLength(1);
  sessions.release(outbox, undefined, 0);
  expect(sessions.match('t')).toEqual([]);
});

test('its time is up: gone at the sweep, and also for a client that comes between two sweeps', () => {
  const sessions = book();
  for (const id of ['1', '2']) sessions.release(sessions.open(ask('a', id)).outbox, undefined, 5_000);
  now += 5_000;
  expect(sessions.open(ask('a', '1')).present).toBe(false);
  sessions.sweep();
  expect(sessions.size).toBe(1);
  const { outbox } = sessions.open(ask('a', '3'));
  sessions.release(outbox, undefined, Number.POSITIVE_INFINITY);
  now += LONGEST_ABSENCE_MS;
  sessions.sweep();
  expect(sessions.open(ask('a', '3')).present).toBe(false);
});

test('room is shared fairly: own oldest absent one first, else that of the login that has most', () => {
  const sessions = book({ sessionsPerLogin: 3, persistentSessions: 4 });
  const away = (username: string, id: string): void => {
    sessions.release(sessions.open(ask(username, id)).outbox, undefined, DAY_MS);
    now += 1;
  };
  for (const id of ['1', '2', '3', '4']) away('many', id);
  expect(sessions.open(ask('many', '1')).present).toBe(false);
  expect(counters.sessionsDropped).toBe(2);
  away('few', '1');
  away('few', '2');
  // `many` has three, the oldest absent of which gave way; the newcomer did not have to.
  expect(counters.sessionsDropped).toBe(3);
  expect(sessions.open(ask('few', '1')).present).toBe(true);
});

test('nobody is away: a newcomer is let in, and its session ends with its connection', () => {
  const sessions = book({ sessionsPerLogin: 1 });
  expect(sessions.open(ask('a', '1')).outbox.lasting).toBe(true);
  expect(sessions.open(ask('a', '2')).outbox.lasting).toBe(false);
});

test('the bytes that wait for all are bounded: the session with most of them gives way', () => {
  const sessions = book({ queuedTotalBytes: 1_000 });
  const { outbox: large } = sessions.open(ask('a', '1'));
  const { outbox: small } = sessions.open(ask('b', '1'));
  void small.send(message('x'.repeat(100)), { qos: 1, retain: false, identifiers: [] });
  for (let at = 0; at < 12; at += 1)
    void large.send(message('x'.repeat(99)), { qos: 1, retain: false, identifiers: [] });
  expect(new Set(displaced)).toEqual(new Set([large.key]));
  expect(small.length).toBe(1);
  expect(large.bytes + small.bytes).toBeLessThanOrEqual(1_000);
});

test('after a restart: subscriptions, queue and time are the same; sessions of a login that is gone are not', async () => {
  const first = book();
  const { outbox } = first.open(ask('a', '1'));
  first.subscribe(outbox, { filter: 't', qos: 1 });
  first.release(outbox, undefined, DAY_MS);
  void outbox.send(message('one'), { qos: 1, retain: false, identifiers: [7] });
  void outbox.send(message('two'), { qos: 1, retain: false, identifiers: [] });
  first.release(first.open(ask('removed', '1')).outbox, undefined, DAY_MS);
  await turn();
  disk.queued.push({ key: 'orphan', number: 1, topic: 't', payload: Buffer.from('x'), qos: 1, retain: false });

  const second = book();
  second.load(await disk.shelf.load(), (username) => (username === 'a' ? OPEN_GRANTS : undefined));
  expect(second.match('t')).toHaveLength(1);
  const back = second.open(ask('a', '1'));
  expect(back).toMatchObject({ present: true, outbox: { length: 2 } });
  await turn();
  expect([...disk.sessions.keys()]).toEqual(['a\0' + '1']);
  expect(disk.queued.map(({ key }) => key)).toEqual(['a\0' + '1', 'a\0' + '1']);
  now += 2 * DAY_MS;
  const third = book();
  second.release(back.outbox, undefined, DAY_MS);
  await turn();
  now += 2 * DAY_MS;
  third.load(await disk.shelf.load(), () => OPEN_GRANTS);
  expect(third.size).toBe(0);
});

test('what could not be written is told, and written at the next sweep', async () => {
  const sessions = book();
  disk.fail(true);
  const { outbox } = sessions.open(ask('a', '1'));
  sessions.subscribe(outbox, { filter: 't', qos: 1 });
  const { outbox: ended } = sessions.open(ask('a', '2'));
  await turn();
  expect(failures.length).toBeGreaterThan(0);
  disk.fail(false);
  sessions.retry();
  await turn();
  expect([...disk.sessions.values()].map(({ key, subscriptions }) => [key, subscriptions.length])).toEqual([
    ['a\0' + '1', 1],
    ['a\0' + '2', 0],
  ]);
  disk.fail(true);
  sessions.release(ended, undefined, 0);
  await turn();
  disk.fail(false);
  sessions.retry();
  await turn();
  expect([...disk.sessions.keys()]).toEqual(['a\0' + '1']);
});

test('the rights of a login that changed hold at once; without the login its sessions are gone', () => {
  const sessions = book();
  const { outbox } = sessions.open(ask('a', '1'));
  expect(sessions.mayReceive(outbox, 't')).toBe(true);
  sessions.revise('a', { ...OPEN_GRANTS, mayReceive: () => false });
  expect(sessions.mayReceive(outbox, 't')).toBe(false);
  sessions.revise('a', undefined);
  expect(sessions.size).toBe(0);
});

test('a queue that could not be written while the disk was full is written as it is once it can be', async () => {
  const sessions = book();
  const { outbox } = sessions.open(ask('a', '1'));
  sessions.release(outbox, undefined, DAY_MS);
  const envelope = { qos: 1, retain: false, identifiers: [] } as const;
  void outbox.send(message('before'), envelope);
  await turn();
  disk.fail(true);
  outbox.send(message('meanwhile'), envelope)?.catch(() => {});
  outbox.displace();
  await turn();
  disk.fail(false);
  sessions.retry();
  await turn();
  void outbox.send(message('after'), envelope);
  await turn();
  expect(disk.queued.map(({ payload }) => payload.toString())).toEqual(['meanwhile', 'after']);
});

test('retained messages on their way count no less when they are acknowledged: the bound of all queues stays what it is', () => {
  const sessions = book({ queuedTotalBytes: 1_000 });
  const { outbox } = sessions.open(ask('a', '1'));
  outbox.attach(link);
  const retained = { topic: 't', payload: Buffer.alloc(200), qos: 1, retain: true } as const;
  for (let at = 0; at < 10; at += 1) {
    outbox.sendRetained({ filter: 't', topics: ['t'].values(), find: () => retained, qos: 1, identifiers: [] });
    outbox.acknowledged(at + 1);
  }
  outbox.detach(outbox.link ?? link);
  for (let at = 0; at < 20; at += 1)
    void outbox.send(message('x'.repeat(99)), { qos: 1, retain: false, identifiers: [] });
  expect(outbox.bytes).toBeLessThanOrEqual(1_100);
});
