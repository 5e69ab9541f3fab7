import type { Device, Place } from '#contract/http/campus.ts';
import { placesWithin } from '../../lib/places-within.ts';

export interface LabelAsk {
  readonly ids: readonly string[];
  readonly place: string | undefined;
  readonly layout: 'grid' | 'single';
  /** Cells that are left empty at the beginning. */
  readonly skip: number;
}

export const perSheet = { grid: 24, single: 1 } as const;

export function parseLabelAsk(query: URLSearchParams): LabelAsk {
  const skip = Number(query.get('skip') ?? 0);
  return {
    ids: (query.get('ids') ?? '').split(',').filter((id) => id !== ''),
    place: query.get('place') ?? undefined,
    layout: query.get('layout') === 'single' ? 'single' : 'grid',
    skip: Number.isInteger(skip) && skip > 0 && skip < perSheet.grid ? skip : 0,
  };
}

export interface LabelPlan {
  /** Pages of labels; null is a cell that stays empty. */
  readonly sheets: readonly (readonly (Device | null)[])[];
  readonly count: number;
  /** Ids that were asked for and do not exist. */
  readonly unknown: readonly string[];
}

/** Those that are named, in that order, then those of the place and below it; without either: all. */
export function labelPlan(
  devices: readonly Device[],
  places: readonly Pick<Place, 'id' | 'parent'>[],
  { ids, place, layout, skip }: LabelAsk,
): LabelPlan {
  const known = new Map(devices.map((device) => [device.id, device]));
  const within = place === undefined ? undefined : placesWithin(place, places);
  const named = ids.flatMap((id) => known.get(id) ?? []);
  const there = devices.filter((device) => (within ? within.has(device.place) : ids.length === 0));
  const chosen = [...new Set([...named, ...there])];
  const cells = [...Array.from({ length: layout === 'grid' ? skip : 0 }, () => null), ...chosen];
  const size = perSheet[layout];
  const sheets =
    chosen.length === 0
      ? []
      : Array.from({ length: Math.ceil(cells.length / size) }, (_, page) =>
          cells.slice(page * size, (page + 1) * size),
        );
  return { sheets, count: chosen.length, unknown: ids.filter((id) => !known.has(id)) };
}
