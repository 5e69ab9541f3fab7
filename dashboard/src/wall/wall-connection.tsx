import { useEffect } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useConnection, useLive } from '../live/use-live.ts';
import { useConnectionSentence } from '../ui/use-connection-sentence.ts';
import { wallText } from './wall.text.ts';

const retryMs = 10_000;

/** A red bar over the whole width while nothing on the wall can be trusted to be the present. */
export function WallConnection({ token }: { readonly token: boolean }) {
  const t = useText(wallText);
  const { client } = useLive();
  const { refused } = useConnection();
  const sentence = useConnectionSentence();
  useEffect(() => {
    if (!refused) return;
    const timer = setInterval(client.retry, retryMs);
    return () => clearInterval(timer);
  }, [refused, client]);
  if (sentence === undefined) return null;
  return (
    <div className="wall-broken" role="alert">
      {sentence}
      {refused ? <span> {token ? t.tokenBad : <a href="/login?next=/wall">{t.signInNeeded}</a>}</span> : null}
    </div>
  );
}
