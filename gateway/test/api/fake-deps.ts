/** Everything behind the api, small and in memory; the records are real SQL. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarConfig } from '#contract/config/calendar.ts';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { gatewayConfig } from '#contract/config/gateway.ts';
import { rulesConfig } from '#contract/config/rules.ts';
import { tariffsConfig } from '#contract/config/tariffs.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import type { Reading } from '#contract/readings.ts';
import type { ApiDeps } from '../../src/api/api-deps.ts';
import type { SchoolCalendar } from '../../src/calendar/school-calendar.ts';
import { createReadBody } from '../../src/read-body.ts';
import { readRules } from '../../src/read-rules.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { LoadedConfig } from '../../src/shared/loaded-config.ts';
import { createRegistry } from '../../src/shared/registry.ts';
import type { Bucket, Point } from '../../src/store/reading-store.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { deviceOf, type FakeLive, fakeLive } from './fake-live.ts';
import { fakeCredentials, fakeRefusals } from './fake-logins.ts';
import { fakeMeterEntries, fakeOnboarding } from './fake-onboarding.ts';
import { testRecords } from './test-records.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE_MS = 8 * HOUR;
/** Monday 2026-03-02 10:00 in Shanghai. */
export const NOON = Date.UTC(2026, 2, 2, 2);

const RULES = { rules: [{ id: 'door-open', kind: 'state-in-period', name: '门', metric: 'door_open', for: '2m' }] };
export const RULES_YAML =
  'rules:\n  - id: door-open\n    kind: state-in-period\n    name: 门\n    metric: door_open\n    for: 2m\n';

const readBody = createReadBody();

export interface FakeDeps extends ApiDeps {
  readonly clock: ReturnType<typeof manualClock>;
  readonly live: FakeLive;
  readonly records: RecordsDb;
  readonly imported: Reading[];
  readonly points: Point[];
  /** What is wrong with the disk. */
  trouble: StorageTrouble[];
  healthyNow: boolean;
  readyNow: boolean;
}

export function fakeDeps(records: RecordsDb = testRecords()): FakeDeps {
  const devices = [
    deviceOf('meter-1', 'electricity-meter', 'hall'),
    deviceOf('door-1', 'door', 'gate'),
    deviceOf('switch-1', 'switch', 'gate'),
    deviceOf('camera-1', 'camera', 'gate'),
  ];
  const config = loadedConfig(devices);
  const calendar = shanghai();
  const clock = manualClock(NOON);
  const files = new Map<string, string>([['rules', RULES_YAML]]);
  const imported: Reading[] = [];
  const points: Point[] = [];
  const deps: FakeDeps = {
    clock,
    dataDir: mkdtempSync(join(tmpdir(), 'houqin-api-')),
    config: () => config,
    calendar: () => calendar,
    store: fakeStore(points),
    records,
    live: fakeLive(devices),
    imported,
    points,
    trouble: [],
    storageRefuses: (target) => deps.trouble.find(({ refuses }) => refuses.includes(target)),
    healthyNow: true,
    readyNow: true,
    probes: () => [
      {
        ...{ device: 'cam-1', at: NOON, online: false, clockSkewS: null },
        evidence: { zh: 'ONVIF 80：没有任何回应', en: 'ONVIF 80: nothing answers' },
      },
    ],
    profiles: () => [
      {
        id: 'native',
        name: { zh: '原生', en: 'Native' },
        matches: ['campus/v1/+/+/+'],
        builtIn: true,
        decoded: 5,
        failed: 1,
        disabled: false,
        disabledAt: null,
        lastFailure: null,
      },
    ],
    onboarding: fakeOnboarding(),
    meterEntries: fakeMeterEntries(),
    credentials: fakeCredentials(),
    refusals: fakeRefusals,
    quarantine: async ({ limit }) =>
      [
        {
          id: 7,
          topic: 'x/y',
          reason: 'unknown-topic' as const,
          detail: 'no profile',
          profile: null,
          address: null,
          clientId: 'c',
          count: 2,
          firstAt: NOON,
          lastAt: NOON,
          bytes: 3,
          head: 'YWJj',
        },
      ].slice(0, limit),
    consumption: async (q) =>
      q.place === 'nowhere'
        ? { ok: false, status: 404, zh: '没有这个地点。', en: 'There is no such place.' }
        : {
            ok: true,
            value: {
              resource: q.resource,
              unit: 'kWh',
              total: 3.5,
              completeness: 0.5,
              yuan: null,
              buckets: [{ from: q.from, to: q.to, value: 3.5, quality: 'estimated', flags: [] }],
              unmetered: null,
              steps: [],
            },
          },
    waste: async ({ resource, place }, now) =>
      place === 'nowhere'
        ? { ok: false, status: 404, zh: '没有这个地点。', en: 'There is no such place.' }
        : {
            ok: true,
            value: {
              resource,
              unit: 'kWh',
              weeks: [{ from: now - 1, to: now }],
              rooms: [],
              roomsInAll: 0,
              alwaysOpen: 0,
              missingYears: [],
            },
          },
    backtest: async () => [],
    readRules: async (yaml) => readRules(yaml),
    readBody: async (asked) => readBody(asked),
    importReadings: async (readings) => {
      imported.push(...readings);
      return { stored: readings.length, duplicates: 0 };
    },
    configFile: async (name) => ({
      text: files.get(name) ?? '',
      etag: `"${name}-${(files.get(name) ?? '').length}"`,
      readOnly: false,
    }),
    writeConfigFile: async (name, text, etag) => {
      const current = `"${name}-${(files.get(name) ?? '').length}"`;
      if (etag !== current)
        return { ok: false, status: 409, zh: '文件已被他人修改。', en: 'The file changed meanwhile.' };
      if (text.includes('BROKEN')) {
        const problems = [
          {
            file: `${name}.yaml`,
            line: 3,
            column: 5,
            path: 'rules[0].kind',
            message: { zh: '未知类型', en: 'unknown kind' },
          },
        ];
        return { ok: false, status: 422, zh: '配置有误。', en: 'The config is wrong.', problems };
      }
      files.set(name, text);
      return { ok: true, value: { etag: `"${name}-${text.length}"` } };
    },
    editDevice: async () => ({ ok: true, value: undefined }),
    addPlace: async () => ({ ok: true, value: undefined }),
    addDevices: async (added) => ({ ok: true, value: { added: added.length } }),
    ready: async () => ({
      status: deps.readyNow ? 'ready' : 'not-ready',
      at: clock.now(),
      parts: {
        store: { ok: deps.readyNow, detail: deps.readyNow ? 'ok' : 'disk full' },
        broker: { ok: true, detail: 'ok' },
        config: { ok: true, detail: 'ok' },
        disk: { ok: true, detail: 'ok' },
      },
      storage: [...deps.trouble],
    }),
    healthy: async () => deps.healthyNow,
    metrics: async () => '# TYPE houqin_up gauge\nhouqin_up 1\n',
  };
  return deps;
}

function loadedConfig(
  devices: readonly { readonly id: string; readonly kind: string; readonly place: string }[],
): LoadedConfig {
  const campus = campusConfig.parse({
    name: { zh: '示范学校', en: 'Example school' },
    sites: [{ id: 'main', name: '本部' }],
    places: [
      { id: 'campus', name: '校园', kind: 'campus' },
      { id: 'gate', name: '东门', kind: 'gate', parent: 'campus' },
      { id: 'hall', name: '礼堂', kind: 'building', parent: 'campus', profile: 'classroom', areaM2: 900 },
    ],
  });
  const parsed = devicesConfig.parse({
    devices: devices.map(({ id, kind, place }) => ({ id, kind, place, name: id })),
  });
  return {
    gateway: gatewayConfig.parse({}),
    registry: createRegistry(campus, parsed),
    credentials: [],
    calendar: calendarConfig.parse({ placeProfiles: {} }),
    rules: rulesConfig.parse(RULES),
    tariffs: tariffsConfig.parse({}),
    profileFiles: new Map(),
    holidaysCsv: undefined,
  };
}

/** UTC+8 without any rule of its own: school days, open 07 to 18. */
function shanghai(): SchoolCalendar {
  const floorMs = { hour: HOUR, day: DAY } as const;
  const floor: SchoolCalendar['floor'] = (at, step) => {
    if (step !== 'month') return Math.floor((at + ZONE_MS) / floorMs[step]) * floorMs[step] - ZONE_MS;
    const local = new Date(at + ZONE_MS);
    return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - ZONE_MS;
  };
  const dateOf = (at: number): string => new Date(at + ZONE_MS).toISOString().slice(0, 10);
  const bounds = (date: string) => ({
    from: Date.parse(`${date}T00:00:00+08:00`),
    to: Date.parse(`${date}T00:00:00+08:00`) + DAY,
  });
  return {
    timeZone: 'Asia/Shanghai',
    day: () => ({ type: 'school', reason: 'weekday', name: undefined, holidaysLoaded: true }),
    dateOf,
    dayBounds: bounds,
    floor,
    next: (at, step) => floor(floor(at, step) + (step === 'month' ? 32 * DAY : floorMs[step]), step),
    isOpen: (_place, at) => ((at + ZONE_MS) % DAY) / HOUR >= 7 && ((at + ZONE_MS) % DAY) / HOUR < 18,
    nextChange: (_place, at) => at + HOUR,
    openRanges: (_place, date) => [{ from: bounds(date).from + 7 * HOUR, to: bounds(date).from + 18 * HOUR }],
    bells: () => [],
    inPeriod: () => true,
    holidayYears: new Set([2026]),
    warning: () => undefined,
  };
}

function fakeStore(points: Point[]): ApiDeps['store'] {
  return {
    points: async ({ from, to, limit, cursor }) => {
      const start = Math.max(from, cursor === undefined ? from : Number(cursor));
      const found = points.filter((point) => point.ts >= start && point.ts < to);
      const next = found[limit];
      return { points: found.slice(0, limit), nextCursor: next === undefined ? undefined : String(next.ts) };
    },
    buckets: async ({ from, to, stepMs, originMs = 0 }) => {
      const buckets = new Map<number, Bucket>();
      for (const { ts, value, flags } of points.filter((point) => point.ts >= from && point.ts < to)) {
        const at = originMs + Math.floor((ts - originMs) / stepMs) * stepMs;
        const known = buckets.get(at) ?? {
          from: at,
          count: 0,
          first: value,
          last: value,
          min: value,
          max: value,
          sum: 0,
          flags: 0,
        };
        buckets.set(at, {
          ...known,
          count: known.count + 1,
          last: value,
          min: Math.min(known.min, value),
          max: Math.max(known.max, value),
          sum: known.sum + value,
          flags: known.flags | flags,
        });
      }
      return [...buckets.values()];
    },
    series: async () => [],
    stats: async () => ({ points: points.length, series: 1, bytes: 0, openPoints: 0, sealedChunks: 0, walBytes: 0 }),
  };
}
