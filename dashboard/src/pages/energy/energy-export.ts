import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { consumptionSlots } from '../../charts/consumption-slots.ts';
import type { Cell } from '../../lib/csv-text.ts';
import type { Format } from '../../lib/format.ts';
import { localField } from '../../lib/site-time.ts';
import type { energyText } from './energy.text.ts';
import type { EnergyTime } from './use-energy.ts';

type Words = (typeof energyText)['zh'];

export interface ExportFacts {
  readonly place: string;
  readonly rangeWords: string;
  readonly use: string;
  readonly data: ConsumptionResponse;
  readonly parts: readonly { readonly name: string; readonly data: ConsumptionResponse | undefined }[];
  readonly time: EnergyTime;
  readonly sizes: { readonly areaM2: number | null; readonly heads: number | null };
  /** Why there is no cost, in words. */
  readonly noCost: string | undefined;
}

/** Decimals beyond which a sum of doubles says nothing. */
const rounded = (value: number | null, digits = 4): number | null =>
  value === null ? null : Number(value.toFixed(digits));

/** Bar by bar what the page shows, with its units and how much of each bar is known. Nothing known is an empty cell, never 0. */
export function exportRows(
  { use, data, parts, time }: ExportFacts,
  words: Readonly<Record<string, unknown>>,
  t: Words,
  format: Format,
): Cell[][] {
  const at = (instant: number): string => localField(format.timeZone, instant).replace('T', ' ');
  const header: Cell[] = [
    t.exportFrom,
    t.exportTo,
    t.partOf(use, data.unit),
    t.quality,
    `${t.completeness} (%)`,
    ...parts.map(({ name }) => t.partOf(name, data.unit)),
  ];
  const slots = consumptionSlots(time.slots, data.buckets, [], time.now).filter(
    ({ knowledge }) => knowledge !== 'future',
  );
  const rows = slots.map((slot): Cell[] => [
    at(slot.from),
    at(slot.to),
    rounded(slot.value),
    String(words[slot.knowledge] ?? slot.knowledge),
    rounded(slot.completeness * 100, 1),
    ...parts.map((part) => rounded(part.data?.buckets.find(({ from }) => from === slot.from)?.value ?? null)),
  ]);
  const total: Cell[] = [
    t.total,
    '',
    rounded(data.total),
    '',
    rounded(data.completeness * 100, 1),
    ...parts.map((part) => rounded(part.data?.total ?? null)),
  ];
  return [header, ...rows, total];
}

/** What the figures above the chart say. */
export function exportSummary(facts: ExportFacts, t: Words): Cell[][] {
  const { place, rangeWords, use, data, sizes, noCost } = facts;
  const each = (size: number | null): number | null =>
    data.total === null || size === null || size <= 0 ? null : rounded(data.total / size);
  return [
    [t.exportPlace, place],
    [t.exportRange, rangeWords],
    [t.partOf(use, data.unit), rounded(data.total)],
    [`${t.costOf(data.resource)} (¥)`, rounded(data.yuan, 2) ?? noCost ?? null],
    ...(data.yuanIsExample === true ? [[t.examplePrice, ''] as Cell[]] : []),
    [`${t.completeness} (%)`, rounded(data.completeness * 100, 1)],
    [`${t.perM2} (${data.unit}/m²)`, each(sizes.areaM2)],
    [`${t.perHead} (${data.unit})`, each(sizes.heads)],
    [t.unmetered, rounded(data.unmetered)],
  ];
}
