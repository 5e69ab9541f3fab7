import { useState } from 'react';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { chartsText } from '../../charts/charts.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { costText } from '../../lib/cost.text.ts';
import { missingCost } from '../../lib/cost-words.ts';
import { csvOf } from '../../lib/csv-text.ts';
import { download } from '../../lib/download.ts';
import { localDate } from '../../lib/site-time.ts';
import { workbookOf } from '../../lib/workbook-of.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { energyText } from './energy.text.ts';
import { type ExportFacts, exportParts, exportRows, exportSummary } from './energy-export.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { rangeInWords } from './energy-words.ts';
import type { EnergyTime, Part, Subject } from './use-energy.ts';
import { usePartChange } from './use-part-change.ts';

interface ExportProps {
  readonly subject: Subject;
  readonly filters: EnergyFilters;
  /** What is compared with; undefined: nothing is. */
  readonly than: string | undefined;
  readonly data: ConsumptionResponse;
  readonly parts: readonly Part[];
  readonly time: EnergyTime;
}

/** What the page shows as a file, with units and how much of it is known. */
export function ExportButtons({ subject, filters, than, data, parts, time }: ExportProps) {
  const t = useText(energyText);
  const quality = useText(chartsText);
  const cost = useText(costText);
  const language = useLanguage();
  const format = useFormat();
  const changeOf = usePartChange();
  const [isBusy, setIsBusy] = useState(false);
  const named = subject.device ?? subject.node?.place;
  const place = named ? pick(named.name, language) : '';
  const sizes = subject.device || !subject.node ? { areaM2: null, heads: null } : subject.node.place;
  const facts: ExportFacts = {
    place,
    rangeWords: rangeInWords(time, t, format),
    use: data.resource === 'water' ? t.waterUse : t.electricityUse,
    data,
    parts: parts.map((part) => ({
      ...{ name: pick(part.name, language), data: part.now, isBelow: part.isBelow },
      change: changeOf({ part, filters, time, than: time.compared === undefined ? undefined : than }),
    })),
    time,
    sizes: { areaM2: sizes.areaM2, heads: sizes.heads },
    noCost: missingCost(data, cost),
  };
  const last = localDate(format.timeZone, Math.max(time.period.from, time.known.to - 1));
  const file = `${place} ${facts.use} ${localDate(format.timeZone, time.period.from)} ${last}`.replaceAll('/', '-');
  const rows = () => exportRows(facts, quality, t, format);
  const excel = async (): Promise<void> => {
    setIsBusy(true);
    try {
      const sheets = [
        { name: t.exportSummary, rows: exportSummary(facts, t) },
        ...(parts.length > 0 ? [{ name: t.breakdown, rows: exportParts(facts, t) }] : []),
        { name: t.exportSheet, rows: rows() },
      ];
      download(await workbookOf(sheets), `${file}.xlsx`);
    } finally {
      setIsBusy(false);
    }
  };
  const csv = (): void => download(new Blob([csvOf(rows())], { type: 'text/csv;charset=utf-8' }), `${file}.csv`);
  return (
    <>
      <button type="button" className="button" onClick={csv}>
        {t.exportCsv}
      </button>
      <button type="button" className="button" disabled={isBusy} onClick={() => void excel()}>
        {t.exportExcel}
      </button>
    </>
  );
}
