/** Every endpoint × every kind of caller. The endpoints are listed from the router: one that is missing here fails. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccounts } from '../../src/api/accounts.ts';
import { createApiMetrics } from '../../src/api/api-metrics.ts';
import { createHttpApp } from '../../src/api/http-app.ts';
import { createInProgress } from '../../src/api/in-progress.ts';
import { routeTable } from '../../src/api/routes.ts';
import { fakeDeps, NOON, RULES_YAML } from './fake-deps.ts';
import { quietLog, type TestApi, testApi } from './test-api.ts';

type Who = 'nobody' | 'admin' | 'office' | 'guard' | 'leader' | 'read' | 'kiosk' | 'write' | 'cli';
const ALL: readonly Who[] = ['nobody', 'admin', 'office', 'guard', 'leader', 'read', 'kiosk', 'write', 'cli'];

const RANGE = `from=${NOON - 3_600_000}&to=${NOON}`;
const anyone = 'nobody admin office guard leader read kiosk write cli';
const operations = 'admin office guard read kiosk write cli';
const officeRead = 'admin office read write cli';
const officeWrite = 'admin office write cli';
const guardWrite = 'admin office guard write cli';
const acknowledge = 'admin office guard write kiosk cli';
const admin = 'admin cli';
const meterReaders = 'admin office cli';

interface Expectation {
  readonly may: string;
  /** Path with its parameters filled in, and the query. */
  readonly path?: string;
  readonly body?: unknown;
}

const actions: Record<string, { may: string; body: unknown }> = {
  ack: { may: acknowledge, body: {} },
  comment: { may: guardWrite, body: { note: '已到现场' } },
  assign: { may: officeWrite, body: { assignee: '李工' } },
  silence: { may: officeWrite, body: { until: NOON + 3_600_000 } },
  resolve: { may: officeWrite, body: { reason: '误报' } },
  ticket: { may: guardWrite, body: {} },
};

const EXPECTED: Record<string, Expectation> = {
  'GET /healthz': { may: anyone },
  'GET /readyz': { may: anyone },
  'GET /metrics': { may: anyone },
  'GET /api/v1/openapi.json': { may: anyone },
  'POST /api/v1/session': { may: anyone, body: {} },
  'POST /api/v1/setup': { may: anyone, body: { token: 'x', name: 'x', password: 'long enough for it' } },
  'DELETE /api/v1/session': { may: 'admin office guard cli' },
  'GET /api/v1/me': { may: operations },
  'GET /api/v1/users': { may: admin },
  'POST /api/v1/users': { may: admin, body: { name: 'n', password: 'long enough for it', role: 'teacher' } },
  'PATCH /api/v1/users/:id': { may: admin, path: '/api/v1/users/none', body: { disabled: true } },
  'GET /api/v1/tokens': { may: admin },
  'POST /api/v1/tokens': { may: admin, body: { name: 'x', scope: 'read' } },
  'DELETE /api/v1/tokens/:id': { may: admin, path: '/api/v1/tokens/none' },
  'GET /api/v1/audit/verify': { may: admin },
  'GET /api/v1/audit': { may: admin },
  'GET /api/v1/places': { may: operations },
  'GET /api/v1/devices': { may: operations },
  'GET /api/v1/devices/:id': { may: operations, path: '/api/v1/devices/door-1' },
  'POST /api/v1/devices': {
    may: admin,
    body: { devices: [{ id: 'new-1', name: '新表', kind: 'electricity-meter', place: 'hall' }] },
  },
  'PATCH /api/v1/devices/:id': { may: admin, path: '/api/v1/devices/meter-1', body: { change: { custodian: '李工' } } },
  'POST /api/v1/places': { may: admin, body: { id: 'room-9', name: '九', kind: 'room', parent: 'hall' } },
  'GET /api/v1/rules/watching': { may: officeRead, path: '/api/v1/rules/watching?kind=door&place=hall' },
  'GET /api/v1/latest': { may: operations },
  'GET /api/v1/probes': { may: operations },
  'GET /api/v1/quarantine': { may: officeRead },
  'GET /api/v1/profiles': { may: officeRead },
  'GET /api/v1/series': { may: operations, path: `/api/v1/series?device=meter-1&metric=power_w&${RANGE}` },
  'GET /api/v1/consumption': {
    may: operations,
    path: `/api/v1/consumption?place=hall&resource=electricity&step=hour&${RANGE}`,
  },
  'GET /api/v1/consumption/waste': { may: operations },
  'GET /api/v1/uptime': { may: operations, path: `/api/v1/uptime?${RANGE}` },
  'GET /api/v1/alerts': { may: operations },
  'GET /api/v1/alerts/:id': { may: operations, path: '/api/v1/alerts/alert-1' },
  'GET /api/v1/incidents': { may: operations },
  'GET /api/v1/incidents/:id': { may: operations, path: '/api/v1/incidents/inc-1' },
  'GET /api/v1/rules': { may: officeRead },
  'PUT /api/v1/rules': { may: officeWrite, body: { yaml: RULES_YAML } },
  'POST /api/v1/rules/backtest': { may: officeWrite, body: { from: NOON - 3_600_000, to: NOON } },
  'GET /api/v1/config/:name': { may: admin, path: '/api/v1/config/devices' },
  'PUT /api/v1/config/:name': { may: admin, path: '/api/v1/config/devices', body: { text: 'devices: []\n' } },
  'GET /api/v1/calendar': { may: operations, path: `/api/v1/calendar?${RANGE}` },
  'POST /api/v1/readings/import': {
    may: admin,
    body: { readings: [{ device: 'meter-1', metric: 'power_w', ts: NOON, value: 1 }] },
  },
  'GET /api/v1/onboarding/topics': { may: officeRead },
  'GET /api/v1/onboarding/frames': { may: officeRead, path: '/api/v1/onboarding/frames?topic=x/y' },
  'GET /api/v1/onboarding/fields': { may: officeRead, path: '/api/v1/onboarding/fields?topic=x/y' },
  'GET /api/v1/onboarding/devices': { may: officeRead },
  'GET /api/v1/onboarding/unread': { may: officeRead },
  'GET /api/v1/devices/:id/unread': { may: officeRead, path: '/api/v1/devices/door-1/unread' },
  'POST /api/v1/devices/:id/fields': {
    may: admin,
    path: '/api/v1/devices/door-1/fields',
    body: { fields: { Switch2: { metric: 'door_open', map: { ON: 1, OFF: 0 } }, Uptime: null } },
  },
  'POST /api/v1/onboarding/preview': {
    may: officeWrite,
    body: { topic: 'x/y', use: { profile: 'native' } },
  },
  'POST /api/v1/onboarding': {
    may: admin,
    body: { device: { id: 'new-1', name: '新表', kind: 'electricity-meter', place: 'hall' } },
  },
  'POST /api/v1/onboarding/devices': {
    may: admin,
    body: { rows: [{ line: 2, cells: { 编号: 'new-1' } }], dryRun: true },
  },
  'GET /api/v1/refusals': { may: officeRead },
  'GET /api/v1/mqtt': { may: admin },
  'GET /api/v1/credentials': { may: admin },
  'POST /api/v1/credentials': { may: admin, body: { kind: 'bridge', username: 'DVES_USER', prefixes: ['tele/'] } },
  'PATCH /api/v1/credentials': { may: admin, body: { username: 'a&b', prefixes: ['tele/'] } },
  'POST /api/v1/credentials/rotate': { may: admin, body: { username: 'a&b' } },
  'DELETE /api/v1/credentials': { may: admin, path: '/api/v1/credentials?username=..%2F%26' },
  'POST /api/v1/profiles/:id/enable': { may: admin, path: '/api/v1/profiles/native/enable' },
  'GET /api/v1/devices/:id/swaps': { may: officeRead, path: '/api/v1/devices/meter-1/swaps' },
  'POST /api/v1/devices/:id/swaps': {
    may: meterReaders,
    path: '/api/v1/devices/meter-1/swaps',
    body: {
      ...{ metric: 'energy_total_kwh', at: NOON, finalReading: 10, initialReading: 0 },
      ...{ doneBy: '李工', witness: '王主任' },
    },
  },
  'POST /api/v1/devices/:id/manual-readings': {
    may: meterReaders,
    path: '/api/v1/devices/meter-1/manual-readings',
    body: { metric: 'energy_total_kwh', value: 10, at: NOON },
  },
  ...Object.fromEntries(
    Object.entries(actions).flatMap(([name, { may, body }]) => [
      [`POST /api/v1/incidents/:id/${name}`, { may, body, path: `/api/v1/incidents/inc-1/${name}` }],
      [`POST /api/v1/alerts/:id/${name}`, { may, body, path: `/api/v1/alerts/alert-1/${name}` }],
    ]),
  ),
};

/** What express itself would answer to. */
function routesOfTheRouter(): string[] {
  const deps = fakeDeps();
  const metrics = createApiMetrics();
  const accounts = createAccounts(deps, 'hc_unused');
  const door = { proves: () => undefined };
  const context = { deps, metrics, accounts, door, inProgress: createInProgress(), log: quietLog([]) };
  const app = createHttpApp(routeTable(metrics.text), deps.dataDir, context);
  return app.router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const [layer] = route.stack;
    return [`${layer?.method?.toUpperCase()} ${route.path}`];
  });
}

const routes = routesOfTheRouter();
let running: TestApi;
const tokens = new Map<Who, () => Promise<string>>();

beforeAll(async () => {
  running = await testApi();
  const { person, token, deps } = running;
  const leader = await person('guard', 'leader');
  await deps.records.write([{ sql: "UPDATE users SET role = 'leader' WHERE name = 'leader'" }]);
  const scope = async (name: string): Promise<() => Promise<string>> => {
    const { secret } = await token(name);
    return async () => secret;
  };
  for (const role of ['admin', 'office', 'guard'] as const) {
    // Signing out ends a session: whoever does that here gets a new one.
    let current = await person(role, `matrix-${role}`);
    tokens.set(role, async () => {
      const { status } = await running.client.as(current).request('GET', '/api/v1/me');
      if (status === 401) current = await running.signIn(`matrix-${role}`, 'a long enough password');
      return current;
    });
  }
  tokens.set('leader', async () => leader);
  for (const name of ['read', 'kiosk', 'write'] as const) tokens.set(name, await scope(name));
  const cli = await running.cliToken();
  tokens.set('cli', async () => cli);
});
afterAll(() => running.close());

async function ask(route: string, who: Who, headers: Record<string, string> = {}): Promise<number> {
  const [method = '', template = ''] = route.split(' ');
  const { path = template, body } = EXPECTED[route] ?? {};
  const secret = await tokens.get(who)?.();
  const client = secret === undefined ? running.client : running.client.as(secret);
  return (await client.request(method, path, { headers, ...(body === undefined ? {} : { body }) })).status;
}

test('the table has a row for every route of the router, and none besides', () => {
  expect(routes.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});

describe.each(routes)('%s', (route) => {
  test.each(ALL)('%s', async (who) => {
    const may = (EXPECTED[route]?.may ?? '').split(' ').includes(who);
    const status = await ask(route, who);
    if (!may) return expect(status).toBe(who === 'nobody' ? 401 : 403);
    // 401 of the set-up and sign-in routes is about the password they were given.
    if (!/\/(?:session|setup)$/.test(route)) expect(status).not.toBe(401);
    expect(status).not.toBe(403);
    expect(status === 501 || status < 500).toBe(true);
  });

  test('a forged secret, a stranger’s prefix and another scheme are nobody', async () => {
    const open = (EXPECTED[route]?.may ?? '').includes('nobody');
    const [method = '', template = ''] = route.split(' ');
    const { path = template, body } = EXPECTED[route] ?? {};
    const real = (await tokens.get('admin')?.()) ?? '';
    for (const authorization of [
      `Bearer ${real.slice(0, -2)}AA`,
      'Bearer hc_guess',
      'Bearer ht_guess',
      `Basic ${real}`,
      `Bearer ${real} x`,
    ]) {
      const { status } = await running.client.request(method, path, {
        headers: { authorization },
        ...(body === undefined ? {} : { body }),
      });
      if (open) expect(status).not.toBe(403);
      else expect(status).toBe(401);
    }
  });

  test('a write from another site is refused, with cookie or token', async () => {
    if (route.startsWith('GET')) return;
    expect(await ask(route, 'admin', { origin: 'https://evil.example' })).toBe(403);
    const cookie = `houqin=${await tokens.get('admin')?.()}`;
    if (!(EXPECTED[route]?.may ?? '').includes('nobody')) expect(await ask(route, 'nobody', { cookie })).toBe(403);
    expect(await ask(route, 'nobody', { cookie, origin: 'null' })).toBe(403);
  });
});

test('nothing unexpected was logged', () => {
  expect(running.errors).toEqual([]);
});
