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

function knowledgeOf(bucket: ConsumptionBucket | undefined, slot: Range, now: number): SlotKnowledge {
  if (slot.from >= now) return 'future';
  if (!bucket || bucket.value === null) return 'missing';
  if ((bucket.completeness ?? 1) < whole) return 'partial';
  if (slot.to > now) return 'running';
  return bucket.quality;
}

/**
 * The bars of a whole period, also those that have not begun, so that a day always looks as long as a day.
 * @param slots all hours or days of the period
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
