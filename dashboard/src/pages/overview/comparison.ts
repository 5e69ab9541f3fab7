import type { Format } from '../../lib/format.ts';
import type { overviewText } from './overview.text.ts';

type Words = (typeof overviewText)['zh'];

/** Less than this is not worth a word. */
const sameShare = 0.005;

/**
 * `now` against `before` in words, since a sign is misread: 比上周同日同时刻少 12 %. Undefined when there is nothing to compare.
 * @param than what is compared with, in the words of `t`
 */
export function comparison(
  now: number | null | undefined,
  before: number | null | undefined,
  than: string,
  t: Words,
  format: Format,
): string | undefined {
  if (typeof now !== 'number' || typeof before !== 'number' || before <= 0) return undefined;
  const change = now / before - 1;
  if (Math.abs(change) < sameShare) return t.same(than);
  const share = format.percent(Math.abs(change), Math.abs(change) < 0.1 ? 1 : 0);
  return change > 0 ? t.more(share, than) : t.less(share, than);
}
