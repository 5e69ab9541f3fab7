import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import '../../ui/table.css';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { searchOf } from './energy-tree.tsx';
import { changeInWords, isComparable, wholeShare } from './energy-words.ts';
import type { Part } from './use-energy.ts';

interface BreakdownProps {
  readonly parts: readonly Part[];
  /** What the place as a whole used. */
  readonly data: ConsumptionResponse;
  readonly filters: EnergyFilters;
  /** What is compared with; undefined: nothing is. */
  readonly than: string | undefined;
}

/** What the places and meters directly below used, and what none of them saw. */
export function Breakdown({ parts, data, filters, than }: BreakdownProps) {
  const t = useText(energyText);
  const rowOf = (part: Part) => (
    <PartRow
      key={part.id}
      part={part}
      filters={filters}
      of={data.total}
      data={part.now}
      before={part.before}
      than={than}
    />
  );
  const places = parts.filter(({ isMeter }) => !isMeter);
  const meters = parts.filter(({ isMeter }) => isMeter);
  return (
    <section className="energy-part" aria-labelledby="energy-breakdown">
      <h2 id="energy-breakdown">{t.breakdown}</h2>
      <div className="table-scroll">
        <table className="table energy-table">
          <Head than={than} />
          <tbody>
            {places.map(rowOf)}
            {places.length > 0 ? <Unmetered data={data} hasCompare={than !== undefined} /> : null}
            {places.length > 0 && meters.length > 0 ? (
              <tr>
                <th scope="rowgroup" colSpan={than === undefined ? 5 : 6} className="energy-group">
                  {t.ownMeters}
                </th>
              </tr>
            ) : null}
            {meters.map(rowOf)}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Head({ than }: { readonly than: string | undefined }) {
  const t = useText(energyText);
  return (
    <thead>
      <tr>
        <th scope="col" className="middle">
          {t.name}
        </th>
        <th scope="col" className="figure">
          {t.total}
        </th>
        <th scope="col" className="figure">
          {t.share}
        </th>
        {than === undefined ? null : (
          <th scope="col" className="middle">
            {t.change}
          </th>
        )}
        <th scope="col" className="figure">
          {t.cost}
        </th>
        <th scope="col" className="figure">
          {t.completeness}
        </th>
      </tr>
    </thead>
  );
}

interface PartRowProps {
  readonly part: Part;
  readonly filters: EnergyFilters;
  readonly of: number | null;
  readonly data: ConsumptionResponse | undefined;
  readonly before: ConsumptionResponse | undefined;
  readonly than: string | undefined;
}

function PartRow({ part, filters, of, data, before, than }: PartRowProps) {
  const t = useText(energyText);
  const format = useFormat();
  const language = useLanguage();
  const share = typeof data?.total === 'number' && of !== null && of > 0 ? data.total / of : null;
  return (
    <tr>
      <th scope="row">
        <Link to="/energy" search={searchOf(filters, part.ask)}>
          {pick(part.name, language)}
        </Link>
      </th>
      <td className="figure">{data ? format.quantity(data.total, data.unit) : '…'}</td>
      <td className="figure">
        <ShareBar share={share} resource={filters.resource} />
        {format.percent(share)}
      </td>
      {than === undefined ? null : (
        <td>
          {before && !isComparable(before) ? t.notCompared : (changeInWords(data, before, than, t, format) ?? '…')}
        </td>
      )}
      <td className="figure">{format.yuan(data?.yuan ?? null)}</td>
      <td className="figure">{data ? <Completeness share={data.completeness} /> : '…'}</td>
    </tr>
  );
}

function Completeness({ share }: { readonly share: number }): ReactNode {
  const format = useFormat();
  const shown = format.percent(share);
  return share >= wholeShare ? shown : <Mark tone="unknown">{shown}</Mark>;
}

function ShareBar({ share, resource }: { readonly share: number | null; readonly resource: string }) {
  return (
    <svg className={`share-bar share-bar-${resource}`} width="64" height="8" aria-hidden="true">
      <rect className="share-bar-ground" width="64" height="8" />
      <rect className="share-bar-part" width={64 * Math.max(0, Math.min(1, share ?? 0))} height="8" />
    </svg>
  );
}

function Unmetered({ data, hasCompare }: { readonly data: ConsumptionResponse; readonly hasCompare: boolean }) {
  const t = useText(energyText);
  const format = useFormat();
  const { unmetered, total, unit } = data;
  const isNegative = unmetered !== null && unmetered < -0.005 * Math.abs(total ?? 0);
  const why = unmetered === null ? t.unmeteredNone : isNegative ? t.unmeteredNegative : t.unmeteredWhy;
  return (
    <tr className="energy-unmetered">
      <th scope="row">
        {t.unmetered} {isNegative ? <Mark tone="attention">{why}</Mark> : <span className="soft small">{why}</span>}
      </th>
      <td className="figure">{format.quantity(unmetered, unit)}</td>
      <td className="figure">{format.percent(unmetered !== null && total ? unmetered / total : null)}</td>
      {hasCompare ? <td /> : null}
      <td />
      <td />
    </tr>
  );
}
