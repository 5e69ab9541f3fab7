import { useEffect } from 'react';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { useConnection, useLastDataAt, useLive } from '../live/use-live.ts';
import { useFormat } from '../ui/format-context.tsx';
import { useConnectionSentence } from '../ui/use-connection-sentence.ts';
import { wallText } from './wall.text.ts';

const retryMs = 10_000;

/** A red bar over the whole width while nothing on the wall can be trusted to be the present. */
export function WallConnection({ token }: { readonly token: boolean }) {
  const t = useText(wallText);
  const { client } = useLive();
  const { refused } = useConnection();
  const sentence = useConnectionSentence();
  const common = useText(commonText);
  const format = useFormat();
  const lastDataAt = useLastDataAt();
  useEffect(() => {
    if (!refused) return;
    const timer = setInterval(client.retry, retryMs);
    return () => clearInterval(timer);
  }, [refused, client]);
  if (sentence === undefined) return null;
  if (!refused)
    return (
      <div className="wall-broken" role="alert">
        {sentence}
      </div>
    );
  const asOf = t.asOf(lastDataAt === null ? common.noValue : format.clock(lastDataAt));
  return (
    <div className="wall-broken" role="alert">
      {token ? `${t.tokenEnded} ${t.tokenBadHint}` : <a href="/login?next=/wall">{t.sessionEnded}</a>} {asOf}
    </div>
  );
}
