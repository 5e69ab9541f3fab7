/** The time that stored readings cover: what is looked at when nobody names a range. */
import type { Registry } from '../shared/registry.ts';
import type { ReadingStore } from '../store/reading-store.ts';

/** The end of a range that leaves out what is still to come, epoch ms: a reading of this very instant lies before it. */
export const notAfter = (to: number, now: number): number => Math.min(to, now + 1);

/**
 * @param now epoch ms. A clock that is fast stores readings of times to come; nothing can be judged before its time.
 * @returns `from ≤ t < to` with every reading stored up to now in it and, of an interval, its end; undefined when there is none
 */
export async function storedRange(
  store: Pick<ReadingStore, 'series'>,
  { devices }: Pick<Registry, 'devices'>,
  now: number,
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  const series = await store.series();
  const endOf = ({ device, last }: (typeof series)[number]): number =>
    last + 1_000 * (devices.get(device)?.intervalS ?? 60) + 1;
  const from = Math.min(...series.map(({ first }) => first));
  // Nothing stored, or all of it still to come.
  if (from > now) return undefined;
  return { from, to: notAfter(Math.max(...series.map(endOf)), now) };
}
