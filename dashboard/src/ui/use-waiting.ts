import { messageOf } from '../api/error-message.ts';
import { commonText } from '../i18n/common.text.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useLastDataAt } from '../live/use-live.ts';
import { useFormat } from './format-context.tsx';
import type { Fetched } from './page-state.tsx';

/**
 * The sentence of a page of which nothing is here yet: that it is coming, or why it cannot come and how old what is known of
 * the campus is. "Loading" is never said of what has failed.
 * @param of the questions the page waits for
 */
export function useWaiting(of: readonly Pick<Fetched<unknown>, 'data' | 'error'>[]): string {
  const t = useText(commonText);
  const language = useLanguage();
  const format = useFormat();
  const lastDataAt = useLastDataAt();
  const failed = of.find(({ data, error }) => data === undefined && error !== null);
  if (!failed) return t.loading;
  const why = messageOf(failed.error, language);
  return lastDataAt === null ? why : `${why}${t.knownUntil(format.clock(lastDataAt))}`;
}
