import { useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { changeInWords, isComparable, partSchoolDayChange } from './energy-words.ts';
import { comparesSchoolDays, type EnergyTime, type Part } from './use-energy.ts';

interface PartChange {
  readonly part: Part;
  readonly filters: Pick<EnergyFilters, 'period' | 'compare'>;
  readonly time: EnergyTime;
  readonly than: string | undefined;
}

/** Says how a part compares: by school day wherever the page does. Undefined: nothing is compared, or it is not known yet. */
export function usePartChange(): (of: PartChange) => string | undefined {
  const t = useText(energyText);
  const format = useFormat();
  return ({ part, filters, time, than }) => {
    if (than === undefined) return undefined;
    if (comparesSchoolDays(filters, time)) return partSchoolDayChange(part.schoolDays, than, t, format);
    if (part.before !== undefined && !isComparable(part.before)) return t.notCompared;
    return changeInWords(part.now, part.before, time.isRunning ? t.byThisTime(than) : than, t, format);
  };
}
