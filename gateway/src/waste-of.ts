/** What rooms used in closed hours, from their booked hours. */
import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { CampusConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { WasteQuery, WasteResponse } from '#contract/http/energy.ts';
import { calendarOf } from './campus-in-force.ts';
import { type MeterMetrics, readBooks } from './consumption-of.ts';
import { closedHoursWaste, meteredRooms, weeksUntil } from './meter/closed-hours.ts';
import { createRegistry } from './shared/registry.ts';
import type { ReadingStore } from './store/reading-store.ts';

/** Plain values: it is worked out on another thread. */
export interface WasteAsked extends Omit<WasteQuery, 'place'> {
  /** Roots of what is looked at. */
  readonly roots: readonly string[];
  readonly now: number;
  readonly campus: CampusConfig;
  /** The meters of the resource. */
  readonly devices: readonly DeviceConfig[];
  readonly calendar: CalendarConfig;
  readonly holidaysCsv: string | undefined;
  readonly tariffs: TariffsConfig;
  readonly metrics: ReadonlyMap<string, MeterMetrics>;
}

export async function wasteOf(asked: WasteAsked, store: Pick<ReadingStore, 'hours'>): Promise<WasteResponse> {
  const { roots, resource, now, limit, tariffs } = asked;
  const registry = createRegistry(asked.campus, { devices: [...asked.devices], credentials: [] });
  const { calendar } = calendarOf({ ...asked, registry });
  const weeks = weeksUntil(now, asked.weeks, calendar);
  const from = calendar.dateOf(weeks[0]?.from ?? now);
  const rooms = roots.flatMap((root) => meteredRooms(registry, root, resource, from));
  const metrics = new Map(
    rooms
      .flatMap(({ meters }) => meters)
      .flatMap((meter) => {
        const known = asked.metrics.get(meter);
        return known === undefined ? [] : [[meter, known] as const];
      }),
  );
  const books = await readBooks({ metrics, from: weeks[0]?.from ?? now, to: now, store });
  return closedHoursWaste({
    ...{ rooms, weeks, resource, now, limit, books, calendar, tariffs },
    devices: registry.devices,
  });
}
