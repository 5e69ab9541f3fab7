/** What the endpoints answer, beyond who may ask. Every response is held against the served description. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FLAG_BITS } from '#contract/readings.ts';
import { NOON, RULES_YAML } from './fake-deps.ts';
import { latestOf } from './fake-live.ts';
import { type TestApi, testApi } from './test-api.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let running: TestApi;
beforeEach(async () => {
  running = await testApi();
});
afterEach(async () => {
  expect(running.errors).toEqual([]);
  await running.close();
});

const get = async (path: string) => running.admin.request('GET', `/api/v1${path}`);
const body = async (path: string) => Object((await get(path)).body);
const SERIES = '/series?device=meter-1&metric=power_w';

test('places say whether they are open now', async () => {
  const { items } = await body('/places');
  expect(items).toContainEqual({
    id: 'hall',
    name: { zh: '礼堂', en: '礼堂' },
    kind: 'building',
    parent: 'campus',
    profile: 'classroom',
    areaM2: 900,
    heads: null,
    open: true,
  });
  running.deps.clock.set(NOON - 4 * HOUR);
  expect((await body('/places')).items.map((place: { open: boolean }) => place.open)).toEqual([false, false, false]);
});

test('devices by state, kind and place, with the places below it, in pages', async () => {
  const ids = async (query: string): Promise<string[]> =>
    (await body(`/devices?${query}`)).items.map((device: { id: string }) => device.id);
  expect(await ids('place=gate')).toEqual(['door-1', 'switch-1', 'camera-1']);
  expect(await ids('place=campus')).toHaveLength(4);
  expect(await ids('place=gate&kind=door')).toEqual(['door-1']);
  expect(await ids('state=offline')).toEqual([]);
  expect(await ids('place=nowhere')).toEqual([]);
  const first = await body('/devices?limit=3');
  expect(first.nextCursor).not.toBeNull();
  const second = await body(`/devices?limit=3&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items].map((device) => device.id)).toEqual(await ids(''));
  expect(second.nextCursor).toBeNull();
});

test('latest of a device and of a place', async () => {
  running.deps.live.values([latestOf('meter-1', 'power_w', NOON, 5), latestOf('door-1', 'door_open', NOON, 1)]);
  expect((await body('/latest')).items).toHaveLength(2);
  expect((await body('/latest?device=door-1')).items).toEqual([latestOf('door-1', 'door_open', NOON, 1)]);
});

test('series by step: a mean per step, and a null where nothing came', async () => {
  const from = NOON - HOUR;
  running.deps.points.push(
    { ts: from, value: 10, flags: 0 },
    { ts: from + MINUTE, value: 30, flags: FLAG_BITS.estimated },
    { ts: from + 30 * MINUTE, value: 7, flags: FLAG_BITS.late },
  );
  const { points, stepMs, unit, nextCursor } = await body(`${SERIES}&from=${from}&to=${NOON}&step=15m`);
  expect({ stepMs, unit, nextCursor }).toEqual({ stepMs: 15 * MINUTE, unit: 'W', nextCursor: null });
  const gap = { value: null, min: null, max: null, count: 0, quality: 'missing', flags: [] };
  expect(points).toEqual([
    { ts: from, value: 20, min: 10, max: 30, count: 2, quality: 'estimated', flags: [] },
    { ts: from + 15 * MINUTE, ...gap },
    { ts: from + 30 * MINUTE, value: 7, min: 7, max: 7, count: 1, quality: 'measured', flags: ['late'] },
    { ts: from + 45 * MINUTE, ...gap },
  ]);
});

test('series by step never has more than 800 points; the cursor goes on without gap or overlap', async () => {
  const from = NOON - 2_000 * MINUTE;
  const seen: number[] = [];
  let cursor = '';
  do {
    const page = await body(`${SERIES}&from=${from}&to=${NOON}&step=60s${cursor}`);
    expect(page.points.length).toBeLessThanOrEqual(800);
    seen.push(...page.points.map((point: { ts: number }) => point.ts));
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  expect(seen).toEqual(Array.from({ length: 2_000 }, (_, i) => from + i * MINUTE));
});

test('series by day follow the local day', async () => {
  const midnight = Date.parse('2026-02-28T00:00:00+08:00');
  running.deps.points.push(
    { ts: midnight + HOUR, value: 4, flags: 0 },
    { ts: midnight + 20 * HOUR, value: 8, flags: 0 },
    { ts: midnight + DAY, value: 1, flags: 0 },
  );
  const { points } = await body(`${SERIES}&from=${midnight}&to=${midnight + 2 * DAY}&step=1d`);
  expect(
    points.map(({ ts, value, count }: { ts: number; value: number; count: number }) => [ts, value, count]),
  ).toEqual([
    [midnight, 6, 2],
    [midnight + DAY, 1, 1],
  ]);
});

test('uptime is a share of the time that is known, with the outages of the switch apart; cameras out of use are left out', async () => {
  const { points, clock, live } = running.deps;
  for (let at = NOON - 6 * HOUR; at < NOON; at += 15 * MINUTE) points.push({ ts: at + MINUTE, value: 1, flags: 0 });
  clock.set(NOON + HOUR);
  const camera = live.devices().find(({ kind }) => kind === 'camera');
  if (!camera) throw new Error('no camera');
  vi.spyOn(live, 'devices').mockReturnValue([...live.devices(), { ...camera, id: 'camera-9', retired: '2026-01-01' }]);
  const { items, nextCursor } = await body(`/uptime?from=${NOON - DAY}&to=${NOON + 2 * HOUR}&bar=4h`);
  expect(nextCursor).toBeNull();
  expect(items).toMatchObject([
    {
      ...{ device: 'camera-1', share: 1, knownMs: 6 * HOUR, upMs: 6 * HOUR, downMs: 0, unknownMs: 19 * HOUR },
      outages: [{ incident: 'inc-1', cause: 'switch-1', from: NOON, to: null }],
    },
  ]);
  expect(items[0].bars.map(({ state }: { state: string }) => state)).toEqual([
    ...['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'up', 'unknown'],
  ]);
  expect((await body(`/uptime?from=${NOON - DAY}&to=${NOON}&device=camera-9`)).items).toHaveLength(1);
  // Nothing is known of times to come, and no share is made of it.
  const ahead = await body(`/uptime?from=${NOON + 2 * HOUR}&to=${NOON + 3 * HOUR}`);
  expect(ahead.items).toMatchObject([{ share: null, knownMs: 0, bars: [] }]);
});

test.each([
  ['a millisecond', NOON - HOUR + 7 * MINUTE, 1],
  ['two quarters in part', NOON - HOUR + 14 * MINUTE, 2 * MINUTE],
  ['the running quarter', NOON - 1, 5 * MINUTE],
  ['whole quarters', NOON - 3 * HOUR, 2 * HOUR],
])('figures and bars of uptime cover what was asked and no more: %s', async (_what, from, length) => {
  const { points, clock } = running.deps;
  for (let at = NOON - 6 * HOUR; at < NOON; at += 15 * MINUTE) points.push({ ts: at + MINUTE, value: 1, flags: 0 });
  clock.set(NOON + MINUTE);
  const to = Math.min(from + length, NOON + MINUTE);
  const { items } = await body(`/uptime?from=${from}&to=${from + length}&bar=15m`);
  const { knownMs, unknownMs, maintenanceMs, bars } = items[0];
  expect(knownMs + unknownMs + maintenanceMs).toBe(to - from);
  expect([bars[0].from, bars.at(-1).to]).toEqual([from, to]);
});

test('uptime with more bars than an answer may hold says what to ask instead; a day, a week and a month do not', async () => {
  const { live } = running.deps;
  const camera = live.devices().find(({ kind }) => kind === 'camera');
  if (!camera) throw new Error('no camera');
  const cameras = Array.from({ length: 60 }, (_, i) => ({ ...camera, id: `camera-${i}` }));
  vi.spyOn(live, 'devices').mockReturnValue(cameras);
  const ask = (days: number, rest: string) => get(`/uptime?from=${NOON - days * DAY}&to=${NOON}${rest}`);
  const refused = await ask(31, '&bar=15m');
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({
    type: expect.stringContaining('too-many-bars'),
    detailZh: '这样要 148800 个时段格，一次最多 10000 个。请改用 limit=3、更长的 bar（2h、4h）或更短的时间范围。',
    detail: expect.stringContaining('limit=3'),
  });
  // As pages ask, of all cameras and of one.
  for (const rest of ['', '&device=camera-1'])
    for (const [days, bar] of [
      [1, '15m'],
      [7, '2h'],
      [30, '4h'],
    ] as const)
      expect((await ask(days, `&bar=${bar}${rest}`)).status, `${days} ${bar}${rest}`).toBe(200);
  for (const rest of ['', '&bar=4h', '&bar=15m&limit=3', '&bar=15m&device=camera-1', '&bar=15m&cursor=57'])
    expect((await ask(31, rest)).status, rest).toBe(200);
});

test('consumption is asked for as of now', async () => {
  const asked = vi.spyOn(running.deps, 'consumption');
  running.deps.clock.set(NOON - HOUR);
  await get(`/consumption?place=hall&resource=water&from=${NOON - DAY}&to=${NOON}&step=hour`);
  expect(asked).toHaveBeenCalledWith(expect.objectContaining({ to: NOON }), NOON - HOUR);
});

test('raw series come in pages of the asked size', async () => {
  for (let i = 0; i < 5; i += 1) running.deps.points.push({ ts: NOON - HOUR + i, value: i, flags: 0 });
  const first = await body(`${SERIES}&from=${NOON - HOUR}&to=${NOON}&limit=3`);
  const second = await body(`${SERIES}&from=${NOON - HOUR}&to=${NOON}&limit=3&cursor=${first.nextCursor}`);
  expect([...first.points, ...second.points].map((point) => point.value)).toEqual([0, 1, 2, 3, 4]);
  expect(first.stepMs).toBe(0);
  expect(second.nextCursor).toBeNull();
});

test.each([
  [`${SERIES}&from=${NOON}&to=${NOON}`, 400],
  [`${SERIES}&from=${NOON}&to=${NOON - 1}`, 400],
  [`${SERIES}&from=0&to=${NOON}`, 400],
  [`${SERIES}&from=yesterday&to=${NOON}`, 400],
  [`${SERIES}&from=2026-03-01T00:00:00&to=${NOON}`, 400],
  [`${SERIES}&from=2026-03-01T00:00:00%2B08:00&to=${NOON}`, 200],
  [`${SERIES}&from=2026-03-01T00:00:00+08:00&to=${NOON}`, 200],
  [`${SERIES}&from=2026-03-01T00:00:00Z&to=${NOON}&step=2h`, 400],
  [`${SERIES}&from=${NOON - HOUR}&to=${NOON}&step=1h&cursor=5`, 400],
  [`/series?device=meter-1&metric=gold&from=${NOON - HOUR}&to=${NOON}`, 404],
  [`/series?device=nobody&metric=power_w&from=${NOON - HOUR}&to=${NOON}`, 404],
  [`/consumption?resource=water&from=${NOON - HOUR}&to=${NOON}&step=hour`, 400],
  [`/consumption?place=a&device=b&resource=water&from=${NOON - HOUR}&to=${NOON}&step=hour`, 400],
  [`/consumption?place=hall&resource=gas&from=${NOON - HOUR}&to=${NOON}&step=hour`, 400],
  [`/consumption?place=hall&resource=water&from=${NOON - 101 * DAY}&to=${NOON}&step=hour`, 400],
  [`/consumption?place=hall&resource=water&from=${NOON - 101 * DAY}&to=${NOON}&step=day`, 200],
  [`/consumption?place=nowhere&resource=water&from=${NOON - DAY}&to=${NOON}&step=day`, 404],
  [`/consumption/waste?weeks=12&limit=200`, 200],
  [`/consumption/waste?weeks=13`, 400],
  [`/consumption/waste?limit=201`, 400],
  [`/consumption/waste?place=nowhere`, 404],
  [`/uptime?from=${NOON - DAY}&to=${NOON}`, 200],
  [`/uptime?from=${NOON}&to=${NOON}`, 400],
  [`/uptime?from=${NOON - 32 * DAY}&to=${NOON}`, 400],
  [`/uptime?from=${NOON - DAY}&to=${NOON}&bar=1h`, 400],
  [`/uptime?from=${NOON - DAY}&to=${NOON}&cursor=x`, 400],
  [`/uptime?from=${NOON - DAY}&to=${NOON}&limit=51`, 400],
  [`/uptime?from=${NOON - DAY}&to=${NOON}&device=meter-1`, 404],
  [`/calendar?from=${NOON - DAY}&to=${NOON}&place=nowhere`, 404],
  [`/calendar?from=${NOON - 401 * DAY}&to=${NOON}`, 400],
  [`/incidents?state=pending`, 400],
  [`/alerts?from=${NOON}&to=${NOON - 1}`, 400],
])('GET %s → %i', async (path, status) => {
  expect((await get(path)).status).toBe(status);
});

test('the calendar lists every local date that the range touches', async () => {
  const { days, timeZone } = await body(`/calendar?from=${NOON - DAY}&to=${NOON}&place=gate`);
  expect(timeZone).toBe('Asia/Shanghai');
  expect(days.map(({ date }: { date: string }) => date)).toEqual(['2026-03-01', '2026-03-02']);
});

test('acting under an alert acts on its incident; who did it is the caller', async () => {
  const guard = running.client.as(await running.person('guard', '门卫老李'));
  expect(await guard.request('POST', '/api/v1/alerts/alert-1/ack', { body: {} })).toMatchObject({
    status: 200,
    body: { id: 'inc-1', ackedBy: '门卫老李' },
  });
  const post = async (path: string, sent: unknown = {}) =>
    (await running.admin.request('POST', `/api/v1${path}`, { body: sent })).status;
  expect(await post('/incidents/inc-1/resolve', { reason: '误报' })).toBe(409);
  expect(await post('/incidents/inc-1/resolve', {})).toBe(400);
  expect(await post('/incidents/inc-1/silence', {})).toBe(400);
  expect(await post('/incidents/inc-1/silence', { until: NOON })).toBe(400);
  expect(await post('/incidents/inc-1/silence', { until: NOON + HOUR })).toBe(200);
  expect(await post('/incidents/inc-1/silence', { until: '2026-03-02T12:00:00+08:00' })).toBe(200);
  expect(await post('/incidents/inc-1/silence', { until: '2026-03-02T09:00:00+08:00' })).toBe(400);
  expect(await post('/incidents/none/ack')).toBe(404);
  expect(await post('/alerts/none/ack')).toBe(404);
  const ticket = await running.admin.request('POST', '/api/v1/incidents/inc-1/ticket', { body: {} });
  expect(ticket).toMatchObject({ status: 501, body: { detailZh: expect.stringContaining('工单') } });
});

test('rules are changed against the ETag they were read with', async () => {
  const read = await get('/rules');
  const etag = read.headers.get('etag') ?? '';
  expect(read.body).toMatchObject({ yaml: RULES_YAML, readOnly: false, rules: [{ id: 'door-open' }] });
  const put = (yaml: string, headers: Record<string, string>) =>
    running.admin.request('PUT', '/api/v1/rules', { body: { yaml }, headers });
  expect((await put(RULES_YAML, {})).status).toBe(428);
  expect((await put(RULES_YAML, { 'if-match': '"old"' })).status).toBe(409);
  const broken = await put('rules:\n  - BROKEN\n', { 'if-match': etag });
  expect(broken).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'rules[0].kind', message: 'rules.yaml:3:5 未知类型 / unknown kind' }] },
  });
  const written = await put(`${RULES_YAML}# checked\n`, { 'if-match': etag });
  expect(written.status).toBe(200);
  expect(written.headers.get('etag')).not.toBe(etag);
  expect((await put(RULES_YAML, { 'if-match': etag })).status).toBe(409);
});

test('config files are text with an ETag', async () => {
  const read = await get('/config/rules');
  expect(read.body).toMatchObject({ name: 'rules', text: RULES_YAML, etag: read.headers.get('etag') });
  const put = await running.admin.request('PUT', '/api/v1/config/rules', {
    body: { text: '# empty\nrules: []\n' },
    headers: { 'if-match': read.headers.get('etag') ?? '' },
  });
  expect(put).toMatchObject({ status: 200, body: { etag: put.headers.get('etag') } });
});

test('a back-test takes rules as YAML, as JSON or those in force', async () => {
  const post = async (sent: object) =>
    running.admin.request('POST', '/api/v1/rules/backtest', { body: { from: NOON - DAY, to: NOON, ...sent } });
  expect(await post({})).toMatchObject({ status: 200, body: { episodes: [] } });
  expect((await post({ yaml: RULES_YAML })).status).toBe(200);
  expect((await post({ from: '2026-03-01T00:00:00+08:00', to: '2026-03-02T00:00:00+08:00' })).status).toBe(200);
  expect((await post({ rules: { rules: [] } })).status).toBe(200);
  expect(await post({ yaml: 'rules: [' })).toMatchObject({
    status: 422,
    body: { type: 'urn:houqin:problem:bad-yaml' },
  });
  expect(await post({ yaml: 'rules: [{id: X}]' })).toMatchObject({
    status: 422,
    body: { type: 'urn:houqin:problem:bad-rules' },
  });
  expect((await post({ yaml: 'a: &a [x]\nb: *a\n' })).status).toBe(422);
  expect((await post({ from: NOON - 500 * DAY })).status).toBe(400);
});

test('a back-test ends now, whatever time a fast clock has stored and whatever end is asked for', async () => {
  const asked: { from: number; to: number }[] = [];
  Object.assign(running.deps, {
    backtest: async ({ from, to }: { from: number; to: number }) => {
      asked.push({ from, to });
      return [];
    },
  });
  const stored = (first: number, last: number): void => {
    const one = { device: 'door-1', metric: 'door_open', first, last, count: 2 };
    Object.assign(running.deps.store, { series: async () => [one] });
  };
  const post = async (sent: object) => running.admin.request('POST', '/api/v1/rules/backtest', { body: sent });
  stored(NOON - HOUR, NOON + 9 * MINUTE);
  await post({});
  await post({ to: NOON + DAY });
  await post({ to: NOON - MINUTE });
  const now = { from: NOON - HOUR, to: NOON + 1 };
  expect(asked).toEqual([now, now, { from: NOON - HOUR, to: NOON - MINUTE }]);
  // Of what is still to come nothing can be said, which is no error.
  stored(NOON + MINUTE, NOON + 9 * MINUTE);
  expect(await post({})).toMatchObject({ status: 200, body: { episodes: [] } });
  expect(await post({ from: NOON + MINUTE, to: NOON + HOUR })).toMatchObject({ status: 200, body: { episodes: [] } });
  expect(asked).toHaveLength(3);
});

test('import stores what fits and lists what does not', async () => {
  const readings = [
    { device: 'meter-1', metric: 'energy_kwh', ts: NOON - HOUR, value: 1.5 },
    { device: 'meter-1', metric: 'energy_kwh', ts: NOON - 2 * HOUR, value: 2, manual: true },
    { device: 'nobody', metric: 'energy_kwh', ts: NOON, value: 1 },
    { device: 'meter-1', metric: 'gold', ts: NOON, value: 1 },
    { device: 'meter-1', metric: 'energy_kwh', ts: NOON, value: -1 },
    { device: 'meter-1', metric: 'energy_kwh', ts: NOON + HOUR, value: 1 },
  ];
  const { status, body: answer } = await running.admin.request('POST', '/api/v1/readings/import', {
    body: { readings },
  });
  expect(status).toBe(200);
  expect(answer).toMatchObject({ accepted: 2, stored: 2, duplicates: 0, sum: 3.5 });
  expect(
    Object(answer).rejected.map(({ index, reason }: { index: number; reason: string }) => [index, reason]),
  ).toEqual([
    [2, 'unknown-device'],
    [3, 'unknown-metric'],
    [4, 'out-of-range'],
    [5, 'bad-time'],
  ]);
  expect(running.deps.imported).toEqual([
    { device: 'meter-1', metric: 'energy_kwh', ts: NOON - HOUR, value: 1.5, flags: 0, receivedAt: NOON },
    {
      device: 'meter-1',
      metric: 'energy_kwh',
      ts: NOON - 2 * HOUR,
      value: 2,
      flags: FLAG_BITS.manual,
      receivedAt: NOON,
    },
  ]);
});

test('an import may be 1 MiB, other bodies 64 KiB', async () => {
  const row = { device: 'meter-1', metric: 'energy_kwh', ts: NOON - HOUR, value: 1 };
  const readings = Array.from({ length: 9_000 }, (_, i) => ({ ...row, ts: row.ts - i }));
  expect((await running.admin.request('POST', '/api/v1/readings/import', { body: { readings } })).body).toMatchObject({
    accepted: 9_000,
  });
  const tooMany = Array.from({ length: 20_000 }, () => row);
  expect((await running.admin.request('POST', '/api/v1/readings/import', { body: { readings: tooMany } })).status).toBe(
    413,
  );
});

test('probes tell bad news with 503', async () => {
  expect((await running.client.request('GET', '/healthz')).status).toBe(200);
  running.deps.healthyNow = false;
  running.deps.readyNow = false;
  expect(await running.client.request('GET', '/healthz')).toMatchObject({ status: 503, body: { status: 'failing' } });
  expect(await running.client.request('GET', '/readyz')).toMatchObject({
    status: 503,
    body: { parts: { store: { ok: false, detail: 'disk full' } } },
  });
});

test('metrics: everybody on this machine, from elsewhere with a token', async () => {
  const local = await running.client.request('GET', '/metrics');
  expect(local.body).toContain('houqin_up 1');
  expect(local.body).toMatch(/houqin_http_requests_total\{method="post",route="\/api\/v1\/session",status="201"\} 1/);
  const headers = { 'x-forwarded-for': '192.168.1.20' };
  expect((await running.client.request('GET', '/metrics', { headers })).status).toBe(401);
  const { secret } = await running.token('read');
  expect((await running.client.as(secret).request('GET', '/metrics', { headers })).status).toBe(200);
  const kiosk = await running.token('kiosk');
  expect((await running.client.as(kiosk.secret).request('GET', '/metrics', { headers })).status).toBe(401);
});
