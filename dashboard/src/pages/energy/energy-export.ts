import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { consumptionSlots } from '../../charts/consumption-slots.ts';
import type { Cell } from '../../lib/csv-text.ts';
import type { Format } from '../../lib/format.ts';
import { localField } from '../../lib/site-time.ts';
import { type Column, columnOf } from './add-up.ts';
import type { energyText } from './energy.text.ts';
import type { EnergyTime } from './use-energy.ts';

type Words = (typeof energyText)['zh'];

interface ExportPart {
  readonly name: string;
  readonly data: ConsumptionResponse | undefined;
  /** Part of what the place's own meters count. */
  readonly isBelow: boolean;
  /** How it compares, in words; undefined: nothing is compared. */
  readonly change: string | undefined;
}

export interface ExportFacts {
  readonly place: string;
  readonly rangeWords: string;
  readonly use: string;
  readonly data: ConsumptionResponse;
  readonly parts: readonly ExportPart[];
  readonly time: EnergyTime;
  readonly sizes: { readonly areaM2: number | null; readonly heads: number | null };
  /** Why there is no cost, in words. */
  readonly noCost: string | undefined;
}

/** Decimals beyond which a sum of doubles says nothing. */
const rounded = (value: number | null, digits = 4): number | null =>
  value === null ? null : Number(value.toFixed(digits));

/** The breakdown in the decimals of a file: it adds up there as on the page. */
function columnFor({ data, parts }: ExportFacts): { readonly column: Column; readonly ordered: readonly ExportPart[] } {
  const used = (isBelow: boolean) => parts.filter((part) => part.isBelow === isBelow);
  const [below, own] = [used(true), used(false)];
  const figures = (of: readonly ExportPart[]) => of.map((part) => ({ now: part.data }));
  return { column: columnOf(data, figures(below), figures(own), 4), ordered: [...below, ...own] };
}

/** What is no part: its name and how much; none where nothing lies below. */
function restRows(
  facts: ExportFacts,
  t: Words,
): (readonly [name: string, amount: number | null, percent: number | null])[] {
  if (!facts.parts.some(({ isBelow }) => isBelow)) return [];
  const { below, belowShares } = columnFor(facts).column;
  return [
    [t.unmetered, below.unmetered, belowShares.unmetered],
    ...(below.unmatched === null ? [] : [[t.unmatched, below.unmatched, belowShares.unmatched] as const]),
  ];
}

/** Bar by bar what the page shows, with its units and how much of each bar is known. Nothing known is an empty cell, never 0. */
export function exportRows(
  facts: ExportFacts,
  words: Readonly<Record<string, unknown>>,
  t: Words,
  format: Format,
): Cell[][] {
  const { use, data, time } = facts;
  const { column, ordered } = columnFor(facts);
  const at = (instant: number): string => localField(format.timeZone, instant).replace('T', ' ');
  const header: Cell[] = [
    t.exportFrom,
    t.exportTo,
    t.partOf(use, data.unit),
    t.quality,
    `${t.completeness} (%)`,
    ...ordered.map(({ name }) => t.partOf(name, data.unit)),
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
    ...ordered.map((part) => rounded(part.data?.buckets.find(({ from }) => from === slot.from)?.value ?? null)),
  ]);
  const total: Cell[] = [
    t.total,
    '',
    rounded(data.total),
    '',
    rounded(data.completeness * 100, 1),
    ...column.below.parts,
    ...column.own,
  ];
  const empty = ordered.map(() => null);
  const rest = restRows(facts, t).map(([name, amount]): Cell[] => [name, '', amount, '', null, ...empty]);
  return [header, ...rows, total, ...rest];
}

/** The table of parts as the page shows it. */
export function exportParts(facts: ExportFacts, t: Words): Cell[][] {
  const { data, parts } = facts;
  const { column, ordered } = columnFor(facts);
  const isCompared = parts.some(({ change }) => change !== undefined);
  const amounts = [...column.below.parts, ...column.own];
  const shares = [...column.belowShares.parts, ...column.ownShares];
  const compared = (change: string | undefined): Cell[] => (isCompared ? [change ?? null] : []);
  const cost = `${t.costOf(data.resource)} (¥)`;
  const rowOf = (part: ExportPart, index: number): Cell[] => [
    ...[part.name, amounts[index] ?? null, rounded(shares[index] ?? null, 1), ...compared(part.change)],
    ...[rounded(part.data?.yuan ?? null, 2), rounded(part.data ? part.data.completeness * 100 : null, 1)],
  ];
  const rows = ordered.map(rowOf);
  const countBelow = parts.filter(({ isBelow }) => isBelow).length;
  const rest = restRows(facts, t).map(([name, amount, percent]): Cell[] => [
    ...[name, amount, rounded(percent, 1), ...compared(undefined), null, null],
  ]);
  return [
    [
      t.name,
      t.partOf(t.total, data.unit),
      `${t.share} (%)`,
      ...(isCompared ? [t.change] : []),
      cost,
      `${t.completeness} (%)`,
    ],
    ...[...rows.slice(0, countBelow), ...rest, ...rows.slice(countBelow)],
  ];
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
    ...restRows(facts, t).map(([name, amount]): Cell[] => [t.partOf(name, data.unit), amount]),
  ];
}
