import type { ConsumptionBucket, ConsumptionResponse } from '#contract/http/energy.ts';
import { useClosedTimes } from '../../charts/closed-ranges.ts';
import { useText } from '../../i18n/use-text.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import type { Span } from '../../night/night.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { comparison } from './comparison.ts';
import { HourBars } from './hour-bars.tsx';
import { overviewText } from './overview.text.ts';
import { useCampusConsumption } from './use-campus-consumption.ts';

const hour = 3_600_000;

/** The last 24 whole hours beside the same hours a week ago: the running hour would always look like a saving. */
export function DayOfElectricity({ now }: { readonly now: number }) {
  const t = useText(overviewText);
  const format = useFormat();
  // Hours of the site: some zones lie half an hour beside the others.
  const midnight = startOfDay(format.timeZone, now);
  const to = midnight + Math.floor((now - midnight) / hour) * hour;
  const range = { from: to - 24 * hour, to };
  const weekAgo = { from: addDays(format.timeZone, range.from, -7), to: addDays(format.timeZone, range.to, -7) };
  const current = useCampusConsumption('electricity', range);
  const before = useCampusConsumption('electricity', weekAgo);
  const { closed } = useClosedTimes(undefined, range);
  return (
    <section className="overview-part" aria-labelledby="overview-day">
      <div className="overview-part-head">
        <h2 id="overview-day">{t.last24}</h2>
      </div>
      <PageState of={current} height={220}>
        {(data) =>
          data ? (
            <Day data={data} closed={closed} before={before.data?.buckets ?? []} beforeTotal={before.data?.total} />
          ) : null
        }
      </PageState>
    </section>
  );
}

interface DayProps {
  readonly data: ConsumptionResponse;
  readonly before: readonly ConsumptionBucket[];
  readonly closed: readonly Span[];
  readonly beforeTotal: number | null | undefined;
}

function Day({ data, before, closed, beforeTotal }: DayProps) {
  const t = useText(overviewText);
  const format = useFormat();
  const gaps = data.buckets.filter(({ value }) => value === null).length;
  const summary = t.last24Sum(
    format.quantity(data.total, data.unit),
    comparison(data.total, beforeTotal, t.weekBefore, t, format) ?? t.nothingBefore(t.weekBefore),
  );
  return (
    <>
      <p className="soft">
        {summary}
        {gaps > 0 ? ` · ${t.gapHours(gaps)}` : ''}
      </p>
      <HourBars
        buckets={data.buckets}
        before={before}
        closed={closed}
        label={`${t.last24}: ${summary}`}
        unit={data.unit}
      />
      <details className="overview-table">
        <summary>{t.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.hourColumn}</th>
              <th scope="col">{t.valueColumn}</th>
              <th scope="col">{t.lastWeekColumn}</th>
            </tr>
          </thead>
          <tbody>
            {data.buckets.map((bucket, index) => (
              <tr key={bucket.from}>
                <th scope="row">{format.hourMinute(bucket.from)}</th>
                <td>{format.quantity(bucket.value, data.unit)}</td>
                <td>{format.quantity(before[index]?.value, data.unit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
