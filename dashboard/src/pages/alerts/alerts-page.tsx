import { useQuery } from '@tanstack/react-query';
import { placesQuery } from '../../api/queries.ts';
import { commonText } from '../../i18n/common.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { isOverUnseen, needsSomeone } from '../../lib/incidents.ts';
import { type FilterChange, useFilters } from '../../lib/use-filters.ts';
import { useConnection, useIncidents } from '../../live/use-live.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Failure, Skeleton } from '../../ui/page-state.tsx';
import { useCampusHeadline } from '../../ui/use-campus-headline.ts';
import './alerts.css';
import { alertsText } from './alerts.text.ts';
import { IncidentRows } from './incident-rows.tsx';
import { type AlertFilters, type IncidentTab, isFiltered, parseAlertFilters, tabs } from './incident-tab.ts';
import { useIncidentList, useTabCount } from './use-incident-list.ts';

function useAlertsSentence(): string {
  const t = useText(alertsText);
  const common = useText(commonText);
  const incidents = useIncidents();
  const { state } = useConnection();
  const { lacks } = useCampusHeadline();
  if (state === 'connecting') return common.connecting;
  const waiting = incidents.filter(needsSomeone);
  const handled = incidents.filter((incident) => incident.state === 'firing').length - waiting.length;
  const over = incidents.filter(isOverUnseen).length;
  const parts = [
    waiting.length > 0
      ? t.sentenceMine(waiting.length, waiting.filter(({ severity }) => severity === 'critical').length)
      : '',
    waiting.length === 0 && handled > 0 ? t.sentenceHandled(handled) : '',
    over > 0 ? t.sentenceOver(over) : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(' ');
  if (state === 'broken') return t.sentenceNoneThen;
  return lacks === undefined ? t.sentenceNone : t.sentenceNoData;
}

const noFilters: FilterChange = { q: undefined, severity: undefined, place: undefined, from: undefined, to: undefined };

export function AlertsPage() {
  const t = useText(alertsText);
  const [filters, change] = useFilters(parseAlertFilters);
  const list = useIncidentList(filters);
  const empty = { mine: t.emptyMine, all: t.emptyAll, recovered: t.emptyRecovered, history: t.emptyHistory };
  return (
    <>
      <PageHead title={t.title} sentence={useAlertsSentence()} />
      <Tabs tab={filters.tab} onTab={(tab) => change({ tab }, true)} />
      <Filters filters={filters} change={change} />
      {list.error ? (
        <Failure
          error={list.error}
          onRetry={list.retry}
          {...(list.dataUpdatedAt > 0 ? { keptFrom: list.dataUpdatedAt } : {})}
        />
      ) : null}
      {list.isLoading ? <Skeleton height={320} /> : null}
      {!list.isLoading && list.error === null && list.incidents.length === 0 ? (
        <Empty title={isFiltered(filters) && list.total > 0 ? t.emptyFiltered : empty[filters.tab]}>
          {isFiltered(filters) ? (
            <button type="button" className="button" onClick={() => change(noFilters)}>
              {t.clearFilter}
            </button>
          ) : (
            <p>{t.emptyHint}</p>
          )}
        </Empty>
      ) : null}
      <IncidentRows incidents={list.incidents} />
      {list.more ? (
        <button type="button" className="button" disabled={list.isLoadingMore} onClick={list.more}>
          {list.isLoadingMore ? t.loadingMore : t.more}
        </button>
      ) : null}
    </>
  );
}

function Tabs({ tab, onTab }: { readonly tab: IncidentTab; readonly onTab: (tab: IncidentTab) => void }) {
  const t = useText(alertsText);
  const counts = { mine: useTabCount('mine'), all: useTabCount('all'), recovered: useTabCount('recovered') };
  const words = { mine: t.tabMine, all: t.tabAll, recovered: t.tabRecovered, history: t.tabHistory };
  return (
    <nav className="tabs" aria-label={t.tabs}>
      {tabs.map((name) => (
        <button key={name} type="button" aria-current={name === tab ? 'page' : undefined} onClick={() => onTab(name)}>
          {words[name]}
          {name === 'history' || counts[name] === 0 ? null : <span className="tabs-count">{counts[name]}</span>}
        </button>
      ))}
    </nav>
  );
}

function PlaceAndDays({ filters, change }: FiltersProps) {
  const t = useText(alertsText);
  const language = useLanguage();
  const { data: places = [] } = useQuery(placesQuery);
  return (
    <>
      <select
        className="input"
        aria-label={t.place}
        value={filters.place ?? ''}
        onChange={(event) => change({ place: event.target.value || undefined })}
      >
        <option value="">{t.anyPlace}</option>
        {places.map(({ id, name }) => (
          <option key={id} value={id}>
            {pick(name, language)}
          </option>
        ))}
      </select>
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className="alert-day">
          <span className="soft small">{end === 'from' ? t.dayFrom : t.dayTo}</span>
          <input
            className="input"
            type="date"
            value={filters[end] ?? ''}
            {...(end === 'to' && filters.from !== undefined ? { min: filters.from } : {})}
            onChange={(event) => change({ [end]: event.target.value || undefined })}
          />
        </label>
      ))}
    </>
  );
}

interface FiltersProps {
  readonly filters: AlertFilters;
  readonly change: (change: FilterChange) => void;
}

function Filters({ filters, change }: FiltersProps) {
  const t = useText(alertsText);
  const common = useText(commonText);
  const words = { critical: common.severityCritical, warning: common.severityWarning, info: common.severityInfo };
  return (
    <div className="alert-filters">
      <input
        className="input"
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={filters.text}
        onChange={(event) => change({ q: event.target.value || undefined })}
      />
      <select
        className="input"
        aria-label={t.severity}
        value={filters.severity ?? ''}
        onChange={(event) => change({ severity: event.target.value || undefined })}
      >
        <option value="">{t.anySeverity}</option>
        {(['critical', 'warning', 'info'] as const).map((severity) => (
          <option key={severity} value={severity}>
            {words[severity]}
          </option>
        ))}
      </select>
      <PlaceAndDays filters={filters} change={change} />
      <span className="soft small alert-keys">{t.listHelp}</span>
    </div>
  );
}
