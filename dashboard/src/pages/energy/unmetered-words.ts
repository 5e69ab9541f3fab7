import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { Format } from '../../lib/format.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { energyText } from './energy.text.ts';

type Words = (typeof energyText)['zh'];
type Gap = NonNullable<ConsumptionResponse['unmatched']>['meters'][number];

const hour = 3_600_000;
/** As many as a row has room for. */
const mostNamed = 3;

interface UnmeteredFacts {
  readonly data: Pick<ConsumptionResponse, 'unmetered' | 'unmatched'>;
  readonly hasMain: boolean;
  readonly range: { readonly from: number; readonly isRunning: boolean };
  readonly nameOf: (device: string) => string;
}

/** Since when and over what the difference of main and sub-meters is told, or why not, with the meters that lack data. */
export function unmeteredWords({ data, hasMain, range, nameOf }: UnmeteredFacts, t: Words, format: Format): string {
  const meters = data.unmatched?.meters ?? [];
  const isLate = ({ since }: Gap): boolean => since !== null && since >= range.from + hour;
  const moment = (at: number): string => `${format.day(at)} ${format.hourMinute(at)}`;
  const sayGap = (names: string, gap: Gap): string => {
    if (gap.since === null) return t.gapAll(names);
    if (isLate(gap)) return t.gapBefore(names, moment(gap.since));
    return gap.hours === 1 && range.isRunning ? t.gapNotYet(names) : t.gapHours(names, gap.hours);
  };
  // What several meters lack alike is said once.
  const groups = [...groupBy(meters, (gap) => sayGap('', gap)).values()];
  const said = groups.slice(0, mostNamed).map((gaps) => {
    const [first] = gaps;
    if (first === undefined) return '';
    const name = nameOf(first.device);
    return sayGap(gaps.length === 1 ? name : t.meterGroup(name, gaps.length), first);
  });
  const unsaid = groups.slice(mostNamed).flat().length;
  const gaps = [...said, ...(unsaid > 0 ? [t.gapMore(unsaid)] : [])].join(t.comma);
  if (data.unmetered === null) {
    if (meters.length > 0) return t.unmeteredNone(gaps);
    return hasMain ? t.unmeteredNoData : t.unmeteredNoMain;
  }
  const late = meters.filter(isLate);
  const since = Math.max(...late.map((gap) => Math.ceil((gap.since ?? 0) / hour) * hour));
  if (late.length > 0) return t.unmeteredSince(moment(since), gaps);
  return meters.length > 0 ? t.unmeteredGaps(gaps) : t.unmeteredWhy;
}
