/**
 * Killed between commit and judgement: every stored reading is judged once, a pending `for` goes on, nothing fires
 * twice. Each excursion above the threshold must give one alert, whatever dies in between.
 */
import { connect } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import { nativeTopic } from '#contract/topics.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';

const EXCURSIONS = 40;
const KILLS = 5;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
}, 60_000);
afterAll(() => gateway.stop(), 30_000);

test('one alert per excursion through kills, in exact order', async () => {
  const client = connect(gateway.mqttUrl, { clientId: 'thermometer', reconnectPeriod: 50, connectTimeout: 5_000 });
  client.on('error', () => {});
  const topic = nativeTopic(SITE, 'temp-1', 'readings');
  const began: number[] = [];
  const publishing = (async () => {
    for (let n = 0; n < EXCURSIONS; n += 1) {
      const ts = Date.now();
      began.push(ts);
      await client.publishAsync(topic, JSON.stringify({ ts, temperature_c: 40 }), { qos: 1 });
      await client.publishAsync(topic, JSON.stringify({ ts: Math.max(Date.now(), ts + 1), temperature_c: 20 }), {
        qos: 1,
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 150 + 37 * kill));
    await gateway.kill();
    await gateway.start();
  }
  await publishing;
  await client.endAsync(true);

  const alerts = await settled(began.length);
  expect(alerts.map((alert) => alert.since)).toEqual(began);
  for (const alert of alerts) {
    expect(alert).toMatchObject({ rule: 'server-room-hot', device: 'temp-1', state: 'resolved' });
    expect(alert.timeline.filter((line) => line.what === 'firing')).toHaveLength(1);
    expect(alert.incidentId).not.toBe('');
  }
}, 180_000);

test('a pending alert fires at its own time although the gateway was dead when it began to count', async () => {
  await gateway.publish('door-east', 'readings', { door_open: true });
  await expect
    .poll(async () => (await alertsOf('door-east')).map((alert) => alert.state), { timeout: 5_000 })
    .toEqual(['pending']);
  const [pending] = await alertsOf('door-east');
  await gateway.kill();
  await gateway.start();
  await expect
    .poll(async () => (await alertsOf('door-east')).map((alert) => alert.state), { timeout: 15_000 })
    .toEqual(['firing']);
  const [fired] = await alertsOf('door-east');
  expect(fired).toMatchObject({ id: pending?.id, since: pending?.since });
  expect(fired?.timeline.find((line) => line.what === 'firing')?.at).toBe((pending?.since ?? 0) + 2_000);
}, 60_000);

test('a door whose clock is ahead: what it says next stands in the newest values, its state and its alert, also after a restart', async () => {
  const open = async (): Promise<unknown> => {
    const { items } = await gateway.api<{ items: LatestValue[] }>('/latest?device=door-east');
    return items.find(({ metric }) => metric === 'door_open')?.value;
  };
  const newest = async (): Promise<string | undefined> => (await alertsOf('door-east')).at(-1)?.state;
  const seenAhead = async (): Promise<boolean> =>
    ((await gateway.api<Device>('/devices/door-east')).lastReadingAt ?? 0) > Date.now() + 2_000;
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await expect.poll(newest, { timeout: 10_000 }).not.toBe('firing');
  await gateway.publish('door-east', 'readings', { ts: Date.now() + 9 * 60_000, door_open: 1 });
  expect(await open()).toBe(1);
  expect(await seenAhead()).toBe(false);
  await expect.poll(newest, { timeout: 10_000 }).toBe('firing');
  await gateway.publish('door-east', 'readings', { ts: Date.now(), door_open: 0 });
  expect(await open()).toBe(0);
  await expect.poll(newest, { timeout: 10_000 }).toBe('resolved');
  await gateway.kill();
  await gateway.start();
  expect(await open()).toBe(0);
  expect(await seenAhead()).toBe(false);
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  await expect.poll(newest, { timeout: 10_000 }).toBe('firing');
}, 90_000);

async function alertsOf(device: string): Promise<Alert[]> {
  const page = await gateway.api<{ items: Alert[] }>(`/alerts?device=${device}&limit=1000`);
  return page.items.toReversed();
}

async function settled(count: number): Promise<Alert[]> {
  await expect
    .poll(async () => (await alertsOf('temp-1')).filter((alert) => alert.state === 'resolved').length, {
      timeout: 15_000,
    })
    .toBe(count);
  return alertsOf('temp-1');
}
