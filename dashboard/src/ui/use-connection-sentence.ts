import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { useConnection, useLastDataAt } from '../live/use-live.ts';
import { useFormat } from './format-context.tsx';

/** What to say about a broken connection: until when the data reach and what is being done; undefined while it is live. */
export function useConnectionSentence(): string | undefined {
  const t = useText(commonText);
  const format = useFormat();
  const { state, cause, attempt } = useConnection();
  const lastDataAt = useLastDataAt();
  if (state !== 'broken') return undefined;
  const until = lastDataAt === null ? t.noValue : format.clock(lastDataAt);
  return cause === 'silent' ? t.connectionSilent(until) : t.connectionBroken(until, attempt);
}
