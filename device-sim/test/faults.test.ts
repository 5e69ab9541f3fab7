import { describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../gateway/test/wait-for.ts';
import { type FaultRequest, faultSpec } from '../faults/fault-spec.ts';
import { type Fleet, startFleet } from '../fleet.ts';
import { smallCampus } from './small-campus.ts';
import { startBroker, type TestBroker } from './test-broker.ts';

interface Scene {
  readonly broker: TestBroker;
  readonly fleet: Fleet;
  readonly events: () => { event: string; id?: string; devices?: string[] }[];
  /** Starts a fault now; @returns its id. */
  readonly begin: (fault: FaultRequest) => string;
  readonly end: (id: string) => void;
}

async function scene(): Promise<Scene> {
  const broker = await startBroker();
  const lines: string[] = [];
  const fleet = await startFleet({ config: smallCampus(), mqttUrl: broker.url, out: (line) => void lines.push(line) });
  onTestFinished(() => fleet.stop());
  await waitFor(() => expect(fleet.connected().connected).toBe(20), { timeout: 8_000, interval: 20 });
  return {
    broker,
    fleet,
    events: () => lines.map((line) => JSON.parse(line)).filter(({ event }) => event !== undefined),
    begin: (fault) => {
      const started = fleet.faults.start(faultSpec.parse(fault), Date.now());
      if (!started.ok) throw new Error(started.reason);
      return started.fault.id;
    },
    end: (id) => expect(fleet.faults.end(id, Date.now())).toBe(true),
  };
}

const eventually = (check: () => void) => waitFor(check, { timeout: 8_000, interval: 20 });
/** A reading of a device that was measured after now. */
async function next(broker: TestBroker, device: string, leaf = 'readings'): Promise<Record<string, number>> {
  const since = broker.json(device, leaf).length;
  return waitFor(
    () => {
      const reading = broker.json(device, leaf)[since];
      if (reading === undefined) throw new Error(`${device} is silent`);
      return reading;
    },
    { timeout: 8_000, interval: 10 },
  );
}

describe('in the buildings', () => {
  test('left-on raises the power of a room and of every meter above it, and the ledger knows the kWh', async () => {
    const { broker, fleet, begin, end } = await scene();
    const before = await next(broker, 'main');
    const id = begin({ fault: 'left-on', place: 'room-301', params: { powerW: 3_000 } });
    const started = fleet.faults.active()[0]?.startedAt ?? 0;
    expect((await next(broker, 'room'))['power_w']).toBeGreaterThan(3_000);
    expect((await next(broker, 'main'))['power_w']).toBeGreaterThan((before['power_w'] ?? 0) + 2_000);
    end(id);
    await eventually(() => expect(broker.json('room', 'readings').at(-1)?.['power_w']).toBeLessThan(100));
    const hour = started + 3_600_000;
    const { total } = fleet.ledger.totals('room', 'energy_total_kwh', started, hour);
    expect(total).toBeLessThan(0.2);
    begin({ fault: 'left-on', place: 'room-301', params: { powerW: 3_000 } });
    expect(fleet.ledger.totals('room', 'energy_total_kwh', started, hour).total).toBeGreaterThan(2.9);
  });

  test('leak adds flow to the water meter', async () => {
    const { broker, begin } = await scene();
    const before = (await next(broker, 'water'))['flow_lph'] ?? 0;
    begin({ fault: 'leak', device: 'water', params: { lph: 9_000 } });
    const first = await next(broker, 'water');
    expect(first['flow_lph']).toBeGreaterThan(before + 8_000);
    await eventually(() => {
      expect(broker.json('water', 'readings').at(-1)?.['water_total_m3']).toBeGreaterThan(first['water_total_m3'] ?? 0);
    });
  });

  test('door-open is told at once, and told again when it closes', async () => {
    const { broker, begin, end } = await scene();
    const id = begin({ fault: 'door-open', place: 'gate-east' });
    expect((await next(broker, 'east'))['door_open']).toBe(1);
    end(id);
    await eventually(() => expect(broker.json('east', 'readings').at(-1)?.['door_open']).toBe(0));
  });
});

describe('in devices', () => {
  test('a dead switch takes its eight cameras: wills, silence, no way back, then all return', async () => {
    const { broker, fleet, begin, end, events } = await scene();
    const cut = ['sw-1', ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `cam-${n}`)];
    const id = begin({ fault: 'switch-dead', device: 'sw-1' });
    expect(events().at(-1)).toMatchObject({ event: 'fault-started', id, devices: cut });
    const willsOf = () =>
      broker.received.filter(({ topic, payload }) => topic.endsWith('/status') && `${payload}` === 'offline');
    await eventually(() =>
      expect(
        willsOf()
          .map(({ topic }) => topic.split('/')[3])
          .toSorted(),
      ).toEqual(cut.toSorted()),
    );
    expect(willsOf().every(({ retain }) => retain)).toBe(true);
    expect(fleet.connected().connected).toBe(11);
    const [beats, logins] = [broker.json('cam-1', 'heartbeat').length, broker.logins.length];
    for (let i = 0; i < 5; i += 1) await next(broker, 'sw-0', 'heartbeat');
    await next(broker, 'nvr', 'heartbeat');
    expect([broker.json('cam-1', 'heartbeat').length, broker.logins.length]).toEqual([beats, logins]);
    end(id);
    await eventually(() => expect(fleet.connected().connected).toBe(20));
    for (const device of cut) await next(broker, device, 'heartbeat');
  });

  test('device-dead silences one device only', async () => {
    const { broker, fleet, begin } = await scene();
    begin({ fault: 'device-dead', device: 'cam-3' });
    await eventually(() => expect(fleet.connected().connected).toBe(19));
    const silent = broker.json('cam-3', 'heartbeat').length;
    for (let i = 0; i < 4; i += 1) await next(broker, 'cam-4', 'heartbeat');
    expect(broker.json('cam-3', 'heartbeat')).toHaveLength(silent);
  });

  test('stuck repeats one metric while the others move; the ledger keeps the truth', async () => {
    const { broker, fleet, begin } = await scene();
    begin({ fault: 'stuck', device: 'main', params: { metric: 'power_w' } });
    await next(broker, 'main');
    const count = broker.json('main', 'readings').length;
    for (let i = 0; i < 4; i += 1) await next(broker, 'main');
    const later = broker.json('main', 'readings').slice(count);
    expect(new Set(later.map((reading) => reading['power_w'])).size).toBe(1);
    expect(
      new Set(later.map((reading) => reading['voltage_v'])).size + new Set(later.map((r) => r['current_a'])).size,
    ).toBeGreaterThan(2);
    const [from, to] = [Date.now() - 5_000, Date.now()];
    expect(fleet.ledger.totals('main', 'energy_total_kwh', from, to).total).toBeGreaterThan(0);
  });

  test('drift moves gauges away from the truth and leaves registers alone', async () => {
    const { broker, fleet, begin } = await scene();
    begin({ fault: 'drift', device: 'rack', params: { pctPerHour: 1e5 } });
    await next(broker, 'rack');
    await next(broker, 'rack');
    const { ts = 0, power_w: power = 0, energy_total_kwh: energy = 0 } = await next(broker, 'rack');
    expect(power).toBeGreaterThan(fleet.truth.rate('rack', ts) * 1.05);
    expect(energy).toBeCloseTo(fleet.truth.total('rack', ts), 1);
  });

  test('reset starts the register at zero, and it stays there after the fault', async () => {
    const { broker, fleet, begin, end } = await scene();
    const id = begin({ fault: 'reset', device: 'main' });
    expect((await next(broker, 'main'))['energy_total_kwh']).toBeLessThan(0.1);
    end(id);
    await next(broker, 'main');
    expect((await next(broker, 'main'))['energy_total_kwh']).toBeLessThan(0.1);
    const now = Date.now();
    expect(fleet.truth.total('main', now)).toBeGreaterThan(100);
  });

  test('clock-skew shifts the time on the message', async () => {
    const { broker, begin } = await scene();
    begin({ fault: 'clock-skew', device: 'cam-2', params: { skewS: -7_200 } });
    const { ts = 0 } = await next(broker, 'cam-2', 'heartbeat');
    expect(Math.abs(Date.now() - 7_200_000 - ts)).toBeLessThan(5_000);
  });
});

describe('on the wire', () => {
  test('drop loses messages, and the ledger counts every one', async () => {
    const { broker, fleet, begin, end } = await scene();
    const from = Date.now();
    const id = begin({ fault: 'drop', device: 'light' });
    const count = broker.json('light', 'readings').length;
    for (let i = 0; i < 5; i += 1) await next(broker, 'sockets');
    const until = Date.now();
    expect(broker.json('light', 'readings')).toHaveLength(count);
    const lost = fleet.ledger.totals('light', 'power_w', from, until);
    expect(lost).toMatchObject({ published: 0, complete: true });
    expect(lost.lost).toBeGreaterThan(2);
    end(id);
    await next(broker, 'light');
  });

  test('garble sends what is no JSON, acknowledged but never booked as published', async () => {
    const { broker, fleet, begin } = await scene();
    const from = Date.now();
    begin({ fault: 'garble', device: 'climate' });
    const bad = () =>
      broker.received.filter(({ topic, payload }) => topic.includes('/climate/readings') && payload[0] === 0xff);
    await eventually(() => expect(bad().length).toBeGreaterThan(3));
    for (const { payload } of bad()) expect(() => JSON.parse(payload.toString())).toThrow();
    await eventually(() =>
      expect(fleet.ledger.totals('climate', 'temperature_c', from + 1, Date.now())).toMatchObject({ published: 0 }),
    );
  });

  test('flood sends many messages a second with different times, and is bounded', async () => {
    const { broker, fleet, begin } = await scene();
    const from = Date.now();
    begin({ fault: 'flood', device: 'sockets', params: { perSecond: 400 }, forS: 1 });
    await eventually(() => expect(fleet.faults.active()).toHaveLength(0));
    const to = Date.now();
    const flood = broker
      .json('sockets', 'readings')
      .map(({ ts = 0 }) => ts)
      .filter((ts) => ts >= from && ts < to);
    expect(flood.length).toBeGreaterThan(100);
    expect(flood.length).toBeLessThan(480);
    expect(new Set(flood).size).toBe(flood.length);
    await eventually(() => expect(fleet.ledger.totals('sockets', 'power_w', from, to).published).toBe(flood.length));
    expect(() => faultSpec.parse({ fault: 'flood', device: 'sockets', params: { perSecond: 5_000 } })).toThrow();
  });
});

describe('the board', () => {
  test('names the reason when nothing fits', async () => {
    const { fleet } = await scene();
    const start = (fault: FaultRequest) => fleet.faults.start(faultSpec.parse(fault), 1);
    expect(start({ fault: 'drop', device: 'nobody' })).toEqual({ ok: false, reason: 'unknown-device' });
    expect(start({ fault: 'drop', place: 'nowhere' })).toEqual({ ok: false, reason: 'unknown-place' });
    expect(start({ fault: 'leak', device: 'door' })).toEqual({ ok: false, reason: 'no-fitting-device' });
    for (let i = 0; i < 500; i += 1) expect(start({ fault: 'drift', device: 'room' }).ok).toBe(true);
    expect(start({ fault: 'drift', device: 'room' })).toEqual({ ok: false, reason: 'too-many' });
    expect(fleet.faults.end('f501', 2)).toBe(false);
  });

  test('two faults that kill a device must both end', async () => {
    const { fleet, begin, end } = await scene();
    const one = begin({ fault: 'device-dead', device: 'cam-1' });
    const two = begin({ fault: 'switch-dead', device: 'sw-1' });
    end(two);
    expect([fleet.faults.isDead('cam-1'), fleet.faults.isDead('cam-2')]).toEqual([true, false]);
    end(one);
    await eventually(() => expect(fleet.connected().connected).toBe(20));
  });
});
