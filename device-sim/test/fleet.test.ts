import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../gateway/test/wait-for.ts';
import { type Fleet, type FleetOptions, startFleet } from '../fleet.ts';
import { smallCampus } from './small-campus.ts';
import { startBroker, type TestBroker } from './test-broker.ts';

interface Line {
  readonly at: number;
  readonly event?: string;
  readonly device: string;
  readonly metric: string;
  readonly value: number;
  readonly published: boolean;
}

async function fleetOn(
  broker: TestBroker,
  change: Partial<FleetOptions> = {},
): Promise<{ fleet: Fleet; lines: Line[] }> {
  const lines: Line[] = [];
  const fleet = await startFleet({
    config: smallCampus(),
    mqttUrl: broker.url,
    password: 'campus-secret',
    out: (line) => void lines.push(JSON.parse(line)),
    ...change,
  });
  onTestFinished(() => fleet.stop());
  return { fleet, lines };
}

const SOON = { timeout: 10_000, interval: 20 };
const online = (fleet: Fleet, count: number) =>
  waitFor(() => expect(fleet.connected().connected).toBe(count), { timeout: 8_000, interval: 20 });

describe('a fleet', () => {
  test('is one session a device, named and authenticated as the device', async () => {
    const broker = await startBroker();
    const { fleet } = await fleetOn(broker);
    await online(fleet, 20);
    expect(fleet.connected()).toEqual({ devices: 20, sessions: 20, connected: 20 });
    expect(broker.logins.map(({ client }) => client).toSorted()).toEqual(
      fleet.campus.devices.map(({ id }) => id).toSorted(),
    );
    for (const { client, username, password } of broker.logins) {
      expect({ username, password }).toEqual({ username: client, password: 'campus-secret' });
    }
    await waitFor(() => {
      const status = broker.received.filter(({ topic }) => topic.endsWith('/status'));
      expect(status.map(({ topic, payload, retain }) => [topic.split('/')[3], `${payload}`, retain])).toHaveLength(20);
      expect(status.every(({ payload, retain }) => retain && `${payload}` === 'online')).toBe(true);
    }, SOON);
  });

  test('publishes what its ledger says, each reading with a time of its own', async () => {
    const broker = await startBroker();
    const { fleet, lines } = await fleetOn(broker);
    await waitFor(() => expect(broker.json('climate', 'readings').length).toBeGreaterThan(4), { timeout: 8_000 });
    await fleet.stop();
    for (const device of fleet.campus.devices) {
      const beats = ['camera', 'switch', 'nvr'].includes(device.kind);
      const arrived = broker
        .json(device.id, beats ? 'heartbeat' : 'readings')
        .flatMap(({ ts, ...metrics }) => Object.entries(metrics).map(([metric, value]) => ({ at: ts, metric, value })));
      const booked = lines
        .filter((line) => line.device === device.id && line.published)
        .map(({ at, metric, value }) => ({ at, metric, value }));
      expect(arrived.length).toBeGreaterThan(0);
      expect(booked).toEqual(arrived);
      expect(new Set(arrived.map(({ at, metric }) => `${at} ${metric}`)).size).toBe(arrived.length);
    }
    expect(lines.at(-1)).toMatchObject({ event: 'summary', lost: 0 });
  });

  test('comes back after the broker broke every connection', async () => {
    const broker = await startBroker();
    const { fleet } = await fleetOn(broker);
    await online(fleet, 20);
    broker.breakAll();
    await waitFor(() => expect(broker.logins).toHaveLength(40), SOON);
    await online(fleet, 20);
  });

  test('goes on knocking when it is refused, and says why', async () => {
    const broker = await startBroker((username) => username === 'room');
    const said: string[] = [];
    const { fleet } = await fleetOn(broker, { log: (sentence) => void said.push(sentence) });
    await online(fleet, 19);
    await waitFor(() => expect(broker.logins.filter(({ client }) => client === 'room').length).toBeGreaterThan(1), {
      timeout: 8_000,
    });
    expect(said.some((sentence) => sentence.startsWith('room: '))).toBe(true);
  });

  test('keeps at most 32 unacknowledged messages a device, and books the others as lost', async () => {
    const broker = await startBroker();
    const { fleet } = await fleetOn(broker, { config: smallCampus({ intervalS: 0.04 }) });
    await online(fleet, 20);
    broker.hold(true);
    const before = fleet.ledger.counts().lost;
    const from = broker.json('climate', 'readings').length;
    await waitFor(() => expect(fleet.ledger.counts().lost - before).toBeGreaterThan(100), { timeout: 10_000 });
    expect(broker.json('climate', 'readings').length - from).toBeLessThanOrEqual(33);
    broker.hold(false);
    const { published } = fleet.ledger.counts();
    await waitFor(() => expect(fleet.ledger.counts().published).toBeGreaterThan(published + 200), {
      timeout: 8_000,
    });
  });

  test('leaves no socket and no timer behind', async () => {
    const broker = await startBroker();
    const { fleet, lines } = await fleetOn(broker);
    await online(fleet, 20);
    const wills = broker.received.filter(({ payload }) => `${payload}` === 'offline').length;
    await fleet.stop();
    await waitFor(() => expect(broker.sockets()).toBe(0), SOON);
    const [count, booked] = [broker.received.length, lines.length];
    await wait(500);
    expect([broker.received.length, lines.length, broker.sockets()]).toEqual([count, booked, 0]);
    expect(broker.received.filter(({ payload }) => `${payload}` === 'offline')).toHaveLength(wills);
  });

  test('stops within two seconds although the broker acknowledges nothing or is not there', async () => {
    const broker = await startBroker();
    const { fleet } = await fleetOn(broker);
    await online(fleet, 20);
    broker.hold(true);
    await waitFor(() => expect(broker.json('climate', 'readings').length).toBeGreaterThan(0), SOON);
    await fleet.stop();
    await waitFor(() => expect(broker.sockets()).toBe(0), SOON);
    const alone = await startFleet({ config: smallCampus(), mqttUrl: 'mqtt://127.0.0.1:1' });
    expect(alone.connected().connected).toBe(0);
    await alone.stop();
  });
});

describe('what a meter remembers', () => {
  test('a register goes on after a restart with what stories and resets did to it', async () => {
    const broker = await startBroker();
    const file = `${import.meta.dirname}/../../.cache/sim-memory-${process.pid}/memory.json`;
    let now = Date.parse('2026-03-04T10:00:00+08:00');
    const clock = () => now;
    const first = await startFleet({ config: smallCampus(), mqttUrl: broker.url, memoryFile: file, clock });
    first.faults.start({ fault: 'left-on', device: 'room', params: { powerW: 2_000 } }, now);
    first.faults.start({ fault: 'reset', device: 'water', params: {} }, now);
    now += 3_600_000;
    const shown = first.truth.total('room', now);
    const start = first.faults.registerStart('water');
    await first.stop();
    const { fleet } = await fleetOn(broker, { memoryFile: file, clock });
    expect(start).toBeGreaterThan(0);
    expect(fleet.truth.total('room', now)).toBeCloseTo(shown, 6);
    expect(fleet.faults.registerStart('water')).toBe(start);
    const forgetful = await fleetOn(broker, { clock });
    expect(forgetful.fleet.truth.total('room', now)).toBeCloseTo(shown - 2, 6);
  });
});
