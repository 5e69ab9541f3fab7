/** The three stories, from the sensor's MQTT message to what the api and the live socket say. */
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import type { LiveEvent, LiveHello, LiveValues } from '#contract/live.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';

let gateway: TestGateway;
let socket: Socket;
const events: LiveEvent[] = [];
const values: LiveValues[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  socket = io(`${gateway.url}/live`, { auth: { token: gateway.adminToken }, transports: ['websocket'] });
  socket.on('event', (event: LiveEvent) => events.push(event));
  socket.on('value', (batch: LiveValues) => values.push(batch));
  await new Promise<void>((resolve, reject) => {
    socket.on('connect_error', reject);
    socket.on('connect', () => socket.emit('hello', {}, (_: LiveHello) => resolve()));
  });
}, 60_000);
afterAll(async () => {
  socket?.disconnect();
  await gateway?.stop();
}, 30_000);

const incidents = async (): Promise<Incident[]> =>
  (await gateway.api<{ items: Incident[] }>('/incidents?state=firing')).items;

describe('a value', () => {
  test('is on the socket and in /latest as soon as it is acknowledged', async () => {
    await gateway.publish('meter-f1', 'readings', { power_w: 1_234.5 });
    const latest = await gateway.api<{ items: LatestValue[] }>('/latest?device=meter-f1');
    expect(latest.items).toMatchObject([{ metric: 'power_w', value: 1_234.5, quality: 'measured', freshness: 'live' }]);
    await expect
      .poll(() => values.flatMap((batch) => batch.values).find((value) => value.device === 'meter-f1')?.value)
      .toBe(1_234.5);
  });

  test('that is not one is quarantined with its bytes and its reason, acknowledged, and costs nobody else anything', async () => {
    await gateway.publish('stranger', 'readings', { power_w: 1 });
    await gateway.publish('meter-f1', 'readings', '{"power_w": 12');
    const kept = await gateway.api<{ items: Quarantined[] }>('/quarantine');
    const reasons = Object.fromEntries(kept.items.map((item) => [item.topic.split('/')[3], item]));
    expect(reasons['stranger']).toMatchObject({ reason: 'unknown-device', address: 'stranger', count: 1 });
    expect(reasons['meter-f1']).toMatchObject({
      reason: 'bad-payload',
      head: Buffer.from('{"power_w": 12').toString('base64'),
    });
  });
});

describe('stories', () => {
  test('a door opens in closed hours: critical, with a sentence; closed again, resolved', async () => {
    await gateway.publish('door-east', 'readings', { door_open: true });
    await expect
      .poll(async () => (await incidents()).map((incident) => incident.cause), { timeout: 10_000 })
      .toEqual(['door-east']);
    const [incident] = await incidents();
    expect(incident).toMatchObject({ severity: 'critical', ackedBy: null });
    expect(incident?.sentence.zh).toContain('东门');
    expect(incident?.sentence.en).toContain('East gate');
    const acked = await gateway.api<Incident>(`/incidents/${incident?.id}/ack`, {
      method: 'POST',
      body: JSON.stringify({ note: '去看' }),
    });
    expect(acked).toMatchObject({ ackedBy: 'admin' });
    await expect(
      gateway.api(`/incidents/${incident?.id}/resolve`, { method: 'POST', body: JSON.stringify({ reason: '误报' }) }),
    ).rejects.toThrow('409');
    await gateway.publish('door-east', 'readings', { door_open: false });
    await expect.poll(async () => (await incidents()).length, { timeout: 10_000 }).toBe(0);
  });

  test('a room left on: fires with what it costs, resolves when switched off', async () => {
    const on = setInterval(() => void gateway.publish('meter-101', 'readings', { power_w: 1_900 }), 500);
    await expect
      .poll(async () => (await incidents()).map((incident) => incident.cause), { timeout: 10_000 })
      .toEqual(['meter-101']);
    clearInterval(on);
    await gateway.publish('meter-101', 'readings', { power_w: 3 });
    await expect.poll(async () => (await incidents()).length, { timeout: 10_000 }).toBe(0);
  });

  test('a switch dies with eight cameras: one incident that names the switch; all back, resolved', async () => {
    const beat = setInterval(() => {
      void gateway.publish('sw-east', 'heartbeat', '1');
      for (let n = 1; n <= 8; n += 1) void gateway.publish(`cam-${n}`, 'heartbeat', '1');
    }, 400);
    await expect
      .poll(
        async () =>
          (await gateway.api<{ items: { state: string; kind: string }[] }>('/devices?kind=camera')).items.map(
            (device) => device.state,
          ),
        { timeout: 5_000 },
      )
      .toEqual(Array.from({ length: 8 }, () => 'online'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    clearInterval(beat);
    await expect
      .poll(async () => (await incidents()).find((incident) => incident.cause === 'sw-east')?.affected.length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const now = await incidents();
    expect(now.map((incident) => incident.cause)).toEqual(['sw-east']);
    expect(now[0]?.sentence.zh).toContain('8 路监控');
    const again = setInterval(() => {
      void gateway.publish('sw-east', 'heartbeat', '1');
      for (let n = 1; n <= 8; n += 1) void gateway.publish(`cam-${n}`, 'heartbeat', '1');
    }, 400);
    await expect.poll(async () => (await incidents()).length, { timeout: 10_000 }).toBe(0);
    clearInterval(again);
  });

  test('the event stream was gapless and told every incident', () => {
    const seqs = events.map((event) => event.seq);
    expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
    const told = new Set(events.flatMap((event) => (event.type === 'incident' ? [event.incident.cause] : [])));
    for (const cause of ['door-east', 'meter-101', 'sw-east']) expect(told).toContain(cause);
  });
});
