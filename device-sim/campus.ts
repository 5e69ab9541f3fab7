/** The campus a fleet is made from: `config/` as people wrote it, read with the contract's schemas. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { type CalendarConfig, calendarConfig } from '#contract/config/calendar.ts';
import { type CampusConfig, campusConfig, type PlaceConfig } from '#contract/config/campus.ts';
import { type DeviceConfig, devicesConfig } from '#contract/config/devices.ts';

export interface Campus {
  readonly timeZone: string;
  readonly defaultSite: string;
  readonly places: ReadonlyMap<string, PlaceConfig>;
  readonly devices: readonly DeviceConfig[];
  readonly calendar: CalendarConfig;
  /** `YYYY-MM-DD` → day off (true) or make-up workday (false); empty when none are loaded. */
  readonly holidays: ReadonlyMap<string, boolean>;
}

export interface CampusFiles {
  readonly campus: CampusConfig;
  readonly devices: readonly DeviceConfig[];
  readonly calendar: CalendarConfig;
  readonly holidays?: ReadonlyMap<string, boolean>;
}

export function createCampus(files: CampusFiles): Campus {
  return {
    timeZone: files.campus.timeZone,
    defaultSite: files.campus.sites[0]?.id ?? 'main',
    places: new Map(files.campus.places.map((place) => [place.id, place])),
    devices: files.devices,
    calendar: files.calendar,
    holidays: files.calendar.holidays === 'none' ? new Map() : (files.holidays ?? new Map()),
  };
}

/**
 * Reads campus.yaml, devices.yaml, calendar.yaml and holidays-cn.csv of a config folder.
 * @throws Error naming the file when one is missing or does not fit the contract; a missing holidays file means no holidays.
 */
export async function readCampus(folder: string): Promise<Campus> {
  const [campus, devices, calendar] = await Promise.all([
    readYaml(folder, 'campus.yaml', campusConfig),
    readYaml(folder, 'devices.yaml', devicesConfig),
    readYaml(folder, 'calendar.yaml', calendarConfig),
  ]);
  const holidays = await readFile(join(folder, 'holidays-cn.csv'), 'utf8').then(parseHolidays, () => new Map());
  return createCampus({ campus, devices: devices.devices, calendar, holidays });
}

async function readYaml<T extends z.ZodType>(folder: string, name: string, schema: T): Promise<z.output<T>> {
  const path = join(folder, name);
  const parsed = schema.safeParse(parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}

function parseHolidays(csv: string): Map<string, boolean> {
  const days = new Map<string, boolean>();
  for (const line of csv.split(/\r?\n/)) {
    const [date, , off] = line.split(',');
    if (date !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(date)) days.set(date, off === '1');
  }
  return days;
}

/** A place and the places above it, nearest first. */
export function pathOf(campus: Campus, placeId: string): readonly PlaceConfig[] {
  const path: PlaceConfig[] = [];
  let place = campus.places.get(placeId);
  while (place !== undefined && !path.includes(place)) {
    path.push(place);
    place = place.parent === undefined ? undefined : campus.places.get(place.parent);
  }
  return path;
}
