import { describe, expect, it, vi } from 'vitest';
import type { LiveEvent, LiveHello, LivePosition } from '#contract/live.ts';
import { incidentEvent, incidentOf, snapshotOf, wellGateway } from '../test/samples.ts';
import { createLiveClient, type LiveSocket } from './live-client.ts';
import { createLiveStore } from './live-store.ts';

type Answer = (error: Error | null, hello?: LiveHello) => void;

/** A socket whose other end is the test. */
function fakeSocket() {
  const handlers = new Map<string, (argument?: unknown) => void>();
  const managerHandlers = new Map<string, () => void>();
  const hellos: { from: Partial<LivePosition>; answer: Answer }[] = [];
  const socket = {
    connected: false,
    active: true,
    io: {
      on: (name: string, handler: () => void) => managerHandlers.set(name, handler),
      off: (name: string) => managerHandlers.delete(name),
    },
    on: (name: string, handler: (argument?: unknown) => void) => handlers.set(name, handler),
    off: () => handlers.clear(),
    connect: vi.fn(),
    disconnect: vi.fn(() => {
      socket.connected = false;
      socket.active = false;
    }),
    timeout: () => ({
      emit: (_name: string, from: Partial<LivePosition>, answer: Answer) => hellos.push({ from, answer }),
    }),
  };
  return {
    socket,
    hellos,
    say: (name: string, argument?: unknown) => handlers.get(name)?.(argument),
    attempt: () => managerHandlers.get('reconnect_attempt')?.(),
    connect: () => {
      socket.connected = true;
      socket.active = true;
      handlers.get('connect')?.();
    },
    drop: (staysActive = true) => {
      socket.connected = false;
      socket.active = staysActive;
      handlers.get('disconnect')?.();
    },
  };
}

function started() {
  const line = fakeSocket();
  const store = createLiveStore();
  const timers: { ms: number; run: () => void; isOver: boolean }[] = [];
  const clock = { now: 1_000_000 };
  const client = createLiveClient({
    store,
    // The test speaks the part of socket.io that the client uses, no more.
    socket: line.socket as unknown as LiveSocket,
    now: () => clock.now,
    every: () => () => undefined,
    after: (ms, run) => {
      const timer = { ms, run, isOver: false };
      timers.push(timer);
      return () => {
        timer.isOver = true;
      };
    },
  });
  client.start();
  return {
    ...line,
    store,
    client,
    clock,
    /** Lets all timers run out that are set now. */
    wait: () => {
      for (const timer of timers.splice(0)) if (!timer.isOver) timer.run();
    },
    answer: (hello: LiveHello) => line.hellos.at(-1)?.answer(null, hello),
  };
}

const seqOf = (t: ReturnType<typeof started>): number | undefined => t.store.position()?.seq;

describe('the live client', () => {
  it('asks for a snapshot first and is live when it came', () => {
    const t = started();
    expect(t.client.connection().state).toBe('connecting');
    t.connect();
    expect(t.hellos.map(({ from }) => from)).toEqual([{}]);
    t.answer(snapshotOf(3));
    expect(t.client.connection().state).toBe('live');
    expect(seqOf(t)).toBe(3);
  });

  it('keeps what arrives while it waits for the answer, and drops what the answer held already', () => {
    const t = started();
    t.connect();
    for (const seq of [3, 4, 5]) t.say('event', incidentEvent(seq, { id: `i${seq}` }));
    t.answer(snapshotOf(4, { incidents: [incidentOf({ id: 'i4' })] }));
    expect(
      t.store
        .incidents()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['i4', 'i5']);
    expect(seqOf(t)).toBe(5);
  });

  it('resumes from where it was after a break and tells that answers over HTTP may be old', () => {
    const t = started();
    const resync = vi.fn();
    t.client.onResync(resync);
    t.connect();
    t.answer(snapshotOf(3));
    expect(resync).not.toHaveBeenCalled();
    t.drop();
    expect(t.client.connection()).toMatchObject({ state: 'broken', cause: 'down' });
    t.attempt();
    t.attempt();
    expect(t.client.connection().attempt).toBe(2);
    t.connect();
    expect(t.hellos.at(-1)?.from).toEqual({ epoch: 'e', seq: 3 });
    t.answer({ mode: 'resume', gateway: wellGateway, position: { epoch: 'e', seq: 4 }, events: [incidentEvent(4)] });
    expect(t.client.connection()).toMatchObject({ state: 'live', attempt: 0 });
    expect(resync).toHaveBeenCalledTimes(1);
    expect(seqOf(t)).toBe(4);
  });

  it('says hello again when an event is missing, and ends with all of them', () => {
    const t = started();
    t.connect();
    t.answer(snapshotOf(3));
    t.say('event', incidentEvent(5, { id: 'i5' }));
    expect(t.hellos.at(-1)?.from).toEqual({ epoch: 'e', seq: 3 });
    t.say('event', incidentEvent(6, { id: 'i6' }));
    const events: LiveEvent[] = [incidentEvent(4, { id: 'i4' }), incidentEvent(5, { id: 'i5' })];
    t.answer({ mode: 'resume', gateway: wellGateway, position: { epoch: 'e', seq: 5 }, events });
    expect(
      t.store
        .incidents()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['i4', 'i5', 'i6']);
  });

  it('takes a snapshot when what it is resumed with has a hole', () => {
    const t = started();
    t.connect();
    t.answer(snapshotOf(3));
    t.drop();
    t.connect();
    t.answer({ mode: 'resume', gateway: wellGateway, position: { epoch: 'e', seq: 6 }, events: [incidentEvent(6)] });
    expect(t.hellos.at(-1)?.from).toEqual({});
    t.answer(snapshotOf(6));
    expect(seqOf(t)).toBe(6);
    expect(t.client.connection().state).toBe('live');
  });

  it('notices by the tick that the last event never came', () => {
    const t = started();
    t.connect();
    t.answer(snapshotOf(3));
    t.say('tick', { at: t.clock.now, seq: 4, epoch: 'e' });
    expect(t.hellos).toHaveLength(1);
    t.wait();
    expect(t.hellos.at(-1)?.from).toEqual({ epoch: 'e', seq: 3 });
  });

  it('does not ask when the event was only a moment behind its tick', () => {
    const t = started();
    t.connect();
    t.answer(snapshotOf(3));
    t.say('tick', { at: t.clock.now, seq: 4, epoch: 'e' });
    t.say('event', incidentEvent(4));
    t.wait();
    expect(t.hellos).toHaveLength(1);
  });

  it('leaves a gateway that accepts the line but never answers', () => {
    const t = started();
    t.connect();
    t.hellos.at(-1)?.answer(new Error('operation has timed out'));
    expect(t.socket.disconnect).toHaveBeenCalled();
    expect(t.client.connection().state).toBe('broken');
    const before = t.socket.connect.mock.calls.length;
    t.wait();
    expect(t.socket.connect.mock.calls.length).toBe(before + 1);
  });

  it('ignores an answer to a hello of the line before', () => {
    const t = started();
    t.connect();
    const late = t.hellos.at(-1);
    t.drop();
    late?.answer(null, snapshotOf(9));
    expect(t.store.position()).toBeUndefined();
    expect(t.client.connection().state).toBe('broken');
  });

  it('comes back by itself when the gateway closed the line', () => {
    const t = started();
    t.connect();
    t.answer(snapshotOf(3));
    t.drop(false);
    const before = t.socket.connect.mock.calls.length;
    t.wait();
    expect(t.socket.connect.mock.calls.length).toBe(before + 1);
  });

  it.each(['sign-in-needed', 'forbidden', 'setup-needed'])('knows %s as a refusal', (message) => {
    const t = started();
    t.socket.active = false;
    t.say('connect_error', new Error(message));
    expect(t.client.connection().refused).toBe(true);
    const before = t.socket.connect.mock.calls.length;
    t.wait();
    expect(t.socket.connect.mock.calls.length).toBe(before);
    t.client.retry();
    expect(t.socket.connect.mock.calls.length).toBe(before + 1);
  });

  it('takes any other failure for a broken line', () => {
    const t = started();
    t.say('connect_error', new Error('xhr poll error'));
    expect(t.client.connection()).toMatchObject({ state: 'broken', refused: false });
  });

  it('shows time by the gateway, however wrong the clock of this machine is', () => {
    const t = started();
    t.connect();
    t.answer(snapshotOf(0));
    t.say('tick', { at: 5_000_000, seq: 0, epoch: 'e' });
    expect(t.client.gatewayNow()).toBe(5_000_000);
  });

  it('after a break asks for everything anew while something shown is on no disk: its gateway may have forgotten it', () => {
    const { store, ...line } = started();
    line.connect();
    line.hellos[0]?.answer(null, snapshotOf(5));
    line.say('unsaved', { at: 1, bodies: [{ type: 'incident', incident: incidentOf({ id: 'disk-full' }) }] });
    expect(store.incidents().map(({ id }) => id)).toEqual(['disk-full']);
    line.drop();
    line.connect();
    expect(line.hellos[1]?.from).toEqual({});
    line.hellos[1]?.answer(null, snapshotOf(5));
    expect(store.incidents()).toEqual([]);
    line.drop();
    line.connect();
    expect(line.hellos[2]?.from).toEqual({ epoch: 'e', seq: 5 });
  });
});
