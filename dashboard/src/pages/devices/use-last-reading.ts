import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../api/queries.ts';
import { useGatewayNow, useLatest } from '../../live/use-live.ts';
import type { Meter } from './meter.ts';
import type { LastReading } from './swap-check.ts';

const day = 86_400_000;

/**
 * The newest reading of a meter: as it came live, or, where nothing comes live, what people typed in the last two months.
 * The live connection does not tell what was typed; of a day's readings the highest is the last.
 */
export function useLastReading({ device, metric }: Meter): LastReading | undefined {
  const to = Math.ceil(useGatewayNow(60_000) / day) * day;
  const latest = useLatest(device, metric);
  const { data } = useQuery(seriesQuery({ device, metric, from: to - 62 * day, to, step: '1d' }));
  const typed = data?.points.findLast(({ max }) => max !== null);
  const value = typed?.max;
  if (!typed || typeof value !== 'number') return latest;
  return !latest || typed.ts > latest.ts || (value > latest.value && typed.quality === 'manual')
    ? { ts: typed.ts, value }
    : latest;
}
