/** The time that stored readings cover: what is looked at when nobody names a range. */
import type { Registry } from '../shared/registry.ts';
import type { ReadingStore } from '../store/reading-store.ts';

/**
 * @returns `from ≤ t < to` with every stored reading in it and, of an interval, its end; undefined when nothing is stored
 */
export async function storedRange(
  store: Pick<ReadingStore, 'series'>,
  { devices }: Pick<Registry, 'devices'>,
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  const series = await store.series();
  if (series.length === 0) return undefined;
  const endOf = ({ device, last }: (typeof series)[number]): number =>
    last + 1_000 * (devices.get(device)?.intervalS ?? 60) + 1;
  return { from: Math.min(...series.map(({ first }) => first)), to: Math.max(...series.map(endOf)) };
}
