import type { LatestValue } from '#contract/http/campus.ts';

const defaultIntervalS = 60;

/**
 * Whether a value may no longer be shown as the present one: older than two of its device's intervals, or known only from a
 * replayed message.
 * @param now epoch ms by the gateway's clock
 */
export function isOutdated(
  value: Pick<LatestValue, 'receivedAt' | 'freshness'>,
  intervalS: number | undefined,
  now: number,
): boolean {
  if (value.freshness === 'hint' || value.freshness === 'never') return true;
  return now - value.receivedAt > 2_000 * (intervalS ?? defaultIntervalS);
}
