import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import '../../ui/table.css';
import type { Column, Figure } from './add-up.ts';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { searchOf } from './energy-tree.tsx';
import { wholeShare } from './energy-words.ts';
import { unmeteredWords } from './unmetered-words.ts';
import { useDeviceName } from './use-device-name.ts';
import type { EnergyTime, Part } from './use-energy.ts';
import { usePartChange } from './use-part-change.ts';

interface BreakdownProps {
  readonly parts: readonly Part[];
  /** What the place as a whole used. */
  readonly data: ConsumptionResponse;
  readonly column: Column;
  readonly filters: EnergyFilters;
  readonly time: EnergyTime;
  /** What is compared with; undefined: nothing is. */
  readonly than: string | undefined;
  /** What is compared, in a sentence. */
  readonly compared: string | undefined;
}

/** What the places and meters directly below used, and what none of them saw: together the total, to the last digit. */
export function Breakdown({ parts, data, column: shown, filters, time, than, compared }: BreakdownProps) {
  const t = useText(energyText);
  const below = parts.filter(({ isBelow }) => isBelow);
  const own = parts.filter(({ isBelow }) => !isBelow);
  const rowOf = (figures: readonly Figure[], shares: readonly Figure[]) => (part: Part, index: number) => (
    <PartRow
      key={part.id}
      {...{ part, filters, time, than }}
      used={{ amount: figures[index] ?? null, digits: shown.digits, percent: shares[index] ?? null }}
    />
  );
  return (
    <section className="energy-part" aria-labelledby="energy-breakdown">
      <h2 id="energy-breakdown">{t.breakdown}</h2>
      {compared === undefined ? null : <p className="soft small">{compared}</p>}
      <div className="table-scroll">
        <table className="table energy-table">
          <Head than={than} />
          <tbody>
            {below.map(rowOf(shown.below.parts, shown.belowShares.parts))}
            {below.length > 0 ? (
              <Unmetered {...{ data, time, shown }} hasMain={own.length > 0} hasCompare={than !== undefined} />
            ) : null}
            {below.length > 0 && own.length > 0 ? (
              <tr>
                <th scope="rowgroup" colSpan={than === undefined ? 5 : 6} className="energy-group">
                  {t.ownMeters}
                </th>
              </tr>
            ) : null}
            {own.map(rowOf(shown.own, shown.ownShares))}
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
  readonly time: EnergyTime;
  /** As the column shows it. */
  readonly used: { readonly amount: number | null; readonly digits: number; readonly percent: number | null };
  readonly than: string | undefined;
}

function PartRow({ part, filters, time, used, than }: PartRowProps) {
  const format = useFormat();
  const language = useLanguage();
  const change = usePartChange()({ part, filters, time, than });
  const data = part.now;
  return (
    <tr>
      <th scope="row">
        <Link to="/energy" search={searchOf(filters, part.ask)}>
          {pick(part.name, language)}
        </Link>
      </th>
      <td className="figure">{data ? format.quantity(used.amount, data.unit, used.digits) : '…'}</td>
      <td className="figure">
        <ShareBar share={used.percent === null ? null : used.percent / 100} resource={filters.resource} />
        <span className="share-figure">{format.percent(used.percent === null ? null : used.percent / 100)}</span>
      </td>
      {than === undefined ? null : <td>{change ?? '…'}</td>}
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

interface UnmeteredProps {
  readonly data: ConsumptionResponse;
  readonly time: EnergyTime;
  readonly shown: Column;
  readonly hasMain: boolean;
  readonly hasCompare: boolean;
}

function Unmetered({ data, time, shown, hasMain, hasCompare }: UnmeteredProps) {
  const t = useText(energyText);
  const format = useFormat();
  const nameOf = useDeviceName();
  const range = { from: time.known.from, isRunning: time.isRunning };
  const said = unmeteredWords({ data, hasMain, range, nameOf }, t, format);
  const { unmetered, unmatched } = shown.below;
  const isNegative = unmetered !== null && unmetered < -0.005 * Math.abs(data.total ?? 0);
  // Too little for the decimals of the column is still not nothing.
  const exactShare = unmatched !== null && data.total ? (100 * unmatched) / data.total : null;
  const row = (name: string, why: ReactNode, amount: Figure, percent: Figure) => (
    <tr className="energy-unmetered">
      <th scope="row">
        {name} {why}
      </th>
      <td className="figure">{format.quantity(amount, data.unit, shown.digits)}</td>
      <td className="figure">{format.percent(percent === null ? null : percent / 100)}</td>
      {hasCompare ? <td /> : null}
      <td />
      <td />
    </tr>
  );
  const soft = (text: string) => <span className="soft small">{text}</span>;
  const why = isNegative ? <Mark tone="attention">{t.unmeteredNegative}</Mark> : soft(said);
  return (
    <>
      {row(t.unmetered, why, unmetered, shown.belowShares.unmetered)}
      {unmatched === null
        ? null
        : row(t.unmatched, soft(t.unmatchedWhy), unmatched, shown.belowShares.unmatched ?? exactShare)}
    </>
  );
}
