/** Uptime of cameras: the one figure of the list, of a camera's own page and of whoever asks. */
import type { DeviceKind } from '#contract/enums.ts';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { listOf } from '#contract/http/common.ts';
import { type CameraUptime, cameraUptime, UPTIME_BARS, UPTIME_SLOT_MS, uptimeQuery } from '#contract/http/uptime.ts';
import type { ApiDeps } from './api-deps.ts';
import { OPERATIONS } from './caller.ts';
import { barsOf, cameraSlots, outagesOf, type SlotSigns, uptimeOf } from './camera-hours.ts';
import { BAD_CURSOR, cursorNumber } from './page.ts';
import { type Failure, fail, ok } from './reply.ts';
import { type Route, route } from './route.ts';
import { rangeProblem } from './time-range.ts';

const MAX_DAYS = 31;
const MAX_WITNESSES = 4;
const PAGE = 1_000;
const MAX_PAGES = 5;
/** Bars of one answer, some 70 bytes each: fifty cameras over a month in bars of four hours. */
const MAX_BARS = 10_000;
const NO_CAMERA = fail(404, 'no-such-camera', '没有这路摄像头。', 'There is no such camera.');

export const uptimeRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/uptime',
    summary: 'How long cameras were online, of the time that is known; and their outages, own and of what they hang on',
    allow: OPERATIONS,
    query: uptimeQuery,
    responses: { 200: listOf(cameraUptime) },
    handle: async ({ query }, { deps }) => {
      const { device, from, to, limit, bar } = query;
      const problem = rangeProblem(from, to, MAX_DAYS);
      if (problem !== undefined) return problem;
      const devices = deps.live.devices();
      const cameras = devices.filter(
        // One that is out of use is told of when it is asked for by name.
        ({ id, kind, retired }) => kind === 'camera' && (device === undefined ? retired === null : id === device),
      );
      if (device !== undefined && cameras.length === 0) return NO_CAMERA;
      const start = cursorNumber(query.cursor) ?? 0;
      if (start === 'bad') return BAD_CURSOR;
      const page = cameras.slice(start, start + limit);
      const bars = bar === undefined ? undefined : UPTIME_BARS[bar];
      const tooMany = bars === undefined ? undefined : barsProblem(query, bars, page.length);
      if (tooMany !== undefined) return tooMany;
      const asked: Asked = { deps, range: { from, to: Math.min(to, deps.clock.now()) }, bars };
      const told = await campusTold(asked, devices);
      const items: CameraUptime[] = [];
      // One after another: other readers get their turn in between.
      for (const camera of page) items.push(await uptimeOfCamera(asked, camera, told));
      const end = start + limit;
      return ok({ items, nextCursor: end < cameras.length ? String(end) : null });
    },
  }),
];

/** @param each slots of a bar */
function barsProblem({ from, to }: Asked['range'], each: number, cameras: number): Failure | undefined {
  const slots = Math.ceil(to / UPTIME_SLOT_MS) - Math.floor(from / UPTIME_SLOT_MS);
  const perCamera = Math.ceil(slots / each);
  const bars = perCamera * cameras;
  if (bars <= MAX_BARS) return undefined;
  const limit = Math.floor(MAX_BARS / perCamera);
  return fail(
    400,
    'too-many-bars',
    `这样要 ${bars} 个时段格，一次最多 ${MAX_BARS} 个。请改用 limit=${limit}、更长的 bar（2h、4h）或更短的时间范围。`,
    `That would be ${bars} bars; an answer holds at most ${MAX_BARS}. Ask with limit=${limit}, a longer \`bar\` (2h, 4h) or a shorter range.`,
    { errors: [{ path: 'query.bar', message: `more than ${MAX_BARS} bars` }] },
  );
}

interface Asked {
  readonly deps: ApiDeps;
  readonly range: { readonly from: number; readonly to: number };
  readonly bars: number | undefined;
}

/** What all cameras share. */
interface Told {
  readonly seen: (ts: number) => boolean;
  readonly incidents: ReadonlyMap<string, Incident>;
  /** `online` of a device, read once. */
  readonly online: (device: string) => Promise<ReadonlyMap<number, SlotSigns>>;
}

async function campusTold(asked: Asked, devices: readonly Device[]): Promise<Told> {
  const known = new Map<string, Promise<ReadonlyMap<number, SlotSigns>>>();
  const online: Told['online'] = (device) => {
    const reading = known.get(device) ?? signsOf(asked, device, 'online');
    known.set(device, reading);
    return reading;
  };
  const heard = new Set<number>();
  for (const { id } of witnesses(devices)) for (const at of (await online(id)).keys()) heard.add(at);
  return { online, seen: (ts) => heard.has(ts), incidents: await incidentsIn(asked) };
}

async function uptimeOfCamera(asked: Asked, { id, dependsOn }: Device, told: Told): Promise<CameraUptime> {
  const { deps, range, bars } = asked;
  const silences = await silencesOf(asked, id);
  const outages = outagesOf(id, silences, told.incidents, range);
  const isMaintained = deps.live.latest({ device: id }).some(({ metric }) => metric === 'camera_maintenance');
  const parents = await Promise.all(dependsOn.map(told.online));
  const slots = cameraSlots({
    ...range,
    slotMs: UPTIME_SLOT_MS,
    own: await signsOf(asked, id, 'camera_online'),
    parents,
    maintenance: isMaintained ? await signsOf(asked, id, 'camera_maintenance') : new Map(),
    seen: told.seen,
    silences: silences
      .filter(({ incidentId }) => (told.incidents.get(incidentId)?.cause ?? id) === id)
      .map(({ since, until, unknownSince }) => ({ from: since, to: until ?? unknownSince })),
    hidden: outages.filter(({ cause }) => cause !== id),
  });
  return { device: id, ...uptimeOf(slots), outages, bars: bars === undefined ? [] : barsOf(slots, bars) };
}

async function signsOf({ deps, range }: Asked, device: string, metric: string): Promise<Map<number, SlotSigns>> {
  // Whole slots: in which minute of one a sign came does not matter.
  const from = Math.floor(range.from / UPTIME_SLOT_MS) * UPTIME_SLOT_MS;
  const asked = { device, metric, from, to: range.to, stepMs: UPTIME_SLOT_MS, originMs: from };
  const buckets = range.from < range.to ? await deps.store.buckets(asked) : [];
  return new Map(buckets.filter(({ count }) => count > 0).map((bucket) => [bucket.from, bucket]));
}

/** Silences of a device that touch the range, newest first. */
async function silencesOf({ deps, range }: Asked, device: string): Promise<Alert[]> {
  const found: Alert[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { items, nextCursor } = await deps.live.alerts({ device, to: range.to, before, limit: PAGE });
    found.push(...items.filter(({ kind, state }) => kind === 'silent' && state !== 'pending'));
    before = nextCursor ?? undefined;
    if (before === undefined || (items.at(-1)?.since ?? 0) < range.from) break;
  }
  return found.filter(({ until }) => (until ?? range.to) > range.from);
}

/** By id: those that began in the range, and some before them; with all that go on. */
async function incidentsIn({ deps, range }: Asked): Promise<Map<string, Incident>> {
  const found = new Map<string, Incident>();
  let before: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { items, nextCursor } = await deps.live.incidents({ before, limit: PAGE });
    for (const incident of items) found.set(incident.id, incident);
    before = nextCursor ?? undefined;
    if (before === undefined || (items.at(-1)?.since ?? 0) < range.from) break;
  }
  for (const incident of deps.live.currentIncidents()) found.set(incident.id, incident);
  return found;
}

const ORDER: readonly DeviceKind[] = ['electricity-meter', 'nvr', 'switch', 'water-meter', 'sensor', 'door', 'camera'];

/** Who can tell that the gateway was awake: devices that report often, of many kinds and places. */
export function witnesses(devices: readonly Device[]): readonly Device[] {
  const often = devices
    .filter(({ intervalS, lastSeenAt }) => intervalS <= 300 && lastSeenAt !== null)
    .sort(
      (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.intervalS - b.intervalS || (a.id < b.id ? -1 : 1),
    );
  const kinds = new Set<DeviceKind>();
  const varied = often.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind));
  return [...new Set([...varied, ...often])].slice(0, MAX_WITNESSES);
}
