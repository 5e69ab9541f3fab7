/** Where an import goes: the gateway that holds the data folder, or the folder itself. */
import type { z } from 'zod';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { device as deviceAnswer, place as placeAnswer } from '#contract/http/campus.ts';
import { devicesAdded } from '#contract/http/config-files.ts';
import { seriesResponse } from '#contract/http/energy.ts';
import { type ImportRow, importResponse } from '#contract/http/history.ts';
import { me } from '#contract/http/session.ts';
import { type CampusInForce, campusFrom } from '../campus-in-force.ts';
import { createConfigEdits } from '../config/config-edits.ts';
import { createConfigFiles } from '../config/config-files.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Clock } from '../shared/clock.ts';
import type { Environment } from '../shared/environment.ts';
import { cannot } from './command-refusal.ts';
import { withHistory } from './own-folder.ts';
import type { OwnerApi } from './owner-api.ts';
import { campusOf } from './site.ts';

export interface KnownDevice {
  readonly intervalS: number;
}

export interface Stored {
  /** New on disk; the others were there, or stand in conflict with what was. */
  readonly stored: number;
  /** Rows that were refused after all, by position. */
  readonly refused: readonly { readonly index: number; readonly reason: string; readonly message: string }[];
}

export interface ImportTarget {
  readonly timeZone: string;
  readonly rootPlace: string;
  readonly devices: Map<string, KnownDevice>;
  addDevices(devices: readonly DeviceConfig[]): Promise<void>;
  store(rows: readonly ImportRow[]): Promise<Stored>;
  /** What is stored of a series at from ≤ t ≤ to: the first value of each time. */
  values(device: string, metric: string, from: number, to: number): Promise<ReadonlyMap<number, number>>;
}

export const seriesKey = (device: string, metric: string): string => `${device}\n${metric}`;

export interface SeriesRange {
  readonly device: string;
  readonly metric: string;
  from: number;
  to: number;
}

/** The stretch of time that rows cover of each series, by its key; both ends included. */
export function rangesOf(rows: readonly ImportRow[]): ReadonlyMap<string, SeriesRange> {
  const ranges = new Map<string, SeriesRange>();
  for (const { device, metric, ts } of rows) {
    const key = seriesKey(device, metric);
    const range = ranges.get(key) ?? { device, metric, from: ts, to: ts };
    range.from = Math.min(range.from, ts);
    range.to = Math.max(range.to, ts);
    ranges.set(key, range);
  }
  return ranges;
}

/** Below the body limit of the route even with the longest names. */
const ROWS_PER_REQUEST = 4_000;
const DEVICES_PER_REQUEST = 500;
const PAGE_POINTS = 10_000;

export async function throughOwner<T>(api: OwnerApi, work: (target: ImportTarget) => Promise<T>): Promise<T> {
  const { timeZone } = await api.ask('GET', '/me', me);
  const places = await api.list('/places', placeAnswer);
  const devices = new Map<string, KnownDevice>(
    (await api.list('/devices', deviceAnswer)).map((found) => [found.id, found]),
  );
  return work({
    timeZone,
    rootPlace: places.find(({ parent }) => parent === null)?.id ?? '',
    devices,
    async addDevices(added) {
      for (const slice of slices(added, DEVICES_PER_REQUEST))
        await api.ask('POST', '/devices', devicesAdded, { devices: slice });
      for (const one of added) devices.set(one.id, one);
    },
    async store(rows) {
      let stored = 0;
      const refused: Stored['refused'][number][] = [];
      let before = 0;
      for (const readings of slices(rows, ROWS_PER_REQUEST)) {
        const answer = await api.ask('POST', '/readings/import', importResponse, { readings });
        stored += answer.stored;
        refused.push(...answer.rejected.map((one) => ({ ...one, index: one.index + before })));
        before += readings.length;
      }
      return { stored, refused };
    },
    async values(device, metric, from, to) {
      const found = new Map<number, number>();
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = new URLSearchParams({
          device,
          metric,
          from: String(from),
          to: String(to + 1),
          limit: String(PAGE_POINTS),
        });
        if (cursor !== '') query.set('cursor', cursor);
        const page: z.output<typeof seriesResponse> = await api.ask('GET', `/series?${query}`, seriesResponse);
        for (const { ts, value } of page.points) if (value !== null && !found.has(ts)) found.set(ts, value);
        cursor = page.nextCursor;
      }
      return found;
    },
  });
}

export async function intoFolder<T>(
  {
    environment,
    dataDir,
    clock,
  }: { readonly environment: Environment; readonly dataDir: string; readonly clock: Clock },
  work: (target: ImportTarget) => Promise<T>,
): Promise<T> {
  let campus: CampusInForce = await campusOf(environment);
  const { registry } = campus.config;
  const devices = new Map<string, KnownDevice>(registry.devices);
  return withHistory(
    dataDir,
    () => campus,
    async ({ store, definer, history }) => {
      const files = createConfigFiles(environment.configDir, dataDir);
      const edits = createConfigEdits({
        files,
        clock,
        async takeOver() {
          const read = campusFrom(await loadConfig(environment.configDir));
          if (!read.ok) return;
          campus = read.campus;
          await definer.redefine(campus.config.registry);
        },
      });
      const result = await work({
        timeZone: registry.campus.timeZone,
        rootPlace: registry.campus.places.find(({ parent }) => parent === undefined)?.id ?? '',
        devices,
        async addDevices(added) {
          const done = await edits.addDevices(added, 'import');
          if (!done.ok) throw cannot(done.zh, done.en);
          for (const one of added) devices.set(one.id, one);
        },
        async store(rows) {
          const receivedAt = clock.now();
          const readings = rows.map(({ device, metric, ts, value }) => ({
            device,
            metric,
            ts,
            value,
            flags: 0,
            receivedAt,
          }));
          return { stored: (await history.importReadings(readings)).stored, refused: [] };
        },
        async values(device, metric, from, to) {
          const found = new Map<number, number>();
          for (let cursor: string | undefined = ''; cursor !== undefined; ) {
            const page = await store.points({
              ...{ device, metric, from, to: to + 1, limit: PAGE_POINTS },
              cursor: cursor === '' ? undefined : cursor,
            });
            for (const { ts, value } of page.points) if (!found.has(ts)) found.set(ts, value);
            cursor = page.nextCursor;
          }
          return found;
        },
      });
      await store.seal(clock.now());
      return result;
    },
  );
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
