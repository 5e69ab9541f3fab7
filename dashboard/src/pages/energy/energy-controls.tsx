import type { ReactNode } from 'react';
import { RESOURCES } from '#contract/enums.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { localDate, parseLocal } from '../../lib/site-time.ts';
import type { FilterChange } from '../../lib/use-filters.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import '../../ui/choice.css';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { movePeriod, periodAround, periods, type RegularPeriod, termAt } from './energy-range.ts';
import { compareName } from './energy-words.ts';
import { useTerms } from './use-energy.ts';

interface ControlsProps {
  readonly filters: EnergyFilters;
  readonly change: (change: FilterChange, push?: boolean) => void;
  /** Where one is: kept when the resource changes, also from a meter of the other one. */
  readonly place?: string | undefined;
}

export function ResourceChoice({ filters, change, place }: ControlsProps) {
  const t = useText(energyText);
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{t.resource}</legend>
      {RESOURCES.map((resource) => (
        <button
          key={resource}
          type="button"
          aria-pressed={resource === filters.resource}
          onClick={() => change({ resource, device: undefined, place }, true)}
        >
          <Icon name={resource === 'water' ? 'water' : 'energy'} size={16} />
          {t[resource]}
        </button>
      ))}
    </fieldset>
  );
}

/** Resource, range and comparison: one row that drives the whole page and stands in its address. */
export function EnergyControls(props: ControlsProps) {
  const { filters, change } = props;
  const t = useText(energyText);
  const compares = filters.period === 'day' ? (['week', 'period', 'none'] as const) : (['period', 'none'] as const);
  return (
    <div className="energy-controls">
      <ResourceChoice {...props} />
      <fieldset className="choice">
        <legend className="visually-hidden">{t.range}</legend>
        {periods.map((period) => (
          <button
            key={period}
            type="button"
            aria-pressed={period === filters.period}
            onClick={() => change({ range: period, compare: undefined, until: undefined, term: undefined }, true)}
          >
            {t[period]}
          </button>
        ))}
      </fieldset>
      <When {...props} />
      <label className="energy-compare">
        <span className="soft small">{t.compare}</span>
        <select
          className="input"
          value={filters.compare}
          onChange={(event) => change({ compare: event.target.value }, true)}
        >
          {compares.map((compare) => (
            <option key={compare} value={compare}>
              {compareName({ period: filters.period, compare }, t)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function When(props: ControlsProps): ReactNode {
  const { period } = props.filters;
  if (period === 'term') return <TermControl {...props} />;
  return period === 'own' ? <OwnControl {...props} /> : <DateControl {...props} period={period} />;
}

function TermControl({ filters, change }: ControlsProps) {
  const t = useText(energyText);
  const language = useLanguage();
  const { timeZone } = useFormat();
  const terms = useTerms();
  const now = useGatewayNow(60_000);
  if (terms === undefined) return null;
  if (terms.length === 0) return <span className="soft small">{t.noTerms}</span>;
  const chosen = termAt(timeZone, terms, filters.term, now);
  return (
    <div className="energy-term">
      <select
        className="input"
        aria-label={t.whichTerm}
        value={chosen?.id ?? ''}
        onChange={(event) => change({ term: event.target.value }, true)}
      >
        {terms.map(({ id, name }) => (
          <option key={id} value={id}>
            {name[language]}
          </option>
        ))}
      </select>
      {chosen === undefined ? null : (
        <span className="soft small">{t.fromTo(chosen.from.replaceAll('-', '/'), chosen.to.replaceAll('-', '/'))}</span>
      )}
    </div>
  );
}

function OwnControl({ filters, change }: ControlsProps) {
  const t = useText(energyText);
  const { timeZone } = useFormat();
  const today = localDate(timeZone, useGatewayNow(60_000));
  const first = filters.date ?? localDate(timeZone, (parseLocal(timeZone, today) ?? 0) - 6 * 86_400_000);
  const last = filters.until ?? (filters.date === undefined ? today : first);
  const field = (name: string, value: string, max: string, apply: (value: string) => FilterChange) => (
    <input
      className="input"
      type="date"
      aria-label={name}
      max={max}
      value={value}
      onChange={(event) => {
        if (event.target.value !== '') change(apply(event.target.value), true);
      }}
    />
  );
  return (
    <div className="energy-date">
      {field(t.firstDay, first, today, (date) => ({ date, until: last }))}
      {field(t.lastDay, last, today, (until) => ({ date: first, until }))}
    </div>
  );
}

function DateControl({ filters, change, period }: ControlsProps & { readonly period: RegularPeriod }) {
  const t = useText(energyText);
  const { timeZone } = useFormat();
  const now = useGatewayNow(60_000);
  const today = localDate(timeZone, now);
  const at = (filters.date === undefined ? undefined : parseLocal(timeZone, filters.date)) ?? now;
  const { from, to } = periodAround(timeZone, period, at);
  const go = (by: number): void => {
    const start = movePeriod(timeZone, period, from, by);
    const isNow = now >= start && now < periodAround(timeZone, period, start).to;
    change({ date: isNow ? undefined : localDate(timeZone, start) }, true);
  };
  return (
    <div className="energy-date">
      <button type="button" className="button" aria-label={t.earlier} title={t.earlier} onClick={() => go(-1)}>
        ‹
      </button>
      <input
        className="input"
        type="date"
        aria-label={t.date}
        max={today}
        value={localDate(timeZone, at)}
        onChange={(event) => {
          const { value } = event.target;
          if (value !== '') change({ date: value === today ? undefined : value }, true);
        }}
      />
      <button
        type="button"
        className="button"
        aria-label={t.later}
        title={t.later}
        disabled={to > now}
        onClick={() => go(1)}
      >
        ›
      </button>
      <button
        type="button"
        className="button"
        disabled={filters.date === undefined}
        onClick={() => change({ date: undefined }, true)}
      >
        {t.today}
      </button>
    </div>
  );
}
