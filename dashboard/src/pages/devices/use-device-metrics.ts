import { useMemo } from 'react';
import { useGatewayNow, useLive } from '../../live/use-live.ts';

/** Metrics of which a value of this device is known, in the order in which they came; looked at every few seconds. */
export function useDeviceMetrics(device: string): readonly string[] {
  const { store } = useLive();
  useGatewayNow(3_000);
  const key = store
    .values()
    .flatMap((value) => (value.device === device ? [value.metric] : []))
    .join(' ');
  return useMemo(() => (key === '' ? [] : key.split(' ')), [key]);
}
