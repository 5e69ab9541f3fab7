import { useMemo } from 'react';
import { useClosedTimes } from '../../charts/closed-ranges.ts';
import { ConsumptionChart } from '../../charts/consumption-chart.tsx';
import { commonText } from '../../i18n/common.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useConnection } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Failure, PageState, Skeleton } from '../../ui/page-state.tsx';
import { Breakdown } from './breakdown.tsx';
import './energy.css';
import { energyText } from './energy.text.ts';
import { EnergyControls } from './energy-controls.tsx';
import { EnergyFigures } from './energy-figures.tsx';
import { type EnergyFilters, parseEnergyFilters } from './energy-filters.ts';
import { Breadcrumb, EnergyTree } from './energy-tree.tsx';
import { compareName, energySentence } from './energy-words.ts';
import type { PlaceNode } from './place-tree.ts';
import { RegisterSteps } from './register-steps.tsx';
import { type Subject, useConsumption, useEnergyAlerts, useEnergyTime, useSubject } from './use-energy.ts';

export function EnergyPage() {
  const t = useText(energyText);
  const common = useText(commonText);
  const [filters, change] = useFilters(parseEnergyFilters);
  const { tree, subject, answers } = useSubject(filters);
  const failed = answers.find(({ error }) => error);
  if (tree === undefined)
    return (
      <>
        <PageHead title={t.title} sentence={common.loading} />
        {failed?.error ? <Failure error={failed.error} onRetry={failed.refetch} /> : <Skeleton height={480} />}
      </>
    );
  const word = filters.resource === 'water' ? t.water : t.electricity;
  if (tree.length === 0)
    return (
      <>
        <PageHead title={t.title} sentence={t.empty(word)} />
        <EnergyControls filters={filters} change={change} />
        <Empty title={t.empty(word)}>
          <p>{t.emptyHint}</p>
        </Empty>
      </>
    );
  if (!subject.node)
    return (
      <>
        <PageHead title={t.title} sentence={t.unknownPlace} />
        <button type="button" className="button" onClick={() => change({ place: undefined, device: undefined })}>
          {t.toRoot}
        </button>
      </>
    );
  return <EnergyView filters={filters} change={change} tree={tree} subject={subject} />;
}

interface ViewProps {
  readonly filters: EnergyFilters;
  readonly change: Parameters<typeof EnergyControls>[0]['change'];
  readonly tree: readonly PlaceNode[];
  readonly subject: Subject;
}

function EnergyView({ filters, change, tree, subject }: ViewProps) {
  const t = useText(energyText);
  const language = useLanguage();
  const time = useEnergyTime(filters);
  const { state } = useConnection();
  const now = useConsumption(subject, filters, time.known);
  const before = useConsumption(subject, filters, time.compared);
  const alerts = useEnergyAlerts(subject, filters.resource, time.period);
  const sentence = useSentence({ filters, subject, time, now: now.data, before: before.data, alerts: alerts.length });
  const times = useClosedTimes(subject.node?.place.id, time.period);
  const marks = useMemo(
    () =>
      // What still goes on has not reached into the future.
      alerts.map(({ since, until, sentence: said }) => ({ from: since, to: until ?? time.now, label: said[language] })),
    [alerts, language, time.now],
  );
  const word = filters.resource === 'water' ? t.waterUse : t.electricityUse;
  const step = filters.period === 'day' ? 'hour' : 'day';
  const than = filters.compare === 'none' ? undefined : compareName(filters, t);
  return (
    <>
      <PageHead title={t.title} sentence={sentence} />
      <Breadcrumb subject={subject} filters={filters} />
      <EnergyControls filters={filters} change={change} place={subject.node?.place.id} />
      {subject.without ? (
        <p className="energy-note">
          <Mark tone="plain">
            {t.withoutMeter(
              pick(subject.without.name, language),
              filters.resource === 'water' ? t.water : t.electricity,
            )}
          </Mark>
        </p>
      ) : null}
      <div className="energy-columns">
        <EnergyTree tree={tree} subject={subject} filters={filters} />
        <div
          className={state === 'broken' ? 'energy-main energy-stale' : 'energy-main'}
          data-outdated={state === 'broken'}
        >
          {time.known.from >= time.known.to ? (
            <Empty title={t.notBegun}>
              <p>{t.notBegunHint}</p>
            </Empty>
          ) : (
            <PageState of={now} height={520}>
              {(data) => (
                <>
                  <EnergyFigures data={data} before={before.data} filters={filters} time={time} />
                  <ConsumptionChart
                    title={capital(t.chart(word, step === 'hour' ? t.byHour : t.byDay))}
                    resource={filters.resource}
                    unit={data.unit}
                    step={step}
                    slots={time.slots}
                    buckets={data.buckets}
                    before={before.data?.buckets ?? []}
                    // Until it is here it is not missing.
                    beforeName={before.data === undefined ? undefined : than}
                    times={times}
                    marks={marks}
                    now={time.now}
                  />
                  {subject.node && !subject.device ? (
                    <Breakdown node={subject.node} data={data} filters={filters} time={time} />
                  ) : null}
                  <RegisterSteps steps={data.steps} />
                </>
              )}
            </PageState>
          )}
        </div>
      </div>
    </>
  );
}

interface SentenceFacts {
  readonly filters: EnergyFilters;
  readonly subject: Subject;
  readonly time: ReturnType<typeof useEnergyTime>;
  readonly now: ReturnType<typeof useConsumption>['data'];
  readonly before: ReturnType<typeof useConsumption>['data'];
  readonly alerts: number;
}

function useSentence({ filters, subject, time, now, before, alerts }: SentenceFacts): string {
  const t = useText(energyText);
  const common = useText(commonText);
  const format = useFormat();
  const language = useLanguage();
  const named = subject.device ?? subject.node?.place;
  if (time.known.from >= time.known.to) return `${t.notBegun}${t.stop}`;
  if (!now || !named) return common.loading;
  const than = filters.compare === 'none' ? undefined : compareName(filters, t);
  const name = pick(named.name, language);
  return energySentence({ name, resource: filters.resource, than, time, data: now, before, alerts }, t, format);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
