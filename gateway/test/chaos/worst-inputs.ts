/** The worst that each endpoint can be sent, within its own limits, by somebody who may use it. */
import type { IncidentAction } from '#contract/http/alerts.ts';
import { rulesFor, worstDevices, worstRules, worstTexts } from './worst-texts.ts';

export interface Attack {
  /** What is bad about it. */
  readonly what: string;
  /** With parameters filled in, query included; the route's own path when absent. */
  readonly path?: string;
  /** A text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A file whose ETag is sent as If-Match. */
  readonly ifMatch?: string;
  /** Sent so often at once; default 4. */
  readonly times?: number;
}

/** What the attacked campus has. */
export interface Target {
  readonly device: string;
  readonly meter: string;
  readonly place: string;
  readonly incident: string;
  readonly alert: string;
  readonly strangeTopic: string;
  readonly from: number;
  readonly to: number;
  /** Rules on every device that come into force. */
  readonly watchers: number;
  /** Text of its devices.yaml. */
  readonly devices: string;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;

const json = (value: unknown): string => JSON.stringify(value);
/** A body of about `bytes` of what the parser is slowest with. */
const brackets = (bytes: number): string => `[${'[],'.repeat(Math.floor(bytes / 3) - 1)}[]]`;
const manyKeys = (bytes: number): string =>
  `{${Array.from({ length: Math.floor(bytes / 12) }, (_, n) => `"k${String(n).padStart(6, '0')}":1`).join(',')}}`;
const deep = (bytes: number): string => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2);

const bodies = (bytes: number): Attack[] => [
  { what: 'empty lists', body: brackets(bytes) },
  { what: 'unknown keys', body: manyKeys(bytes) },
  { what: 'nesting', body: deep(bytes) },
];
const SMALL = bodies(60 * KIB);
const long = 'x'.repeat(12 * KIB);

export function worstInputs(target: Target): Readonly<Record<string, readonly Attack[]>> {
  return {
    ...reading(target),
    ...accounts(),
    ...logins(target),
    ...campus(target),
    ...config(target),
    ...onboarding(target),
    ...acting(target),
  };
}

/** As much of a text as fits into so many bytes of JSON, where quotes and line breaks take two. */
function fitting(text: string, bytes: number): string {
  let most = text.length;
  while (json(text.slice(0, most)).length > bytes) most = Math.floor(most * 0.95);
  return text.slice(0, most);
}

const list = (path: string, more = ''): Attack[] => [
  { what: 'the longest page', path: `${path}?limit=5000${more}` },
  { what: 'a cursor that is none', path: `${path}?cursor=${'9'.repeat(15)}` },
];

function reading({ device, meter, place, incident, alert, from, to }: Target): Record<string, Attack[]> {
  const range = `from=${from}&to=${to}`;
  const year = `from=${to - 399 * 86_400_000}&to=${to}`;
  const decade = `from=${to - 3_650 * 86_400_000}&to=${to}`;
  return {
    'GET /healthz': [{ what: 'many', times: 50 }],
    'GET /readyz': [{ what: 'many', times: 50 }],
    'GET /metrics': [{ what: 'many', times: 20 }],
    'GET /api/v1/openapi.json': [{ what: 'many', times: 20 }],
    'GET /api/v1/me': [{ what: 'a long token', headers: { authorization: `Bearer hs_${long}` }, times: 50 }],
    'GET /api/v1/places': [{ what: 'all' }],
    'GET /api/v1/devices': list('/api/v1/devices', `&place=${place}`),
    'GET /api/v1/devices/:id': [{ what: 'many', path: `/api/v1/devices/${device}`, times: 50 }],
    'GET /api/v1/latest': [{ what: 'all values' }],
    'GET /api/v1/probes': [{ what: 'many', times: 20 }],
    'GET /api/v1/quarantine': [{ what: 'the longest page', path: '/api/v1/quarantine?limit=1000' }],
    'GET /api/v1/profiles': [{ what: 'many', times: 20 }],
    'GET /api/v1/series': [
      { what: '10,000 raw points', path: `/api/v1/series?device=${meter}&metric=power_w&${range}&limit=10000` },
      { what: 'ten years by the day', path: `/api/v1/series?device=${meter}&metric=power_w&${decade}&step=1d` },
      { what: 'a year by the minute', path: `/api/v1/series?device=${meter}&metric=power_w&${year}&step=60s` },
    ],
    'GET /api/v1/consumption': [
      {
        what: 'ten years of the campus',
        path: `/api/v1/consumption?place=${place}&resource=electricity&step=day&${decade}`,
      },
      {
        what: 'a quarter by the hour',
        path: `/api/v1/consumption?place=${place}&resource=electricity&step=hour&from=${to - 99 * 86_400_000}&to=${to}`,
      },
    ],
    'GET /api/v1/consumption/waste': [
      { what: 'every room of the campus over twelve weeks', path: '/api/v1/consumption/waste?weeks=12&limit=200' },
    ],
    'GET /api/v1/uptime': [
      {
        what: 'fifty cameras over a month, with as many bars as an answer holds',
        path: `/api/v1/uptime?from=${to - 31 * 86_400_000}&to=${to}&bar=4h&limit=50`,
      },
      {
        what: 'three cameras over a month, by the quarter of an hour',
        path: `/api/v1/uptime?from=${to - 31 * 86_400_000}&to=${to}&bar=15m&limit=3`,
      },
    ],
    'GET /api/v1/alerts': [{ what: 'the longest page', path: '/api/v1/alerts?limit=1000' }],
    'GET /api/v1/alerts/:id': [{ what: 'many', path: `/api/v1/alerts/${alert}`, times: 50 }],
    'GET /api/v1/incidents': [{ what: 'the longest page', path: '/api/v1/incidents?limit=1000' }],
    'GET /api/v1/incidents/:id': [{ what: 'many', path: `/api/v1/incidents/${incident}`, times: 50 }],
    'GET /api/v1/calendar': [{ what: '400 days', path: `/api/v1/calendar?${year}` }],
  };
}

function accounts(): Record<string, Attack[]> {
  const sixtyFour = { name: 'n'.repeat(64), password: 'p'.repeat(256) };
  return {
    'POST /api/v1/session': [{ what: 'passwords to hash', body: sixtyFour, times: 20 }, ...SMALL],
    'DELETE /api/v1/session': [{ what: 'of nobody', headers: { authorization: `Bearer ${long}` }, times: 20 }],
    'POST /api/v1/setup': [{ what: 'long texts', body: { token: 't'.repeat(128), ...sixtyFour }, times: 20 }, ...SMALL],
    'GET /api/v1/users': list('/api/v1/users'),
    'POST /api/v1/users': [{ what: 'passwords to hash', body: { ...sixtyFour, role: 'office' }, times: 20 }, ...SMALL],
    'PATCH /api/v1/users/:id': SMALL.map((attack) => ({ ...attack, path: '/api/v1/users/none' })),
    'GET /api/v1/tokens': list('/api/v1/tokens'),
    'POST /api/v1/tokens': SMALL,
    'DELETE /api/v1/tokens/:id': [{ what: 'none', path: `/api/v1/tokens/${'n'.repeat(128)}`, times: 20 }],
    'GET /api/v1/audit': [{ what: 'the longest page', path: '/api/v1/audit?limit=1000' }],
    'GET /api/v1/audit/verify': [{ what: 'the whole chain' }],
  };
}

function logins({ device }: Target): Record<string, Attack[]> {
  const prefixes = Array.from({ length: 64 }, (_, n) => `${'p'.repeat(120)}${n}/`);
  const path = '/api/v1/credentials?username=';
  return {
    'GET /api/v1/mqtt': [{ what: 'many', times: 50 }],
    'GET /api/v1/refusals': [{ what: 'many', times: 20 }],
    'GET /api/v1/credentials': [{ what: 'many', times: 20 }],
    'POST /api/v1/credentials': [
      {
        what: 'a long login into a long file',
        body: { kind: 'bridge', username: 'u'.repeat(128), prefixes },
        times: 2,
      },
      { what: 'of a device', body: { kind: 'device', username: device }, times: 2 },
      ...SMALL,
    ],
    'PATCH /api/v1/credentials': [
      { what: 'many topics', body: { username: 'u'.repeat(128), prefixes }, times: 2 },
      ...SMALL,
    ],
    'POST /api/v1/credentials/rotate': [{ what: 'of a device', body: { username: device }, times: 2 }, ...SMALL],
    'DELETE /api/v1/credentials': [
      { what: 'none', path: `${path}${'n'.repeat(250)}`, times: 20 },
      { what: 'of a device', path: `${path}${device}`, times: 2 },
    ],
  };
}

function campus({ meter, device }: Target): Record<string, Attack[]> {
  const rows = Array.from({ length: 9_000 }, (_, n) => ({ device: meter, metric: 'power_w', ts: 1e12 + n, value: n }));
  const strangers = rows.map((row) => ({ ...row, device: 'nobody' }));
  const added = Array.from({ length: 400 }, (_, n) => ({ id: `a-${n}`, name: 'a', kind: 'door', place: 'nowhere' }));
  return {
    'POST /api/v1/devices': [{ what: 'devices of nowhere', body: { devices: added } }, ...SMALL],
    'PATCH /api/v1/devices/:id': [
      {
        what: 'an edit of a long file',
        path: `/api/v1/devices/${device}`,
        body: { change: { tags: Array.from({ length: 64 }, (_, n) => `${'t'.repeat(30)}${n}`) } },
        times: 2,
      },
      {
        what: 'parents of nowhere',
        path: `/api/v1/devices/${device}`,
        body: { change: { dependsOn: Array.from({ length: 64 }, (_, n) => `none-${n}`) } },
      },
      ...SMALL.map((attack) => ({ ...attack, path: `/api/v1/devices/${device}` })),
    ],
    'POST /api/v1/places': [
      { what: 'a place of nowhere', body: { id: 'p-9', name: 'n'.repeat(4_000), kind: 'room', parent: 'nowhere' } },
      ...SMALL,
    ],
    'POST /api/v1/readings/import': [
      { what: '9,000 rows', body: { readings: rows }, times: 2 },
      { what: '9,000 rows of nobody', body: { readings: strangers } },
      ...bodies(MIB - KIB),
    ],
    'GET /api/v1/devices/:id/swaps': [{ what: 'many', path: `/api/v1/devices/${meter}/swaps`, times: 20 }],
    'POST /api/v1/devices/:id/swaps': SMALL.map((attack) => ({ ...attack, path: `/api/v1/devices/${meter}/swaps` })),
    'POST /api/v1/devices/:id/manual-readings': [
      {
        what: 'a reading far in the past',
        path: `/api/v1/devices/${meter}/manual-readings`,
        body: { metric: 'energy_total_kwh', value: 1, at: 0 },
      },
      ...SMALL.map((attack) => ({ ...attack, path: `/api/v1/devices/${device}/manual-readings` })),
    ],
  };
}

function config({ place, devices, watchers, from, to }: Target): Record<string, Attack[]> {
  const put = (name: string, texts: Readonly<Record<string, string>>): Attack[] =>
    Object.entries(texts).map(([what, text]) => ({
      ...{
        what: `${name}: ${what}`,
        path: `/api/v1/config/${name}`,
        body: { text: fitting(text, MIB - KIB) },
        ifMatch: name,
        times: 2,
      },
    }));
  const rules = Object.entries(worstTexts(189 * KIB)).map(([what, text]) => [what, fitting(text, 255 * KIB)] as const);
  const watched = worstRules(180 * KIB);
  return {
    'GET /api/v1/rules/watching': [
      {
        what: 'many tags',
        path: `/api/v1/rules/watching?kind=door&place=${place}&tags=${'t,'.repeat(1_200)}`,
        times: 20,
      },
    ],
    'GET /api/v1/rules': [{ what: 'many', times: 20 }],
    'PUT /api/v1/rules': [
      ...rules.map(([what, yaml]) => ({ what, body: { yaml }, ifMatch: 'rules', times: 2 })),
      { what: 'every rule on every device', body: { yaml: watched }, ifMatch: 'rules', times: 2 },
      { what: 'as many watched as is allowed', body: { yaml: rulesFor(watchers) }, ifMatch: 'rules', times: 1 },
      ...bodies(250 * KIB).map((attack) => ({ ...attack, ifMatch: 'rules' })),
    ],
    'POST /api/v1/rules/backtest': [
      ...rules.map(([what, yaml]) => ({ what, body: { yaml }, times: 2 })),
      { what: 'all of the history', body: { from, to }, times: 2 },
      { what: 'every rule on every device', body: { yaml: worstRules(40 * KIB), from, to }, times: 2 },
      ...bodies(250 * KIB),
    ],
    'GET /api/v1/config/:name': [{ what: 'the largest file', path: '/api/v1/config/devices', times: 20 }],
    'PUT /api/v1/config/:name': [
      ...put('devices', { ...worstTexts(900 * KIB), ...worstDevices(900 * KIB, place) }),
      ...put('campus', { 'unknown keys': worstTexts(900 * KIB)['unknown keys'] ?? '' }),
      ...put('devices', { 'a change that comes into force': `${devices}# changed\n` }),
      ...bodies(MIB - KIB).map((attack) => ({ ...attack, path: '/api/v1/config/devices', ifMatch: 'devices' })),
    ],
  };
}

function onboarding({ strangeTopic, place, device }: Target): Record<string, Attack[]> {
  const topic = encodeURIComponent(strangeTopic);
  const picks = Array.from({ length: 64 }, (_, n) => ({
    ...{ path: `deep.field_${n}`, metric: 'power_w' },
    map: Object.fromEntries(Array.from({ length: 40 }, (_none, k) => [`word-${k}`, k])),
  }));
  const draft = { id: 'draft', name: 'd', topic: strangeTopic, deviceLevel: 1, decode: 'json', picks };
  const rows = (cells: Record<string, string>) =>
    Array.from({ length: 2_000 }, (_, n) => ({ line: n + 2, cells: { ...cells, 编号: `row-${n}` } }));
  const good = { 名称: 'n', 类型: 'door', 位置: place };
  return {
    'GET /api/v1/onboarding/topics': [{ what: 'all' }],
    'GET /api/v1/onboarding/frames': [{ what: 'all', path: `/api/v1/onboarding/frames?topic=${topic}&limit=100` }],
    'GET /api/v1/onboarding/fields': [
      { what: 'the largest message', path: `/api/v1/onboarding/fields?topic=${topic}` },
    ],
    'GET /api/v1/onboarding/devices': [{ what: 'all' }],
    'GET /api/v1/onboarding/unread': [{ what: 'many', times: 20 }],
    'GET /api/v1/devices/:id/unread': [{ what: 'many', path: `/api/v1/devices/${device}/unread`, times: 20 }],
    'POST /api/v1/devices/:id/fields': [
      {
        what: '64 fields of many words, of no device',
        path: '/api/v1/devices/nobody/fields',
        body: { fields: Object.fromEntries(picks.map(({ path, metric, map }) => [path, { metric, map }])) },
      },
      ...SMALL.map((attack) => ({ ...attack, path: `/api/v1/devices/${device}/fields` })),
    ],
    'POST /api/v1/onboarding/preview': [
      { what: '64 picks', body: { topic: strangeTopic, use: { draft } } },
      { what: 'a loaded profile', body: { topic: strangeTopic, use: { profile: 'tasmota' } } },
      ...SMALL,
    ],
    'POST /api/v1/onboarding': [
      { what: '64 picks', body: { draft, device: { id: 'o-1', name: 'o', kind: 'door', place: 'nowhere' } } },
      ...SMALL,
    ],
    'POST /api/v1/onboarding/devices': [
      { what: '2,000 rows', body: { rows: rows(good), dryRun: true } },
      { what: '2,000 rows of nowhere', body: { rows: rows({ ...good, 位置: 'x'.repeat(400) }), dryRun: true } },
      ...bodies(4 * MIB - KIB),
    ],
    'POST /api/v1/profiles/:id/enable': [
      { what: 'none', path: `/api/v1/profiles/${'n'.repeat(60)}/enable`, times: 20 },
    ],
  };
}

const ACTIONS: Readonly<Record<IncidentAction, unknown>> = {
  ack: {},
  assign: { assignee: 'a'.repeat(64), note: 'n'.repeat(500) },
  comment: { note: 'n'.repeat(500) },
  silence: { until: 4e12, note: 'n'.repeat(500) },
  resolve: { reason: 'n'.repeat(500) },
  ticket: {},
};

function acting({ incident, alert }: Target): Record<string, Attack[]> {
  const entries = Object.entries(ACTIONS).flatMap(([name, body]): [string, Attack[]][] =>
    (['incidents', 'alerts'] as const).map((of) => {
      const path = `/api/v1/${of}/${of === 'alerts' ? alert : incident}/${name}`;
      const attacks = [{ what: 'many', body, times: 50 }, ...SMALL].map((attack) => ({ ...attack, path }));
      return [`POST /api/v1/${of}/:id/${name}`, attacks];
    }),
  );
  return Object.fromEntries(entries);
}

export const asText = (body: unknown): string => (typeof body === 'string' ? body : json(body));
