import { useLanguage, useText } from '../i18n/use-text.ts';
import { useStorage } from '../live/use-live.ts';
import { Icon } from '../ui/icon.tsx';
import { LiveDuration } from '../ui/live-age.tsx';
import { shellText } from './shell.text.ts';

/** Stands above every page while the gateway cannot keep what it promises. */
export function StorageBanner() {
  const t = useText(shellText);
  const language = useLanguage();
  const troubles = useStorage();
  return troubles.map(({ reason, since, sentence }) => (
    <div key={reason} className="connection-banner storage-banner" role="alert">
      <Icon name="critical" />
      <span>
        {sentence[language]} {t.lasting} <LiveDuration at={since} />
      </span>
    </div>
  ));
}
