import type { ConsumptionBucket } from '#contract/http/energy.ts';
import type { Range } from './closed-ranges.ts';

/** How much is known of one bar. running: its time is not over. future: it has not begun. */
export type SlotKnowledge = 'measured' | 'estimated' | 'manual' | 'partial' | 'missing' | 'running' | 'future';

export interface ConsumptionSlot extends Range {
  readonly value: number | null;
  readonly before: number | null;
  readonly knowledge: SlotKnowledge;
  /** 0..1 */
  readonly completeness: number;
}

/** From here on a bar counts as whole: a heartbeat that is late by seconds is not worth a mark. */
const whole = 0.995;
/** What meters have not told yet of the running bar is not missing: many report every quarter of an hour. */
const notYetMs = 900_000;

function knowledgeOf(bucket: ConsumptionBucket | undefined, slot: Range, now: number): SlotKnowledge {
  if (slot.from >= now) return 'future';
  const completeness = bucket?.completeness ?? (bucket?.value == null ? 0 : 1);
  const lackingMs = (1 - completeness) * (Math.min(slot.to, now) - slot.from);
  if (slot.to > now && lackingMs <= notYetMs) return 'running';
  if (!bucket || bucket.value === null) return 'missing';
  if (completeness < whole) return 'partial';
  return slot.to > now ? 'running' : bucket.quality;
}

/**
 * The bars of a whole period, also those that have not begun, so that a day always looks as long as a day.
 * @param slots all hours, days or months of the period
 * @param before what is compared with, bar by bar
 * @param now epoch ms; what was asked for ends here at the latest
 */
export function consumptionSlots(
  slots: readonly Range[],
  buckets: readonly ConsumptionBucket[],
  before: readonly ConsumptionBucket[],
  now: number,
): ConsumptionSlot[] {
  const byStart = new Map(buckets.map((bucket) => [bucket.from, bucket]));
  return slots.map((slot, index) => {
    const bucket = byStart.get(slot.from);
    return {
      ...slot,
      value: bucket?.value ?? null,
      before: before[index]?.value ?? null,
      knowledge: knowledgeOf(bucket, slot, now),
      completeness: bucket?.completeness ?? (bucket?.value === null || !bucket ? 0 : 1),
    };
  });
}

/** Days as the months that hold them: what is known of each is added, and how much that is. */
export function bucketsInSlots(buckets: readonly ConsumptionBucket[], slots: readonly Range[]): ConsumptionBucket[] {
  return slots.flatMap((slot): ConsumptionBucket[] => {
    const inside = buckets.filter(({ from }) => slot.from <= from && from < slot.to);
    const [first, last] = [inside[0], inside.at(-1)];
    if (first === undefined || last === undefined) return [];
    const known = inside.flatMap(({ value }) => (value === null ? [] : [value]));
    const knownMs = inside.reduce((sum, { from, to, completeness = 1 }) => sum + completeness * (to - from), 0);
    return [
      {
        ...{ from: first.from, to: last.to, flags: [], quality: known.length === 0 ? 'missing' : 'measured' },
        value: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
        completeness: knownMs / (last.to - first.from),
      },
    ];
  });
}

/** Where an instant stands on an axis on which each bar is one wide: 2.5 is the middle of the third. */
export function placeAmong(slots: readonly Range[], at: number): number {
  const index = slots.findIndex(({ to }) => at < to);
  const slot = slots[index];
  if (slot === undefined) return slots.length;
  return index + Math.max(0, at - slot.from) / (slot.to - slot.from);
}

/** Neighbours that are alike, as stretches on the axis of `placeAmong`. */
export function runsOf<T>(slots: readonly T[], isIn: (slot: T) => boolean): Range[] {
  const runs: Range[] = [];
  for (const [index, slot] of slots.entries()) {
    if (!isIn(slot)) continue;
    const last = runs.at(-1);
    if (last?.to === index) runs[runs.length - 1] = { from: last.from, to: index + 1 };
    else runs.push({ from: index, to: index + 1 });
  }
  return runs;
}

export interface AxisLabel {
  /** On the axis of `placeAmong`. */
  readonly place: number;
  readonly at: number;
}

/** Hours are told at the edges of their bars, where they begin and end; days and months in the middle of theirs. */
export function slotLabels(slots: readonly Range[], step: 'hour' | 'day' | 'month', each: number): AxisLabel[] {
  const first = slots.flatMap(({ from }, index) => (index % each === 0 ? [{ index, at: from }] : []));
  if (step !== 'hour') return first.map(({ index, at }) => ({ place: index + 0.5, at }));
  const end = slots.at(-1)?.to;
  const edges = first.map(({ index, at }) => ({ place: index, at }));
  return end === undefined || slots.length % each !== 0 ? edges : [...edges, { place: slots.length, at: end }];
}

/** What one of the places or meters below used, bar by bar. */
export interface StackPart {
  readonly id: string;
  readonly name: string;
  readonly buckets: readonly ConsumptionBucket[];
}

export interface Piece {
  readonly id: string;
  readonly value: number;
}

/** Most parts that a bar shows one by one. */
const mostParts = 5;
export const REST = '(rest)';
export const DIFFERENCE = '(difference)';

/** The largest parts one by one, the others as one; in the order in which they are stacked, the largest at the bottom. */
export function stackParts(parts: readonly StackPart[]): { readonly shown: StackPart[]; readonly rest: StackPart[] } {
  const sum = ({ buckets }: StackPart): number => buckets.reduce((total, { value }) => total + (value ?? 0), 0);
  const sorted = [...parts].sort((a, b) => sum(b) - sum(a));
  // One part alone beside five is as well shown by its name.
  const most = sorted.length === mostParts + 1 ? mostParts + 1 : mostParts;
  return { shown: sorted.slice(0, most), rest: sorted.slice(most) };
}

/** Of the running bar two minutes may be on their way. */
const isWholeIn = ({ buckets }: StackPart, { from, knowledge }: ConsumptionSlot): boolean => {
  const bucket = buckets.find((known) => known.from === from);
  const completeness = bucket?.completeness ?? 1;
  if (completeness >= whole) return true;
  const lackingMs = bucket === undefined ? 0 : (1 - completeness) * (bucket.to - bucket.from);
  return knowledge === 'running' && lackingMs <= 120_000;
};

/**
 * What a bar consists of. Empty where it cannot be told: a part is missing, or the parts are more than the whole.
 * @param hasOwnMeter the bar is what an own meter counted, so that parts may leave a difference
 */
export function piecesOf(slot: ConsumptionSlot, parts: readonly StackPart[], hasOwnMeter: boolean): readonly Piece[] {
  if (slot.value === null || slot.value <= 0 || parts.length === 0) return [];
  const { shown, rest } = stackParts(parts);
  const usedBy = ({ buckets }: StackPart): number | null =>
    buckets.find(({ from }) => from === slot.from)?.value ?? null;
  const all = [...shown, ...rest].map(usedBy);
  // What a part lacks would pass for a loss.
  if (hasOwnMeter && (all.includes(null) || parts.some((part) => !isWholeIn(part, slot)))) return [];
  const known = all.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const difference = slot.value - known;
  if (difference < -0.005 * slot.value) return [];
  const pieces = shown.map((part) => ({ id: part.id, value: usedBy(part) ?? 0 }));
  if (rest.length > 0) pieces.push({ id: REST, value: rest.reduce((sum, part) => sum + (usedBy(part) ?? 0), 0) });
  if (difference > 0.005 * slot.value) pieces.push({ id: DIFFERENCE, value: difference });
  return pieces.filter(({ value }) => value > 0);
}
