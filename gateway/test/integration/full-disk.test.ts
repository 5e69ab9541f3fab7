/** A disk that takes nothing while the gateway runs: who is told, what works, what is refused, and that it ends by itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { type ReadyResponse, type StorageTrouble, storageTrouble } from '#contract/http/health.ts';
import type {
  ClientToServer,
  LiveEvent,
  LiveEventBody,
  LiveGateway,
  LiveHello,
  LivePosition,
  ServerToClient,
} from '#contract/live.ts';
import { ADMIN, startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';
import { diskMissing, failingDisk, failingDiskMissing, smallDisk } from '../small-disk.ts';

const TOLD_MS = 10_000;
const LOW = 'demo: false\nstore: { minFreeMiB: 4 }\n';

/** An open page: what it has been told so far. */
interface Screen {
  gateway(): LiveGateway | undefined;
  readonly bodies: LiveEventBody[];
  readonly seqs: number[];
  hello(from?: LivePosition): Promise<LiveHello>;
  close(): void;
}

async function openScreen(gateway: TestGateway): Promise<Screen> {
  const socket: Socket<ServerToClient, ClientToServer> = io(`${gateway.url}/live`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token: gateway.adminToken },
  });
  let told: LiveGateway | undefined;
  const bodies: LiveEventBody[] = [];
  const seqs: number[] = [];
  socket.on('gateway', (state) => {
    told = state;
  });
  socket.on('unsaved', (unsaved) => void bodies.push(...unsaved.bodies));
  socket.on('event', (event: LiveEvent) => {
    seqs.push(event.seq);
    bodies.push(event);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const hello = (from?: LivePosition): Promise<LiveHello> =>
    new Promise((resolve) => {
      socket.emit('hello', from ?? {}, (answer) => {
        told = answer.gateway;
        resolve(answer);
      });
    });
  return { gateway: () => told, bodies, seqs, hello, close: () => void socket.disconnect() };
}

const troubleOf = (screen: Screen): StorageTrouble | undefined => screen.gateway()?.storage[0];
const ready = async (gateway: TestGateway): Promise<ReadyResponse> =>
  (await (await fetch(`${gateway.url}/readyz`)).json()) as ReadyResponse;
const firing = async (gateway: TestGateway): Promise<Incident[]> =>
  (await gateway.api<{ items: Incident[] }>('/incidents?state=firing')).items;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(gateway: TestGateway, method: string, path: string, body?: unknown, more = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json', ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

/** Everything that people change, by what it is called. */
async function writes(gateway: TestGateway, incident: string): Promise<Record<string, Answer>> {
  const at = Date.now() - 60_000;
  const rules = await fetch(`${gateway.url}/api/v1/rules`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  const { yaml } = (await rules.json()) as { yaml: string };
  const etag = { 'if-match': rules.headers.get('etag') ?? '' };
  const swap = { metric: 'energy_total_kwh', at, finalReading: 90, initialReading: 0, doneBy: '甲', witness: '乙' };
  const row = { device: 'meter-f1', metric: 'energy_total_kwh', ts: at, value: 5 };
  const device = { id: 'door-new', name: { zh: '新门', en: 'New door' }, kind: 'door', place: 'gate-east' };
  return {
    acknowledge: await ask(gateway, 'POST', `/incidents/${incident}/ack`, {}),
    assign: await ask(gateway, 'POST', `/incidents/${incident}/assign`, { assignee: 'li' }),
    comment: await ask(gateway, 'POST', `/incidents/${incident}/comment`, { note: 'seen' }),
    'edit rules': await ask(gateway, 'PUT', '/rules', { yaml: `${yaml}# edited\n` }, etag),
    'add a device': await ask(gateway, 'POST', '/devices', { devices: [device] }),
    import: await ask(gateway, 'POST', '/readings/import', { readings: [row] }),
    swap: await ask(gateway, 'POST', '/devices/meter-f1/swaps', swap),
    'a reading by hand': await ask(gateway, 'POST', '/devices/meter-f1/manual-readings', {
      ...{ metric: 'energy_total_kwh', value: 7, at },
    }),
    'add a user': await ask(gateway, 'POST', '/users', { name: 'wang', password: 'a long password', role: 'guard' }),
    'make a token': await ask(gateway, 'POST', '/tokens', { name: 'wall', scope: 'kiosk', days: 1 }),
  };
}

function expectRefused(answers: Record<string, Answer>, status: number, folder: string): void {
  for (const [name, { status: got, body }] of Object.entries(answers)) {
    expect({ name, got, body }).toMatchObject({ name, got: status });
    expect(String(body['detailZh']), name).toContain(folder);
    expect(String(body['detail']), name).toContain(folder);
    expect(String(body['detailZh']), name).toMatch(/请(清理|检查)/);
  }
}

async function signIn(gateway: TestGateway): Promise<Answer> {
  return ask(gateway, 'POST', '/session', ADMIN, { authorization: '' });
}

async function openDoor(gateway: TestGateway): Promise<Incident> {
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  return expect
    .poll(async () => (await firing(gateway)).find(({ cause }) => cause === 'door-east'), { timeout: 15_000 })
    .toBeDefined()
    .then(async () => (await firing(gateway)).find(({ cause }) => cause === 'door-east') as Incident);
}

async function fullDisk(): Promise<void> {
  const disk = await smallDisk(48);
  const dataDir = join(disk.dir, 'data');
  const gateway = await startTestGateway({ files: { 'gateway.yaml': LOW }, dataDir });
  const screen = await openScreen(gateway);
  try {
    const door = await openDoor(gateway);
    const before = await screen.hello();
    disk.fill();
    await expect.poll(() => troubleOf(screen), { timeout: TOLD_MS }).toMatchObject({ reason: 'full', folder: dataDir });
    expect(storageTrouble.parse(troubleOf(screen)).sentence.zh).toMatch(/磁盘已满.*请清理/);

    // The disk took nothing of it, and it stands everywhere.
    const isOfGateway = (incident: Incident): boolean => incident.cause === 'gateway';
    await expect.poll(async () => (await firing(gateway)).filter(isOfGateway), { timeout: TOLD_MS }).toHaveLength(1);
    const told = (): LiveEventBody | undefined =>
      screen.bodies.find((body) => body.type === 'incident' && isOfGateway(body.incident));
    await expect.poll(told, { timeout: TOLD_MS }).toMatchObject({ incident: { severity: 'critical', ackedAt: null } });
    const [own] = (await firing(gateway)).filter(isOfGateway);
    const alerts = (await gateway.api<{ items: Alert[] }>('/alerts?state=firing')).items;
    expect(alerts.filter(({ device }) => device === 'gateway')).toMatchObject([{ incidentId: own?.id }]);
    expect(await gateway.api(`/incidents/${own?.id}`)).toMatchObject({ alerts: [{ rule: 'gateway-store' }] });
    expect(await ready(gateway)).toMatchObject({
      status: 'not-ready',
      parts: { disk: { ok: false } },
      storage: [{ reason: 'full', refuses: expect.arrayContaining(['readings']) }],
    });
    const late = await openScreen(gateway);
    expect((await late.hello(before.position)).gateway.storage).toMatchObject([{ reason: 'full' }]);
    await expect
      .poll(() => late.bodies.some((body) => body.type === 'incident' && isOfGateway(body.incident)))
      .toBe(true);
    late.close();

    // Records refuse once something was tried in vain; the first try itself is answered with the truth.
    await ask(gateway, 'POST', '/tokens', { name: 'first', scope: 'read', days: 1 });
    await expect
      .poll(async () => (await ready(gateway)).storage[0]?.refuses, { timeout: TOLD_MS })
      .toContain('records');
    expectRefused(await writes(gateway, door.id), 507, dataDir);
    expect((await firing(gateway)).find(({ id }) => id === door.id)).toMatchObject({ ackedAt: null, assignee: null });

    const session = await signIn(gateway);
    expect(session).toMatchObject({ status: 201, body: { notice: { zh: expect.stringContaining('重启') } } });
    const authorization = `Bearer ${String(session.body['token'])}`;
    expect(await ask(gateway, 'GET', '/me', undefined, { authorization })).toMatchObject({ status: 200 });
    for (const path of ['/devices', '/latest?device=door-east', '/incidents', '/alerts', '/places', '/users', '/audit'])
      expect({ path, ...(await ask(gateway, 'GET', path, undefined, { authorization })) }).toMatchObject({
        status: 200,
      });
    // Whoever has seen it may say so: the wall falls silent.
    expect(await ask(gateway, 'POST', `/incidents/${own?.id}/ack`, {}, { authorization })).toMatchObject({
      status: 200,
    });
    expect((await firing(gateway)).find(isOfGateway)).toMatchObject({ ackedBy: ADMIN.name });
    expect(await ask(gateway, 'DELETE', '/session', undefined, { authorization })).toMatchObject({ status: 204 });
    expect(await ask(gateway, 'GET', '/me', undefined, { authorization })).toMatchObject({ status: 401 });

    const ts = Date.now();
    const held = gateway.publish('meter-main', 'readings', { ts, power_w: 1 });
    disk.free();
    await held;
    await expect.poll(() => screen.gateway()?.storage, { timeout: 20_000 }).toEqual([]);
    await expect.poll(async () => (await ready(gateway)).status, { timeout: 20_000 }).toBe('ready');
    const series = await gateway.api<SeriesResponse>(
      `/series?device=meter-main&metric=power_w&from=${ts - 1}&to=${ts + 1}`,
    );
    expect(series.points.map((point) => point.value)).toEqual([1]);
    await expect
      .poll(async () =>
        (await gateway.api<{ items: Incident[] }>('/incidents?state=resolved')).items.filter(isOfGateway),
      )
      .toMatchObject([{ id: own?.id, ackedBy: ADMIN.name }]);
    expect(screen.seqs).toEqual(screen.seqs.map((_, i) => (screen.seqs[0] ?? 0) + i));
    // Signed out in memory, and on disk as soon as it took it.
    await signIn(gateway);
    await gateway.terminate();
    await gateway.start();
    expect(await ask(gateway, 'GET', '/me', undefined, { authorization })).toMatchObject({ status: 401 });
    const audit = await gateway.api<{ items: { what: string; object: string }[] }>('/audit?limit=100');
    expect(audit.items.filter(({ what }) => what === 'DELETE /session')).toHaveLength(1);
    expect(await gateway.api('/audit/verify')).toMatchObject({ ok: true });
  } finally {
    screen.close();
    await gateway.stop();
    disk.remove();
  }
}

itNeeds(
  diskMissing(),
  'a full disk is told to every screen and list within 10 s, people get in and look, nothing is said to be done that is not, and all goes on by itself',
  fullDisk,
  180_000,
);

itNeeds(
  failingDiskMissing(),
  'a disk that becomes read-only under the running gateway is called read-only, and every change is refused',
  async () => {
    const disk = await failingDisk(64);
    const dataDir = join(disk.dir, 'data');
    const gateway = await startTestGateway({ files: { 'gateway.yaml': LOW }, dataDir });
    const screen = await openScreen(gateway);
    try {
      const door = await openDoor(gateway);
      await screen.hello();
      disk.fail();
      await expect.poll(() => troubleOf(screen), { timeout: TOLD_MS }).toMatchObject({ reason: 'read-only' });
      await expect
        .poll(async () => (await firing(gateway)).map(({ cause }) => cause), { timeout: TOLD_MS })
        .toContain('gateway');
      await ask(gateway, 'POST', '/tokens', { name: 'first', scope: 'read', days: 1 });
      await expect
        .poll(async () => (await ready(gateway)).storage[0]?.refuses, { timeout: TOLD_MS })
        .toContain('records');
      expectRefused(await writes(gateway, door.id), 503, dataDir);
      expect(await signIn(gateway)).toMatchObject({ status: 201 });
      expect(await ask(gateway, 'GET', '/devices')).toMatchObject({ status: 200 });
    } finally {
      screen.close();
      await gateway.stop();
      disk.remove();
    }
  },
  120_000,
);

test('a database that another program holds is told on a campus where nothing happens, and over when it lets go', async () => {
  const gateway = await startTestGateway({ files: { 'gateway.yaml': LOW } });
  const screen = await openScreen(gateway);
  await screen.hello();
  const script = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv[1]);
    db.exec('BEGIN IMMEDIATE'); process.stdout.write('held'); setInterval(() => {}, 1e6);`;
  const holder = spawn(process.execPath, ['-e', script, join(gateway.dataDir, 'readings.db')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(holder.stdout, 'data');
    await expect.poll(() => troubleOf(screen)?.reason, { timeout: TOLD_MS }).toMatch(/slow|failing/);
    await expect
      .poll(async () => (await firing(gateway)).map(({ cause }) => cause), { timeout: TOLD_MS })
      .toContain('gateway');
    holder.kill('SIGKILL');
    await expect.poll(() => screen.gateway()?.storage, { timeout: 30_000 }).toEqual([]);
    await gateway.publish('meter-main', 'readings', { power_w: 2 });
  } finally {
    holder.kill('SIGKILL');
    screen.close();
    await gateway.stop();
  }
}, 120_000);
