/**
 * The promise on the wire: an acknowledged reading is on disk. The judge is the client's own ledger: 10,000 QoS 1
 * readings with `ts`, the gateway killed 20 times at random moments, every reading there exactly once in the end.
 */
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { nativeTopic } from '#contract/topics.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';

const KILLS = Number(process.env['HOUQIN_KILLS'] ?? 20);
/** Enough to be under way at every kill: 10,000 for the 20 of the short form. */
const READINGS = 500 * Math.max(20, KILLS);
const LIMIT_MS = 12_000 * Math.max(20, KILLS);
const DEVICES = ['meter-main', 'meter-f1', 'meter-f2', 'cam-1', 'cam-2', 'cam-3', 'cam-4', 'cam-5'];
const IN_FLIGHT = 20;
/** Seeds the moments of death; printed, so that a failure can be replayed. */
const SEED = Number(process.env['HOUQIN_SEED'] ?? 20_260_302);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
}, 60_000);
afterAll(() => gateway.stop(), 30_000);

test(
  `${READINGS} readings through ${KILLS} kills: each acknowledged one is stored exactly once`,
  async () => {
    const random = mulberry32(SEED);
    const start = Date.now() - 20 * 3_600_000;
    const clients = DEVICES.map((device) =>
      connect(gateway.mqttUrl, { clientId: `ledger-${device}`, reconnectPeriod: 100, connectTimeout: 5_000 }),
    );
    for (const client of clients) client.on('error', () => {});
    const ledger = new Map(DEVICES.map((device) => [device, new Map<number, number>()]));
    const publishing = Promise.all(
      DEVICES.map((device, at) => publishAll(clients[at], device, start, ledger.get(device) ?? new Map())),
    );

    let kills = 0;
    let finished = false;
    void publishing.then(() => {
      finished = true;
    });
    while (kills < KILLS) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 400));
      await gateway.kill();
      kills += 1;
      await gateway.start();
    }
    expect(finished, 'the last kill came while readings were still under way').toBe(false);
    await publishing;
    await Promise.all(clients.map((client) => client.endAsync(true)));

    let found = 0;
    for (const device of DEVICES) {
      const stored = await allPoints(device, start);
      const expected = [...(ledger.get(device) ?? [])].sort(([a], [b]) => a - b);
      expect(stored, `device ${device}, seed ${SEED}`).toEqual(expected);
      found += stored.length;
    }
    expect(found).toBe(READINGS);
  },
  LIMIT_MS,
);

/** Publishes the device's share, at most IN_FLIGHT unacknowledged; what is acknowledged goes into the ledger. */
async function publishAll(
  client: MqttClient | undefined,
  device: string,
  start: number,
  acked: Map<number, number>,
): Promise<void> {
  if (!client) throw new Error('no client');
  const share = READINGS / DEVICES.length;
  const lanes = Array.from({ length: IN_FLIGHT }, async (_, lane) => {
    for (let n = lane; n < share; n += IN_FLIGHT) {
      const ts = start + n * 1_000;
      await untilAcknowledged(client, nativeTopic(SITE, device, 'readings'), JSON.stringify({ ts, power_w: n }));
      acked.set(ts, n);
      // Spread over the kills: a lane that runs dry early would not be under way when the process dies.
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  });
  await Promise.all(lanes);
}

/** A connection that dies while the client resends fails the publish; a device then sends again. */
async function untilAcknowledged(client: MqttClient, topic: string, payload: string): Promise<void> {
  for (;;) {
    try {
      await client.publishAsync(topic, payload, { qos: 1 });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function allPoints(device: string, start: number): Promise<[number, number | null][]> {
  const points: [number, number | null][] = [];
  let cursor = '';
  do {
    const query = new URLSearchParams({
      device,
      metric: 'power_w',
      from: String(start),
      to: String(Date.now()),
      limit: '10000',
    });
    if (cursor !== '') query.set('cursor', cursor);
    const page = await gateway.api<SeriesResponse>(`/series?${query}`);
    for (const point of page.points) points.push([point.ts, point.value]);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return points;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
