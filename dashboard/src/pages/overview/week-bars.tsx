import { useText } from '../../i18n/use-text.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { overviewText } from './overview.text.ts';
import { useCampusConsumption } from './use-campus-consumption.ts';

/** The last seven days, today as far as it has come. A day without data says so and is no bar of nought. */
export function WeekBars({ now }: { readonly now: number }) {
  const t = useText(overviewText);
  const format = useFormat();
  const today = startOfDay(format.timeZone, now);
  const days = useCampusConsumption('electricity', { from: addDays(format.timeZone, today, -6), to: now }, 'day');
  return (
    <section className="overview-part" aria-labelledby="overview-week">
      <div className="overview-part-head">
        <h2 id="overview-week">{t.week}</h2>
        <span className="soft small">
          {days.data ? t.weekSum(format.quantity(days.data.total, days.data.unit)) : ''}
        </span>
      </div>
      <PageState of={days} height={180}>
        {(data) => {
          const buckets = data?.buckets ?? [];
          const top = Math.max(1e-9, ...buckets.map(({ value }) => value ?? 0));
          return (
            <ul className="week">
              {buckets.map(({ from, value }) => (
                <li key={from}>
                  <span className="week-day">{from >= today ? t.soFar : format.day(from)}</span>
                  <span className={value === null ? 'week-track week-none' : 'week-track'}>
                    <span
                      className={from >= today ? 'week-bar week-today' : 'week-bar'}
                      style={{ width: `${((value ?? 0) / top) * 100}%` }}
                    />
                  </span>
                  <span className="week-value">{format.quantity(value, data?.unit ?? '')}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </PageState>
    </section>
  );
}
