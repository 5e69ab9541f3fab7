import { useMemo } from 'react';
import type { Alert } from '#contract/http/alerts.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { ChartMark } from '../../charts/chart-marks.tsx';
import { type ClosedTimes, useClosedTimes } from '../../charts/closed-ranges.ts';
import { ConsumptionChart } from '../../charts/consumption-chart.tsx';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useConnection } from '../../live/use-live.ts';
import { AddDevices } from '../../ui/add-devices.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Failure, PageState, Skeleton } from '../../ui/page-state.tsx';
import { useWaiting } from '../../ui/use-waiting.ts';
import { columnOf } from './add-up.ts';
import { Breakdown } from './breakdown.tsx';
import './energy.css';
import { energyText } from './energy.text.ts';
import { EnergyControls } from './energy-controls.tsx';
import { EnergyFigures } from './energy-figures.tsx';
import { type EnergyFilters, parseEnergyFilters } from './energy-filters.ts';
import { EnergyTabs } from './energy-tabs.tsx';
import { Breadcrumb, EnergyTree } from './energy-tree.tsx';
import { changeInWords, comparedInWords, compareName, energySentence, schoolDayChange } from './energy-words.ts';
import { ExportButtons } from './export-buttons.tsx';
import type { PlaceNode } from './place-tree.ts';
import { RegisterSteps } from './register-steps.tsx';
import {
  comparesSchoolDays,
  type EnergyTime,
  type Part,
  type Subject,
  useConsumption,
  useEnergyAlerts,
  useEnergyTime,
  useParts,
  useSchoolDays,
  useSubject,
} from './use-energy.ts';
import { WasteView } from './waste-view.tsx';

export function EnergyPage() {
  const [filters, change] = useFilters(parseEnergyFilters);
  return filters.tab === 'waste' ? (
    <WasteView filters={filters} change={change} />
  ) : (
    <EnergyUse filters={filters} change={change} />
  );
}

interface UseProps {
  readonly filters: EnergyFilters;
  readonly change: Parameters<typeof EnergyControls>[0]['change'];
}

function EnergyUse({ filters, change }: UseProps) {
  const t = useText(energyText);
  const { tree, subject, answers } = useSubject(filters);
  const waiting = useWaiting(answers);
  const failed = answers.find(({ error }) => error);
  if (tree === undefined)
    return (
      <>
        <PageHead title={t.title} sentence={waiting} />
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
          <AddDevices />
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

interface ViewProps extends UseProps {
  readonly tree: readonly PlaceNode[];
  readonly subject: Subject;
}

/** The breakdown; and its decimals, which the total of the page has too. */
function columnFor(data: ConsumptionResponse | undefined, parts: readonly Part[]) {
  if (data === undefined || parts.length === 0) return { column: undefined, digits: undefined };
  const [below, own] = [true, false].map((isBelow) => parts.filter((part) => part.isBelow === isBelow));
  const column = columnOf(data, below ?? [], own ?? []);
  return { column, digits: column.digits };
}

/** One answer of the calendar holds no more; shading of months is none anyway. */
const noTime = { from: 0, to: 0 } as const;

function EnergyView({ filters, change, tree, subject }: ViewProps) {
  const t = useText(energyText);
  const time = useEnergyTime(filters);
  const { state } = useConnection();
  const now = useConsumption(subject, filters, time.known, time.step);
  const before = useConsumption(subject, filters, time.compared, time.step);
  const parts = useParts(subject, filters, time);
  const { column, digits } = columnFor(now.data, parts);
  const { than, bySchoolDays, schoolDays, compared, inWords } = useComparison({ filters, subject, time, now, before });
  const alerts = useEnergyAlerts(subject, filters.resource, time.period);
  const facts = {
    filters,
    subject,
    time,
    now,
    digits,
    before: before.data,
    alerts: alerts.length,
    schoolDays,
    bySchoolDays,
  };
  const sentence = useSentence(facts);
  const times = useClosedTimes(subject.node?.place.id, time.step === 'month' ? noTime : time.period);
  const marks = useMarks(alerts, time.now);
  return (
    <>
      <PageHead
        title={t.title}
        sentence={sentence}
        actions={
          now.data === undefined ? undefined : (
            <ExportButtons {...{ subject, filters, than, parts, time }} data={now.data} />
          )
        }
      />
      <EnergyTabs filters={filters} change={change}>
        <Breadcrumb subject={subject} filters={filters} />
      </EnergyTabs>
      <EnergyControls filters={filters} change={change} place={subject.node?.place.id} />
      <WithoutMeter subject={subject} resource={filters.resource} />
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
                  <EnergyFigures
                    data={data}
                    digits={digits}
                    filters={filters}
                    time={time}
                    compared={compared}
                    place={subject.device ? undefined : subject.node?.place}
                  />
                  <UseChart
                    data={data}
                    // Days of a month do not fall on the same days of the week as those of another.
                    before={bySchoolDays && time.step === 'day' ? undefined : before.data}
                    than={than}
                    {...{ filters, time, times, marks, parts }}
                  />
                  {column && !subject.device ? (
                    <Breakdown
                      {...{ parts, data, column, filters, time }}
                      than={time.compared === undefined ? undefined : than}
                      compared={inWords}
                    />
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

interface Compared {
  readonly filters: EnergyFilters;
  readonly subject: Subject;
  readonly time: EnergyTime;
  readonly now: ReturnType<typeof useConsumption>;
  readonly before: ReturnType<typeof useConsumption>;
}

/** What the range is compared with, and how it compares in words. */
function useComparison({ filters, subject, time, now, before }: Compared) {
  const t = useText(energyText);
  const format = useFormat();
  const days = useSchoolDays(subject, filters, time);
  const bySchoolDays = comparesSchoolDays(filters, time);
  const than = filters.compare === 'none' ? undefined : compareName(filters, t);
  const none = { than, bySchoolDays, schoolDays: undefined, inWords: undefined };
  if (than === undefined) return { ...none, compared: undefined };
  if (time.compared === undefined) return { ...none, compared: t.nothingBefore(than) };
  const { isRunning } = time;
  const byDay = { than, unit: now.data?.unit ?? '', isRunning };
  const schoolDays = bySchoolDays ? schoolDayChange(days, byDay, t, format) : undefined;
  const totals = now.data && changeInWords(now.data, before.data, isRunning ? t.byThisTime(than) : than, t, format);
  const said = comparedInWords({ time, schoolDays: bySchoolDays ? days : undefined }, t, format);
  const guessed = days.missingYears.length > 0 ? t.holidaysGuessed(days.missingYears.join(' ')) : '';
  return {
    ...{ than, bySchoolDays, schoolDays },
    compared: bySchoolDays ? schoolDays : totals,
    inWords: said === undefined ? undefined : `${said}${guessed}`,
  };
}

/** Alerts as they stand on the axis; what still goes on has not reached into the future. */
function useMarks(alerts: readonly Alert[], now: number): readonly ChartMark[] {
  const language = useLanguage();
  return useMemo(
    () => alerts.map(({ since, until, sentence }) => ({ from: since, to: until ?? now, label: sentence[language] })),
    [alerts, language, now],
  );
}

function WithoutMeter({
  subject,
  resource,
}: {
  readonly subject: Subject;
  readonly resource: EnergyFilters['resource'];
}) {
  const t = useText(energyText);
  const language = useLanguage();
  if (!subject.without) return null;
  return (
    <p className="energy-note">
      <Mark tone="plain">
        {t.withoutMeter(pick(subject.without.name, language), resource === 'water' ? t.water : t.electricity)}
      </Mark>
    </p>
  );
}

interface UseChartProps {
  readonly data: ConsumptionResponse;
  readonly before: ConsumptionResponse | undefined;
  readonly than: string | undefined;
  readonly filters: EnergyFilters;
  readonly time: EnergyTime;
  readonly times: ClosedTimes;
  readonly marks: readonly ChartMark[];
  readonly parts: readonly Part[];
}

/** The bars of the range, in the parts they consist of where all of those are known. */
function UseChart({ data, before, than, filters, time, times, marks, parts }: UseChartProps) {
  const t = useText(energyText);
  const language = useLanguage();
  const word = filters.resource === 'water' ? t.waterUse : t.electricityUse;
  const below = parts.filter(({ isBelow }) => isBelow);
  // A place with nothing below consists of its meters, if it has several.
  const pieces = below.length > 0 ? below : parts.length > 1 ? parts : [];
  const stack = pieces.flatMap(({ id, name, now }) =>
    now === undefined ? [] : [{ id, name: pick(name, language), buckets: now.buckets }],
  );
  const byStep = { hour: t.byHour, day: t.byDay, month: t.byMonth }[time.step];
  return (
    <ConsumptionChart
      title={capital(t.chart(word, byStep))}
      resource={filters.resource}
      unit={data.unit}
      step={time.step}
      slots={time.slots}
      buckets={data.buckets}
      before={before?.buckets ?? []}
      // Until it is here it is not missing; and a line that has no point needs no name.
      beforeName={before?.total == null ? undefined : than}
      parts={stack.length === pieces.length ? stack : []}
      hasOwnMeter={below.length > 0 && below.length < parts.length}
      times={times}
      marks={marks}
      now={time.now}
    />
  );
}

interface SentenceFacts {
  readonly filters: EnergyFilters;
  readonly subject: Subject;
  readonly time: EnergyTime;
  readonly now: ReturnType<typeof useConsumption>;
  readonly digits: number | undefined;
  readonly before: ConsumptionResponse | undefined;
  readonly alerts: number;
  readonly schoolDays: string | undefined;
  readonly bySchoolDays: boolean;
}

function useSentence({ filters, subject, time, now, ...facts }: SentenceFacts): string {
  const t = useText(energyText);
  const format = useFormat();
  const language = useLanguage();
  const waiting = useWaiting([now]);
  const named = subject.device ?? subject.node?.place;
  if (time.known.from >= time.known.to) return `${t.notBegun}${t.stop}`;
  if (!now.data || !named) return waiting;
  const than = filters.compare === 'none' ? undefined : compareName(filters, t);
  const name = pick(named.name, language);
  return energySentence({ name, resource: filters.resource, than, time, data: now.data, ...facts }, t, format);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
