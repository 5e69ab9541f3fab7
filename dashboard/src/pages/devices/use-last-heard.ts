import { useMemo } from 'react';
import type { LatestValue } from '#contract/http/campus.ts';
import { useGatewayNow, useLive } from '../../live/use-live.ts';

/** A device's own record tells of changes of state only; what arrived since is in the newest values. */
function newestByDevice(values: readonly LatestValue[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { device, receivedAt, freshness } of values) {
    // A replayed value is a hint of what was, no sign of life.
    if (freshness !== 'hint' && receivedAt > (newest.get(device) ?? 0)) newest.set(device, receivedAt);
  }
  return newest;
}

/** When a device was last heard, epoch ms; looked at once a second, however many values arrive. */
export function useLastHeard(): {
  readonly now: number;
  readonly lastHeard: (device: { readonly id: string; readonly lastSeenAt: number | null }) => number | null;
} {
  const { store } = useLive();
  const now = useGatewayNow();
  const values = store.values();
  const newest = useMemo(() => newestByDevice(values), [values]);
  return {
    now,
    lastHeard: ({ id, lastSeenAt }) => Math.max(lastSeenAt ?? 0, newest.get(id) ?? 0) || null,
  };
}
