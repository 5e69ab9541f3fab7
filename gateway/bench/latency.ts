/**
 * From a sensor's PUBLISH to what people see, while 1,000 other readings a second pass through: until a page in a real
 * Chromium has changed, and until a client has the value from the live socket. All on one machine, so one clock.
 */
import { connect, type MqttClient } from 'mqtt';
import { io, type Socket } from 'socket.io-client';
import { browserMissing, launchBrowser } from '../../dashboard/e2e/browser.ts';
import { buildDashboard, dashboardIsStale } from '../bin/dashboard-build.mjs';
import type { LiveValues } from '../contract/live.ts';
import { nativeTopic } from '../contract/topics.ts';
import { SITE, type TestGateway } from '../test/run-gateway.ts';
import type { BenchRow } from './bench-row.ts';
import { runLoad, VALUES } from './load.ts';
import { DOOR, startMeterGateway } from './meter-campus.ts';

const METERS = 200;
const PREFIX = 'meter-';
const READINGS_PER_SECOND = 1_000;
const MEASURE_MS = 20_000;
const TOGGLE_MS = 150;
const REACH_MS = 1_000;
const SOCKET_REACH_MS = 100;

export async function run(): Promise<BenchRow[]> {
  const missing = browserMissing();
  if (missing === undefined && dashboardIsStale() && (await buildDashboard(process.execPath)) !== 0)
    throw new Error('the dashboard does not build');
  const gateway = await startMeterGateway({ meters: METERS, prefix: PREFIX });
  try {
    const seen = watchSocket(gateway);
    await seen.ready;
    const page = missing === undefined ? await watchPage(gateway) : undefined;
    const load = runLoad({
      port: Number(new URL(gateway.mqttUrl).port),
      connections: METERS,
      window: 1,
      warmUpMs: 1_000,
      measureMs: MEASURE_MS + 1_000,
      userPrefix: PREFIX,
      site: SITE,
      distinct: true,
      messagesPerSecond: READINGS_PER_SECOND / VALUES,
    });
    const sent = await toggleDoor(gateway);
    await load;
    const shown = await page?.close();
    seen.socket.disconnect();
    return [
      ...(shown === undefined ? [] : rows('page-changed', delays(sent, shown), REACH_MS)),
      ...rows('socket-client', delays(sent, seen.door), SOCKET_REACH_MS),
      ...rows('arrival-to-socket-send', seen.inside, SOCKET_REACH_MS),
    ];
  } finally {
    await gateway.stop();
  }
}

interface Change {
  readonly open: boolean;
  readonly at: number;
}

/** Opens and closes the door in turn. @returns when each message left */
async function toggleDoor(gateway: TestGateway): Promise<Change[]> {
  const client: MqttClient = connect(gateway.mqttUrl, { clientId: DOOR, username: DOOR, password: DOOR });
  const sent: Change[] = [];
  // The first brings the door into sight; what is measured is a change.
  await client.publishAsync(nativeTopic(SITE, DOOR, 'readings'), '{"door_open": false}', { qos: 1 });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const until = performance.now() + MEASURE_MS;
  for (let open = true; performance.now() < until; open = !open) {
    sent.push({ open, at: Date.now() });
    client.publish(nativeTopic(SITE, DOOR, 'readings'), JSON.stringify({ door_open: open }), { qos: 1 });
    await new Promise((resolve) => setTimeout(resolve, TOGGLE_MS));
  }
  await new Promise((resolve) => setTimeout(resolve, REACH_MS));
  await client.endAsync();
  return sent;
}

/** A client of the live socket: what it saw of the door, and how old every value was when the gateway sent it. */
function watchSocket(gateway: TestGateway): {
  readonly socket: Socket;
  readonly ready: Promise<void>;
  readonly door: Change[];
  readonly inside: number[];
} {
  const door: Change[] = [];
  const inside: number[] = [];
  const socket = io(`${gateway.url}/live`, { auth: { token: gateway.adminToken }, transports: ['websocket'] });
  socket.on('value', ({ at, values }: LiveValues) => {
    for (const value of values) {
      inside.push(at - value.receivedAt);
      if (value.device === DOOR) door.push({ open: value.value === 1, at: Date.now() });
    }
  });
  const ready = new Promise<void>((resolve, reject) => {
    socket.once('connect_error', reject);
    socket.once('connect', () => socket.emit('hello', {}, () => resolve()));
  });
  return { socket, ready, door, inside };
}

/** The overview's tile of open doors; its own clock notes each change of the text. */
async function watchPage(gateway: TestGateway): Promise<{ close(): Promise<Change[]> }> {
  const browser = await launchBrowser();
  const context = await browser.newContext();
  await context.addCookies([{ name: 'houqin', value: gateway.adminToken, url: gateway.url }]);
  const page = await context.newPage();
  await page.goto(gateway.url);
  const tile = '.strip a[href^="/doors"] .tile-figure';
  await page.locator(tile).waitFor();
  await page.evaluate(`
    const tile = () => document.querySelector('${tile}')?.textContent;
    window.changes = [];
    let last = tile();
    new MutationObserver(() => {
      if (tile() === last) return;
      last = tile();
      window.changes.push({ open: last === '1', at: Date.now() });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  return {
    async close() {
      const changes = await page.evaluate<Change[]>('window.changes');
      await browser.close();
      return changes;
    },
  };
}

/** How long each message took until its state was seen; one that never was took for ever, and makes the next ones late. */
function delays(sent: readonly Change[], seen: readonly Change[]): number[] {
  let next = 0;
  return sent.map((change) => {
    while (next < seen.length && ((seen[next]?.at ?? 0) < change.at || seen[next]?.open !== change.open)) next += 1;
    return (seen[next]?.at ?? Number.POSITIVE_INFINITY) - change.at;
  });
}

function rows(id: string, times: readonly number[], reach: number): BenchRow[] {
  const sorted = times.toSorted((a, b) => a - b);
  const p50 = sorted[Math.floor(sorted.length * 0.5)] ?? Number.POSITIVE_INFINITY;
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  return [
    { id: `${id}-p50`, value: p50, unit: 'ms' },
    { id: `${id}-p99`, value: p99, unit: 'ms', reach, ok: p99 <= reach },
  ];
}
