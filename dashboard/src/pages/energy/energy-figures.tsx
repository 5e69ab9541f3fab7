import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { changeInWords, compareName, rangeInWords, wholeShare } from './energy-words.ts';
import type { EnergyTime } from './use-energy.ts';

interface FiguresProps {
  readonly data: ConsumptionResponse;
  readonly before: ConsumptionResponse | undefined;
  readonly filters: EnergyFilters;
  readonly time: EnergyTime;
}

/** How much, for how much, and how much of it is known. */
export function EnergyFigures({ data, before, filters, time }: FiguresProps) {
  const t = useText(energyText);
  const format = useFormat();
  const than = compareName(filters, t);
  const compared =
    filters.compare === 'none'
      ? undefined
      : changeInWords(data, before, time.isRunning ? t.byThisTime(than) : than, t, format);
  const isWhole = data.completeness >= wholeShare;
  return (
    <dl className="energy-figures">
      <div className={`energy-figure energy-figure-${filters.resource}`}>
        <dt>
          {t.total} · {rangeInWords(time, t, format)}
        </dt>
        <dd className="energy-number">{format.quantity(data.total, data.unit)}</dd>
        <dd className="soft small">{compared}</dd>
      </div>
      <div className="energy-figure">
        <dt>{t.cost}</dt>
        <dd className="energy-number">{format.yuan(data.yuan)}</dd>
        <dd className="small">
          {data.yuan === null ? <span className="soft">{t.noTariff}</span> : null}
          {data.yuan !== null && data.yuanIsExample === true ? <Mark tone="plain">{t.examplePrice}</Mark> : null}
        </dd>
      </div>
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
