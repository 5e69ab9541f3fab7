import { useMemo } from 'react';
import { METRICS } from '#contract/metrics.ts';
import { useGatewayNow, useLive } from '../../live/use-live.ts';

const order = new Map(Object.keys(METRICS).map((metric, index) => [metric, index]));
const rank = (metric: string): number => order.get(metric.replace(/_(l\d|ch\d+)$/, '')) ?? order.size;

/** Metrics of which a value of this device is known, in the order of the catalogue; looked at every few seconds. */
export function useDeviceMetrics(device: string): readonly string[] {
  const { store } = useLive();
  useGatewayNow(3_000);
  const key = store
    .values()
    .flatMap((value) => (value.device === device ? [value.metric] : []))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .join(' ');
  return useMemo(() => (key === '' ? [] : key.split(' ')), [key]);
}
