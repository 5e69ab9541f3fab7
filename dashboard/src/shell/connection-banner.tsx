import { useEffect } from 'react';
import { useConnection } from '../live/use-live.ts';
import { Icon } from '../ui/icon.tsx';
import { useConnectionSentence } from '../ui/use-connection-sentence.ts';

/** Stands above the page while the connection is broken; one banner, however often it breaks. */
export function ConnectionBanner() {
  const sentence = useConnectionSentence();
  const { refused } = useConnection();
  useEffect(() => {
    // The session ended while the page stood open: the reload leads through the login and back here.
    if (refused) location.reload();
  }, [refused]);
  if (sentence === undefined) return null;
  return (
    <div className="connection-banner" role="status">
      <Icon name="offline" />
      {sentence}
    </div>
  );
}
