import { useDevices, useGatewayNow, useLive } from '../../live/use-live.ts';
import type { ClockSkew } from './device-words.ts';

/** A camera a minute off shows the wrong time in its picture. */
const TOLERATED_S = 60;

/** Devices in use whose clock is known to be wrong; looked at every few seconds. */
export function useClockSkew(): ClockSkew {
  const { store } = useLive();
  useGatewayNow(5_000);
  const used = new Set(useDevices().map(({ id }) => id));
  const skews = store
    .values()
    .flatMap(({ device, metric, value }) => (metric === 'camera_clock_skew_s' && used.has(device) ? [value] : []));
  return {
    fast: skews.filter((skew) => skew > TOLERATED_S).length,
    slow: skews.filter((skew) => skew < -TOLERATED_S).length,
  };
}
