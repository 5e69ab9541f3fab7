import { useEffect } from 'react';
import { meQuery, queryClient } from '../api/queries.ts';
import { useConnection, useLive } from '../live/use-live.ts';
import { Icon } from '../ui/icon.tsx';
import { useConnectionSentence } from '../ui/use-connection-sentence.ts';

/** Stands above the page while the connection is broken; one banner, however often it breaks. */
export function ConnectionBanner() {
  const sentence = useConnectionSentence();
  const { client } = useLive();
  const { refused } = useConnection();
  useEffect(() => {
    if (!refused) return;
    // When the session has ended, this question leads to the login; when not, the line is worth another try.
    const timer = setInterval(() => {
      queryClient.fetchQuery({ ...meQuery, staleTime: 0 }).then(client.retry, () => undefined);
    }, 3_000);
    return () => clearInterval(timer);
  }, [refused, client]);
  if (sentence === undefined) return null;
  return (
    <div className="connection-banner" role="status">
      <Icon name="offline" />
      {sentence}
    </div>
  );
}
