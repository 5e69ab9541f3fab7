import type { Format } from '../../lib/format.ts';
import type { overviewText } from './overview.text.ts';

type Words = (typeof overviewText)['zh'];

/** Less than this is not worth a word. */
const sameShare = 0.005;

/** `more` or `less` in words, since a sign is misread: 比上周同日同时刻少 12 %. */
export function comparison(
  now: number | null | undefined,
  before: number | null | undefined,
  t: Words,
  format: Format,
): string {
  if (typeof now !== 'number' || typeof before !== 'number' || before <= 0) return t.noLastWeek;
  const change = now / before - 1;
  if (Math.abs(change) < sameShare) return t.same;
  const share = format.percent(Math.abs(change), Math.abs(change) < 0.1 ? 1 : 0);
  return change > 0 ? t.more(share) : t.less(share);
}
