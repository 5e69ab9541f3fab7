import { useQuery } from '@tanstack/react-query';
import { calendarQuery } from '../../api/queries.ts';
import { useLanguage } from '../../i18n/use-text.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';

/** That the holidays of this year, or from mid-December on of the next one, have to be loaded: nothing before that. */
export function CalendarNote() {
  const { timeZone } = useFormat();
  const language = useLanguage();
  const today = startOfDay(timeZone, useGatewayNow(60_000));
  const { data } = useQuery(calendarQuery(today, addDays(timeZone, today, 1)));
  if (!data?.warning) return null;
  return (
    <p className="overview-note">
      <Mark tone="attention">{data.warning[language]}</Mark>
    </p>
  );
}
