/** One client of the hub, with a line that blocks and frees at will: what it gets is gapless, and newest per series. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveGateway, LiveHello, LiveUnsaved, LiveValues } from '#contract/live.ts';
import type { Caller } from '../../src/api/caller.ts';
import { createLiveBacklog, VALUES_PER_MESSAGE } from '../../src/api/live-backlog.ts';
import { createLiveClient, type LiveClient } from '../../src/api/live-client.ts';
import { createLiveHub } from '../../src/api/live-hub.ts';
import type { LiveSocket } from '../../src/api/live-socket.ts';
import { manualClock } from '../../src/shared/clock.ts';
import { deviceOf, type FakeLive, fakeLive, latestOf } from './fake-live.ts';

const DEVICE = { type: 'device', device: deviceOf('d', 'door', 'gate') } as const;
const CALLER: Caller = {
  via: 'cli',
  principal: 'guard',
  user: { id: 'u', name: 'u', role: 'guard', createdAt: 0, disabled: false },
  credential: 'c',
};

interface Line {
  readonly socket: LiveSocket;
  readonly got: (LiveEvent | LiveValues | LiveGateway | LiveUnsaved)[];
  streaming: boolean;
  queued: number;
  /** Everything the kernel held back has left. */
  free(): void;
  say(position: unknown): LiveHello[];
  cuts: number;
  kicks: number;
}

function line(): Line {
  let helloListener: (position: unknown, ack: (hello: LiveHello) => void) => void = () => undefined;
  let ready = (): void => undefined;
  const self: Line = {
    got: [],
    streaming: false,
    queued: 0,
    cuts: 0,
    kicks: 0,
    free: () => {
      self.queued = 0;
      ready();
    },
    say: (position) => {
      const answers: LiveHello[] = [];
      helloListener(position, (hello) => {
        answers.push(hello);
        if (hello.mode === 'resume') self.got.push(...hello.events);
      });
      return answers;
    },
    socket: {
      emit: (_event, payload) => void self.got.push(payload as LiveEvent | LiveValues),
      setStreaming: (streaming) => {
        self.streaming = streaming;
      },
      queuedBytes: () => self.queued,
      onHello: (listener) => {
        helloListener = listener;
      },
      onReady: (listener) => {
        ready = listener;
      },
      cut: () => {
        self.cuts += 1;
      },
      kick: () => {
        self.kicks += 1;
      },
    },
  };
  return self;
}

const eventsOf = (found: Line): number[] =>
  found.got.flatMap((message) => ('seq' in message && 'type' in message ? [message.seq] : []));
const valuesOf = (found: Line): LiveValues[] => found.got.flatMap((message) => ('values' in message ? [message] : []));

function hubOf(live: FakeLive, lines: readonly Line[]) {
  const clock = manualClock(0);
  const merged = { count: 0 };
  const clients: LiveClient[] = [];
  const hub = createLiveHub({
    live,
    clock,
    broadcast: (_event, payload) => {
      for (const found of lines) if (found.streaming) found.got.push(payload as LiveEvent | LiveValues);
    },
    toAll: (_event, payload) => {
      for (const found of lines) found.got.push(payload as LiveGateway | LiveUnsaved);
    },
    cut: (client) => client.socket.cut(),
  });
  for (const { socket } of lines) {
    const client = createLiveClient(socket, CALLER, {
      live,
      clock,
      merged: (count) => (merged.count += count),
      badHello: (bad) => bad.kick(),
    });
    clients.push(client);
    hub.add(client);
  }
  return { hub, clock, clients, merged };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('whatever blocks, frees and asks anew: after the first hello the events have no gap and no repeat', async () => {
  const step = fc.oneof(
    fc.constant({ do: 'event' } as const),
    fc.record({ do: fc.constant('block' as const), of: fc.nat(1) }),
    fc.record({ do: fc.constant('free' as const), of: fc.nat(1) }),
    fc.record({ do: fc.constant('hello' as const), of: fc.nat(1) }),
    fc.constant({ do: 'wait' } as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const live = fakeLive([]);
      const lines = [line(), line()];
      const { hub } = hubOf(live, lines);
      for (const taken of steps) {
        if (taken.do === 'event') live.event(DEVICE);
        else if (taken.do === 'wait') await settle();
        else {
          const found = lines[taken.of] ?? line();
          if (taken.do === 'block') found.queued = 1;
          else if (taken.do === 'free') found.free();
          else found.say({ epoch: 'epoch-1', seq: eventsOf(found).at(-1) ?? 0 });
        }
      }
      for (const found of lines) found.say({ epoch: 'epoch-1', seq: eventsOf(found).at(-1) ?? 0 });
      await settle();
      for (const found of lines) found.free();
      hub.close();
      const all = Array.from({ length: live.position().seq }, (_, i) => i + 1);
      for (const found of lines) expect(eventsOf(found)).toEqual(all);
    }),
    { numRuns: 500 },
  );
});

test('a blocked client gets the newest of each series when its line frees, and how many were merged', async () => {
  const live = fakeLive([]);
  const found = line();
  const { hub, merged } = hubOf(live, [found]);
  found.say({});
  await settle();
  found.queued = 1;
  live.values([latestOf('a', 'power_w', 1, 1)]);
  await new Promise((resolve) => setTimeout(resolve, 10));
  live.values([latestOf('a', 'power_w', 2, 2), latestOf('b', 'power_w', 1, 9)]);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(valuesOf(found)).toEqual([]);
  found.free();
  expect(valuesOf(found)).toEqual([
    { at: 0, merged: 1, values: [latestOf('a', 'power_w', 2, 2), latestOf('b', 'power_w', 1, 9)] },
  ]);
  expect(merged.count).toBe(1);
  expect(found.streaming).toBe(true);
  hub.close();
});

test('too far behind: more than 15 s blocked, or more than 1 MB of events', async () => {
  const live = fakeLive([]);
  const [slow, full, well] = [line(), line(), line()];
  const { hub, clock, clients } = hubOf(live, [slow, full, well]);
  for (const found of [slow, full, well]) found.say({});
  await settle();
  const [slowClient, fullClient, wellClient] = clients;
  slow.queued = 1;
  full.queued = 1;
  live.event(DEVICE);
  expect(slowClient?.isTooFarBehind()).toBe(false);
  clock.set(15_000);
  expect(slowClient?.isTooFarBehind()).toBe(false);
  clock.set(15_001);
  expect(slowClient?.isTooFarBehind()).toBe(true);
  expect(wellClient?.isTooFarBehind()).toBe(false);
  slow.free();
  expect(slowClient?.isTooFarBehind()).toBe(false);
  const bytes = JSON.stringify(live.events[0]).length;
  for (let sent = 0; sent < 1_000_000; sent += bytes) live.event(DEVICE);
  expect(fullClient?.isTooFarBehind()).toBe(true);
  hub.close();
});

test('a snapshot that the kernel has not swallowed at once is no reason to cut', async () => {
  const live = fakeLive([]);
  const found = line();
  const { hub, clock, clients } = hubOf(live, [found]);
  found.say({});
  await settle();
  found.queued = 3_000_000;
  expect(clients[0]?.isTooFarBehind()).toBe(false);
  clock.set(5_001);
  expect(clients[0]?.isTooFarBehind()).toBe(true);
  hub.close();
});

test('a second hello replaces the first: one answer, no event lost', async () => {
  const live = fakeLive([]);
  const found = line();
  const { hub } = hubOf(live, [found]);
  live.event(DEVICE);
  live.delayMs = 5;
  const first = found.say({ epoch: 'epoch-1', seq: 0 });
  live.event(DEVICE);
  const second = found.say({ epoch: 'epoch-1', seq: 0 });
  live.event(DEVICE);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([first.length, second.length]).toEqual([0, 1]);
  expect(eventsOf(found)).toEqual([1, 2, 3]);
  hub.close();
});

test('an epoch that changes under the hub sends everybody to ask anew', async () => {
  const live = fakeLive([]);
  const found = line();
  const { hub } = hubOf(live, [found]);
  live.event(DEVICE);
  found.say({});
  await settle();
  live.newEpoch('epoch-2');
  live.event(DEVICE);
  expect(found.cuts).toBe(1);
  hub.close();
});

test('a backlog gives values in pieces, longest waiting first, and never an older one over a newer', () => {
  const backlog = createLiveBacklog();
  const many: LatestValue[] = Array.from({ length: VALUES_PER_MESSAGE + 1 }, (_, i) =>
    latestOf(`d${i}`, 'power_w', 10, i),
  );
  backlog.pushValues(many);
  backlog.pushValues([latestOf('d0', 'power_w', 9, 99)]);
  expect(backlog.takeValues(1)).toMatchObject({ merged: 1, values: many.slice(0, VALUES_PER_MESSAGE) });
  expect(backlog.takeValues(1)).toMatchObject({ merged: 0, values: many.slice(VALUES_PER_MESSAGE) });
  expect(backlog.takeValues(1)).toBeUndefined();
  expect(backlog.isEmpty()).toBe(true);
});
