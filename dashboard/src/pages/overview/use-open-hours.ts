import { useQuery } from '@tanstack/react-query';
import { calendarQuery } from '../../api/queries.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import type { Span } from '../../night/night.ts';
import { useFormat } from '../../ui/format-context.tsx';

/** Open hours of the campus around a span by its calendar; undefined while they are not known. */
export function useOpenHours({ from, to }: Span): readonly Span[] | undefined {
  const { timeZone } = useFormat();
  // From the day before: its open hours may run over midnight.
  const first = addDays(timeZone, startOfDay(timeZone, from), -1);
  const last = addDays(timeZone, startOfDay(timeZone, to), 1);
  return useQuery(calendarQuery(first, last)).data?.days.flatMap(({ open }) => open);
}
