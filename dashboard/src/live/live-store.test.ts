import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { LiveEvent, LiveGateway } from '#contract/live.ts';
import { alertOf, deviceOf, incidentEvent, incidentOf, latestOf, snapshotOf, wellGateway } from '../test/samples.ts';
import { createLiveStore } from './live-store.ts';

describe('events', () => {
  it('are applied one after the other, and once', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5));
    expect(store.applyEvent(incidentEvent(6))).toBe('applied');
    expect(store.applyEvent(incidentEvent(6, { severity: 'critical' }))).toBe('duplicate');
    expect(store.incidents().map(({ severity }) => severity)).toEqual(['warning']);
    expect(store.position()).toEqual({ epoch: 'e', seq: 6 });
  });

  it('of every type reach their list', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(0));
    store.applyEvent({ type: 'alert', alert: alertOf(), epoch: 'e', seq: 1, at: 0 });
    store.applyEvent({ type: 'device', device: deviceOf({ state: 'offline' }), epoch: 'e', seq: 2, at: 0 });
    expect(store.alerts().map(({ id }) => id)).toEqual(['a1']);
    expect(store.device('door-1')?.state).toBe('offline');
  });

  it('with one missing before them are refused and change nothing', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5));
    expect(store.applyEvent(incidentEvent(7))).toBe('gap');
    expect(store.incidents()).toEqual([]);
    expect(store.position()?.seq).toBe(5);
  });

  it('of another epoch, or before any snapshot, are a gap', () => {
    const store = createLiveStore();
    expect(store.applyEvent(incidentEvent(1))).toBe('gap');
    store.applyHello(snapshotOf(5));
    expect(store.applyEvent(incidentEvent(6, {}, 'other'))).toBe('gap');
  });

  it('however they are cut, repeated and resumed, end in the same state', () => {
    const seed = Date.now() % 1_000_000;
    console.log(`seed ${seed}`);
    const events: LiveEvent[] = Array.from({ length: 30 }, (_, i) =>
      incidentEvent(i + 1, { id: `i${i % 7}`, severity: i % 2 === 0 ? 'warning' : 'critical', since: i }),
    );
    const whole = createLiveStore();
    whole.applyHello(snapshotOf(0));
    for (const event of events) whole.applyEvent(event);
    fc.assert(
      fc.property(fc.array(fc.nat(29), { maxLength: 60 }), (deliveries) => {
        const store = createLiveStore();
        store.applyHello(snapshotOf(0));
        for (const index of deliveries) {
          const event = events[index];
          if (event && store.applyEvent(event) === 'gap') {
            const from = store.position()?.seq ?? 0;
            const missed = events.filter(({ seq }) => seq > from && seq <= event.seq);
            const position = { epoch: 'e', seq: event.seq };
            expect(store.applyHello({ mode: 'resume', gateway: wellGateway, position, events: missed })).toBe(
              'applied',
            );
          }
        }
        const from = store.position()?.seq ?? 0;
        store.applyHello({
          mode: 'resume',
          gateway: wellGateway,
          position: { epoch: 'e', seq: 30 },
          events: events.slice(from),
        });
        expect(store.incidents()).toEqual(whole.incidents());
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('hello', () => {
  it('that resumes with a hole in it is a gap', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5));
    const events = [incidentEvent(6), incidentEvent(8)];
    expect(store.applyHello({ mode: 'resume', gateway: wellGateway, position: { epoch: 'e', seq: 8 }, events })).toBe(
      'gap',
    );
  });

  it('that promises more than it brings is a gap', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5));
    expect(
      store.applyHello({
        mode: 'resume',
        gateway: wellGateway,
        position: { epoch: 'e', seq: 7 },
        events: [incidentEvent(6)],
      }),
    ).toBe('gap');
  });

  it('with a snapshot replaces everything that was known', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5, { incidents: [incidentOf()], devices: [deviceOf()], values: [latestOf()] }));
    store.applyHello(snapshotOf(2, { position: { epoch: 'new', seq: 2 }, incidents: [incidentOf({ id: 'i9' })] }));
    expect(store.incidents().map(({ id }) => id)).toEqual(['i9']);
    expect(store.devices()).toEqual([]);
    expect(store.latest('door-1', 'door_open')).toBeUndefined();
    expect(store.position()).toEqual({ epoch: 'new', seq: 2 });
  });
});

describe('values', () => {
  it('never go back in time', () => {
    const store = createLiveStore();
    store.applyValues({ values: [latestOf({ ts: 2_000, receivedAt: 2_000, value: 1 })] });
    store.applyValues({ values: [latestOf({ ts: 1_000, receivedAt: 3_000, value: 0 })] });
    expect(store.latest('door-1', 'door_open')?.value).toBe(1);
  });

  it('from the future give way to what comes next, in whatever order both are told', () => {
    const minute = 60_000;
    const open = latestOf({ ts: 10 * minute, receivedAt: minute, value: 1 });
    const closed = latestOf({ ts: minute - 1_000, receivedAt: minute + 3_000, value: 0 });
    for (const told of [
      [open, closed],
      [closed, open],
    ]) {
      const store = createLiveStore();
      for (const one of told) store.applyValues({ values: [one] });
      expect(store.latest('door-1', 'door_open')?.value).toBe(0);
    }
  });

  it('of the same instant follow their arrival', () => {
    const store = createLiveStore();
    store.applyValues({ values: [latestOf({ value: 0 })] });
    store.applyValues({ values: [latestOf({ value: 1 })] });
    expect(store.latest('door-1', 'door_open')?.value).toBe(1);
  });

  it('tell only those who listen to their series', () => {
    const store = createLiveStore();
    const [mine, other] = [vi.fn(), vi.fn()];
    store.subscribe('value:door-1/door_open', mine);
    const end = store.subscribe('value:door-2/door_open', other);
    store.applyValues({ values: [latestOf()] });
    expect(mine).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
    end();
    store.applyValues({ values: [latestOf({ device: 'door-2' })] });
    expect(other).not.toHaveBeenCalled();
  });

  it('say when the campus was last heard of', () => {
    const store = createLiveStore();
    expect(store.lastDataAt()).toBeNull();
    store.applyHello(snapshotOf(0, { values: [latestOf({ receivedAt: 5_000 })] }));
    store.applyValues({ values: [latestOf({ receivedAt: 4_000 })] });
    expect(store.lastDataAt()).toBe(5_000);
  });
});

describe('lists', () => {
  it('stay the same object while nothing changes, so that nothing is drawn in vain', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(0, { incidents: [incidentOf()] }));
    const before = store.incidents();
    store.applyValues({ values: [latestOf()] });
    expect(store.incidents()).toBe(before);
    store.applyEvent(incidentEvent(1, { severity: 'critical' }));
    expect(store.incidents()).not.toBe(before);
  });

  it('stand newest first', () => {
    const store = createLiveStore();
    const incidents = [incidentOf({ id: 'old', since: 1 }), incidentOf({ id: 'new', since: 9 })];
    store.applyHello(snapshotOf(0, { incidents }));
    expect(store.incidents().map(({ id }) => id)).toEqual(['new', 'old']);
  });

  it('let go of the oldest history first, and never of what is going on', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(0, { incidents: [incidentOf({ id: 'going-on' })] }));
    for (let seq = 1; seq <= 2_100; seq++)
      store.applyEvent(incidentEvent(seq, { id: `over-${seq}`, state: 'resolved', since: seq }));
    const ids = store.incidents().map(({ id }) => id);
    expect(ids.length).toBeLessThanOrEqual(2_000);
    expect(ids).toContain('going-on');
    expect(ids).toContain('over-2100');
    expect(ids).not.toContain('over-1');
  });
});

describe('what the gateway’s disk does not take', () => {
  const full: LiveGateway['storage'][number] = {
    ...{ reason: 'full', since: 1, folder: '/data', freeMiB: 0, refuses: ['readings'] },
    sentence: { zh: '磁盘已满', en: 'The disk is full' },
  };

  it('is shown at once, keeps the position, and is there once when its event comes', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5));
    store.applyUnsaved([{ type: 'incident', incident: incidentOf({ id: 'i9' }) }]);
    expect(store.incidents()).toHaveLength(1);
    expect(store.position()).toEqual({ epoch: 'e', seq: 5 });
    expect(store.hasUnsaved()).toBe(true);
    expect(store.applyEvent(incidentEvent(6, { id: 'i9', ackedBy: 'wang' }))).toBe('applied');
    expect(store.incidents()).toMatchObject([{ id: 'i9', ackedBy: 'wang' }]);
    expect(store.hasUnsaved()).toBe(false);
  });

  it('comes with every hello and between them, and tells whoever looks at it', () => {
    const store = createLiveStore();
    let told = 0;
    store.subscribe('gateway', () => {
      told += 1;
    });
    store.applyHello(snapshotOf(5, { gateway: { ...wellGateway, storage: [full] } }));
    expect(store.gateway().storage).toEqual([full]);
    store.applyGateway(wellGateway);
    expect(store.gateway().storage).toEqual([]);
    store.applyHello({
      ...{ mode: 'resume', position: { epoch: 'e', seq: 5 }, events: [] },
      gateway: { ...wellGateway, storage: [full] },
    });
    expect(store.gateway().storage).toEqual([full]);
    expect(told).toBeGreaterThanOrEqual(3);
  });
});

describe('what has grown', () => {
  const words = { zh: '东门开着，已 5 分钟', en: 'The east gate has been open for 5 min' };
  const grown = {
    at: 5,
    alerts: [{ id: 'a1', excess: 5, unit: 'min', yuan: null, sentence: words }],
    incidents: [{ id: 'i1', sentence: words }],
  };

  it('is shown at once and leaves the position where it was', () => {
    const store = createLiveStore();
    store.applyHello(snapshotOf(5, { incidents: [incidentOf()], alerts: [alertOf()] }));
    const listener = vi.fn();
    store.subscribe('incidents', listener);
    store.applyGrown(grown);
    expect(store.incidents()[0]).toEqual(incidentOf({ sentence: words }));
    expect(store.alerts()[0]).toMatchObject({ excess: 5, sentence: words, state: 'firing' });
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.position()?.seq).toBe(5);
    expect(store.hasUnsaved()).toBe(false);
  });

  it('changes nothing that is over or not known', () => {
    const store = createLiveStore();
    const over = incidentOf({ state: 'resolved', until: 9 });
    store.applyHello(snapshotOf(5, { incidents: [over], alerts: [] }));
    store.applyGrown(grown);
    expect(store.incidents()).toEqual([over]);
    expect(store.alerts()).toEqual([]);
  });
});
