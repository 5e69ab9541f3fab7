/** The judge with a real records database and a clock moved by hand: reloads, disks that take nothing, restarts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveEvent } from '#contract/live.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { CampusInForce } from '../../src/campus-in-force.ts';
import { createJudgement, type Judgement } from '../../src/judgement.ts';
import { manualClock } from '../../src/shared/clock.ts';
import { eventsAfter, loadJudgeState, pruneEvents } from '../../src/store/judge-records.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { waitFor } from '../wait-for.ts';
import { campusOfTest } from './campus-of-test.ts';
import { fullDisk } from './disk-trouble.ts';
import { QUIET } from './quiet-log.ts';

const T = Date.UTC(2026, 2, 2, 2, 0, 0);
const s = (seconds: number): number => T + seconds * 1_000;

let dir: string;
let disk: RecordsDb;
let full: boolean;
let seq: number;
const clock = manualClock(T);
const records: RecordsDb = {
  write: (statements) => (full ? Promise.reject(new StoreError('full', 'no space left')) : disk.write(statements)),
  read: (statement) => disk.read(statement),
  close: () => disk.close(),
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'houqin-judge-'));
  disk = await openRecordsDb({ dir });
  full = false;
  seq = 0;
  clock.set(T);
});
afterEach(async () => {
  vi.useRealTimers();
  // One that still writes would write into the next test's records.
  for (const judgement of opened.splice(0)) await judgement.close();
  await disk.close();
  await rm(dir, { recursive: true, force: true });
});

const opened: Judgement[] = [];

async function judge(
  campus: CampusInForce,
  latest: readonly Reading[] = [],
): Promise<Judgement & { readonly events: LiveEvent[] }> {
  const { config, calendar } = campus;
  const state = await loadJudgeState(records, clock.now(), () => 'epoch-1');
  const judgement = createJudgement({
    ...{ clock, config, calendar, records, state, latest, log: QUIET },
    onJudged: () => undefined,
  });
  opened.push(judgement);
  judgement.resume(clock.now(), 'gateway-start');
  const events: LiveEvent[] = [];
  judgement.onEvent((event) => events.push(event));
  return { ...judgement, events };
}

function say(judgement: Judgement, device: string, metric: string, value: number, flags = 0): void {
  seq += 1;
  const at = clock.now();
  judgement.commit({ seq, readings: [{ device, metric, ts: at, value, flags, receivedAt: at }] });
}
/** Time passes to `at`, in ticks. */
function until(judgement: Judgement, at: number): void {
  for (let now = clock.now(); now < at; now = clock.now()) {
    clock.set(Math.min(at, now + 1_000));
    judgement.tick(clock.now());
  }
}
const twoCameras = (rules: string): string =>
  rules.replace(/.*id: switch-silent.*\n/, '').replace('{ kind: camera }', '{ devices: [cam-1, cam-2] }');
const stateOf = (judgement: Judgement, device: string) => {
  const { state, stateReason } = judgement.device(device) ?? {};
  return `${state} ${stateReason}`;
};
const firing = (judgement: Judgement) => judgement.currentIncidents().filter((incident) => incident.state === 'firing');

describe('another config', () => {
  test('leaves devices, alerts and incidents as they are, and tells nobody of a change that is none', async () => {
    const campus = await campusOfTest();
    const judgement = await judge(campus);
    say(judgement, 'cam-1', 'camera_online', 1);
    say(judgement, 'sw-east', 'online', 1);
    until(judgement, s(70));
    say(judgement, 'door-east', 'door_open', 1);
    until(judgement, s(75));
    const before = { devices: judgement.devices(), incidents: judgement.currentIncidents() };
    expect(stateOf(judgement, 'sw-east')).toBe('offline silent');
    expect(firing(judgement).map((incident) => incident.cause)).toContain('door-east');
    await waitFor(() => expect(judgement.events.length).toBeGreaterThan(0));
    await judgement.close();
    judgement.events.length = 0;
    const next = await campusOfTest({ tariffs: (text) => text.replace('yuan: 0.5', 'yuan: 0.6') });
    judgement.reload(next.config, next.calendar, clock.now());
    expect(judgement.devices()).toEqual(before.devices);
    expect(judgement.currentIncidents()).toEqual(before.incidents);
    await judgement.close();
    expect(judgement.events).toEqual([]);
  });

  test('tells of devices that are new or renamed, and ends what is about a device that is gone', async () => {
    const judgement = await judge(await campusOfTest());
    say(judgement, 'temp-1', 'temperature_c', 40);
    expect(firing(judgement).map((incident) => incident.cause)).toEqual(['temp-1']);
    await judgement.close();
    judgement.events.length = 0;
    const next = await campusOfTest({
      devices: (text) =>
        `${text.replace(/.*id: temp-1.*\n/, '').replace('Floor 2 meter', 'Second floor')}  - { id: door-west, name: { zh: 西门, en: West gate }, kind: door, place: gate-east }\n`,
      rules: (text) => text.replace('devices: [temp-1]', 'kind: sensor'),
    });
    judgement.reload(next.config, next.calendar, clock.now());
    await judgement.close();
    const told = judgement.events.flatMap((event) => (event.type === 'device' ? [event.device.id] : []));
    expect(told.sort()).toEqual(['door-west', 'meter-f2']);
    expect(firing(judgement)).toEqual([]);
    expect(judgement.device('temp-1')).toBeUndefined();
  });

  test('while the store is down leaves every device unknown', async () => {
    const campus = await campusOfTest();
    const judgement = await judge(campus);
    say(judgement, 'door-east', 'door_open', 0);
    judgement.storage([fullDisk(clock.now())], clock.now());
    judgement.reload(campus.config, campus.calendar, clock.now());
    expect(stateOf(judgement, 'door-east')).toBe('unknown store-down');
  });
});

describe('a store that does not commit', () => {
  test('one alert of the gateway itself, over when it commits; nobody who was turned away is taken for dead', async () => {
    const judgement = await judge(await campusOfTest());
    say(judgement, 'cam-1', 'camera_online', 1);
    judgement.storage([fullDisk(clock.now())], clock.now());
    judgement.storage([fullDisk(clock.now())], clock.now());
    expect(firing(judgement)).toMatchObject([{ cause: 'gateway', severity: 'critical', alerts: [expect.any(String)] }]);
    until(judgement, s(300));
    judgement.storage([], clock.now());
    expect(stateOf(judgement, 'cam-1')).toBe('online reported');
    until(judgement, s(359));
    expect(firing(judgement)).toEqual([]);
    expect(judgement.currentAlerts()).toMatchObject([
      { rule: 'gateway-store', state: 'resolved', since: T, until: s(300) },
    ]);
    until(judgement, s(365));
    expect(stateOf(judgement, 'cam-1')).toBe('offline silent');
  });

  test('the alert about it does not outlive the process that raised it', async () => {
    const campus = await campusOfTest();
    const first = await judge(campus);
    first.storage([fullDisk(clock.now())], clock.now());
    await first.close();
    const second = await judge(campus);
    expect(firing(second)).toEqual([]);
  });
});

describe('records that cannot be written', () => {
  test('nothing is told before it is durable; what was held is told in order once the disk takes it', async () => {
    const judgement = await judge(await campusOfTest());
    say(judgement, 'temp-1', 'temperature_c', 40);
    // The device's own event may be in a batch before: only the incident's is the last.
    await waitFor(() => expect(judgement.events.map((event) => event.type)).toContain('incident'));
    const position = judgement.savedPosition();
    full = true;
    say(judgement, 'temp-1', 'temperature_c', 20);
    say(judgement, 'door-east', 'door_open', 1);
    until(judgement, s(5));
    const told = judgement.events.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(judgement.events.length).toBe(told);
    expect(judgement.savedPosition()).toEqual(position);
    full = false;
    await waitFor(() => expect(judgement.events.length).toBeGreaterThan(told), { timeout: 5_000 });
    await judgement.close();
    expect(judgement.events.map((event) => event.seq)).toEqual(judgement.events.map((_, at) => at + 1));
    const kept = await eventsAfter(records, position, judgement.savedPosition(), 1_000);
    expect(kept).toEqual(judgement.events.filter((event) => event.seq > position.seq));
  });

  test('an acknowledgement that is not saved in time is not called done', async () => {
    const judgement = await judge(await campusOfTest());
    say(judgement, 'temp-1', 'temperature_c', 40);
    await judgement.close();
    const [incident] = firing(judgement);
    full = true;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = judgement.act(incident?.id ?? '', { action: 'ack', who: '门卫', at: clock.now() });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await answer).toMatchObject({ ok: false, status: 503 });
  });

  test('a stop does not wait for the disk', async () => {
    const judgement = await judge(await campusOfTest());
    full = true;
    say(judgement, 'temp-1', 'temperature_c', 40);
    await judgement.close();
    expect(judgement.savedPosition().seq).toBe(0);
    full = false;
    const after = await loadJudgeState(records, clock.now(), () => 'epoch-2');
    expect(after).toMatchObject({ cursor: 0, incidents: [] });
  });
});

describe('events', () => {
  test('a quiet weekend and a restart do not let the numbering begin again', async () => {
    const campus = await campusOfTest();
    const first = await judge(campus);
    say(first, 'temp-1', 'temperature_c', 40);
    await first.close();
    const { epoch, seq: last } = first.savedPosition();
    expect(last).toBeGreaterThan(0);
    clock.set(s(4 * 86_400));
    await records.write([pruneEvents(clock.now())]);
    const second = await judge(campus);
    expect(second.savedPosition()).toEqual({ epoch, seq: last });
    say(second, 'temp-1', 'temperature_c', 20);
    await second.close();
    expect(second.events[0]?.seq).toBe(last + 1);
    expect(await eventsAfter(records, { epoch, seq: 0 }, second.savedPosition(), 1_000)).toBeUndefined();
  });

  test('a pending alert that came to nothing is told as over', async () => {
    const judgement = await judge(await campusOfTest());
    say(judgement, 'door-east', 'door_open', 1);
    expect(judgement.currentAlerts()).toMatchObject([{ state: 'pending' }]);
    until(judgement, s(1));
    say(judgement, 'door-east', 'door_open', 0);
    expect(judgement.currentAlerts()).toEqual([]);
    await judgement.close();
    const states = judgement.events.flatMap((event) => (event.type === 'alert' ? [event.alert.state] : []));
    expect(states.at(-1)).toBe('resolved');
    expect(await records.read({ sql: 'SELECT id FROM alerts' })).toEqual([]);
  });
});

describe('what is no sample', () => {
  const online = (text: string): string =>
    `${text}  - { id: said-off, name: Said off, kind: threshold, metric: online, below: 1, select: { kind: door } }\n`;

  test('a last will raises suspicion and fires nothing; the same said by the device fires', async () => {
    const judgement = await judge(await campusOfTest({ rules: online }));
    say(judgement, 'door-east', 'online', 1);
    clock.set(s(1));
    say(judgement, 'door-east', 'online', 0, FLAG_BITS.will);
    expect(stateOf(judgement, 'door-east')).toBe('suspect will');
    expect(firing(judgement)).toEqual([]);
    clock.set(s(2));
    say(judgement, 'door-east', 'online', 0);
    expect(stateOf(judgement, 'door-east')).toBe('offline reported');
    expect(firing(judgement).map((incident) => incident.cause)).toEqual(['door-east']);
  });

  test('a will with a value in it is no sign of life', async () => {
    const judgement = await judge(await campusOfTest());
    say(judgement, 'temp-1', 'temperature_c', 20, FLAG_BITS.will);
    expect(stateOf(judgement, 'temp-1')).toBe('unknown awaited');
  });

  test('what comes again proves life', async () => {
    const judgement = await judge(await campusOfTest({ rules: twoCameras }));
    say(judgement, 'cam-1', 'camera_online', 1);
    until(judgement, s(63));
    const again: Reading = { device: 'cam-1', metric: 'camera_online', ts: T, value: 1, flags: 0, receivedAt: s(63) };
    expect(stateOf(judgement, 'cam-1')).toBe('offline silent');
    judgement.repeated([again]);
    expect(stateOf(judgement, 'cam-1')).toBe('online reported');
    expect(firing(judgement).map((incident) => incident.cause)).toEqual(['cam-2']);
  });
});

describe('a camera that a person switched off', () => {
  test('is neither online nor an outage, also after a restart, until it is switched on again', async () => {
    const campus = await campusOfTest({ rules: twoCameras });
    const first = await judge(campus);
    for (const camera of ['cam-1', 'cam-2']) say(first, camera, 'camera_online', 1);
    say(first, 'cam-1', 'camera_maintenance', 1);
    expect(stateOf(first, 'cam-1')).toBe('unknown maintenance');
    until(first, s(70));
    expect(stateOf(first, 'cam-1')).toBe('unknown maintenance');
    expect(firing(first).map((incident) => incident.cause)).toEqual(['cam-2']);
    await first.close();
    const off: Reading = { device: 'cam-1', metric: 'camera_maintenance', ts: T, value: 1, flags: 0, receivedAt: T };
    const second = await judge(campus, [off]);
    until(second, s(200));
    expect(stateOf(second, 'cam-1')).toBe('unknown maintenance');
    expect(firing(second).map((incident) => incident.cause)).toEqual(['cam-2']);
    say(second, 'cam-1', 'camera_maintenance', 0);
    expect(stateOf(second, 'cam-1')).toBe('online reported');
    until(second, s(270));
    expect(
      firing(second)
        .map((incident) => incident.cause)
        .sort(),
    ).toEqual(['cam-1', 'cam-2']);
  });
});
