import type { Place } from '#contract/http/campus.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { useText } from '../../i18n/use-text.ts';
import { costText } from '../../lib/cost.text.ts';
import { missingCost } from '../../lib/cost-words.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { rangeInWords, wholeShare } from './energy-words.ts';
import type { EnergyTime } from './use-energy.ts';

interface FiguresProps {
  readonly data: ConsumptionResponse;
  /** Decimals of the total, where it is a sum that the page shows. */
  readonly digits: number | undefined;
  readonly filters: EnergyFilters;
  readonly time: EnergyTime;
  /** What is compared in words; undefined: nothing is. */
  readonly compared: string | undefined;
  /** The place that is looked at; undefined: a single meter. */
  readonly place: Place | undefined;
}

/** How much, for how much, and how much of it is known. */
export function EnergyFigures({ data, digits, filters, time, compared, place }: FiguresProps) {
  const t = useText(energyText);
  const cost = useText(costText);
  const format = useFormat();
  const noCost = missingCost(data, cost);
  const isWhole = data.completeness >= wholeShare;
  return (
    <dl className="energy-figures">
      <div className={`energy-figure energy-figure-${filters.resource}`}>
        <dt>
          {t.total} · {rangeInWords(time, t, format)}
        </dt>
        <dd className="energy-number">{format.quantity(data.total, data.unit, digits)}</dd>
        <dd className="soft small">{compared}</dd>
      </div>
      <div className="energy-figure">
        <dt>{t.costOf(filters.resource)}</dt>
        <dd className="energy-number">{format.yuan(data.yuan)}</dd>
        <dd className="small">
          {noCost === undefined ? null : <span className="soft">{noCost}</span>}
          {data.yuan !== null && data.yuanIsExample === true ? <Mark tone="plain">{t.examplePrice}</Mark> : null}
        </dd>
      </div>
      {place === undefined ? null : <PerSize data={data} place={place} />}
      <div className="energy-figure">
        <dt>{t.completeness}</dt>
        <dd className="energy-number">{format.percent(data.completeness)}</dd>
        <dd className="small">
          {isWhole ? <span className="soft">{t.whole}</span> : <Mark tone="unknown">{t.gappy}</Mark>}
        </dd>
      </div>
    </dl>
  );
}

/** Use by the area and the heads of the place, as they stand in campus.yaml; never guessed. */
function PerSize({ data, place }: { readonly data: ConsumptionResponse; readonly place: Place }) {
  const t = useText(energyText);
  const format = useFormat();
  const { areaM2, heads } = place;
  const each = (size: number | null): string =>
    format.quantity(data.total === null || size === null || size <= 0 ? null : data.total / size, data.unit);
  return (
    <div className="energy-figure energy-sizes">
      <dt>
        {t.perM2} · {t.perHead}
      </dt>
      {areaM2 === null && heads === null ? (
        <dd className="soft small" title={t.noAreaHint}>
          {t.noArea}
        </dd>
      ) : (
        <dd className="energy-number">
          {each(areaM2)} <span className="soft">·</span> {each(heads)}
        </dd>
      )}
      {areaM2 === null && heads === null ? null : (
        <dd className="soft small">
          {format.quantity(areaM2, 'm²')} · {heads === null ? '—' : t.headCount(format.number(heads, 0))}
        </dd>
      )}
    </div>
  );
}
