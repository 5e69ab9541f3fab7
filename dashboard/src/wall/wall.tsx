import { useEffect } from 'react';
import type { Api } from '../api/endpoints.ts';
import { setLanguage } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { LiveProvider } from '../live/live-context.tsx';
import { openLive } from '../live/open-live.ts';
import { SiteZoneProvider } from '../ui/format-context.tsx';
import type { Alarm } from './alarm.ts';
import { WallBoard } from './wall-board.tsx';
import './wall.css';
import './wall-tiles.css';
// Last: on a phone it overrides what stands above.
import './wall-phone.css';
import { wallText } from './wall.text.ts';
import { useEntry } from './wall-data.ts';

interface WallProps {
  readonly api: Api;
  readonly token: string | undefined;
  readonly alarm: Alarm;
}

/** The guards' wall: asks who it is, then shows the board. */
export function Wall({ api, token, alarm }: WallProps) {
  const t = useText(wallText);
  const language = useLanguage();
  const entry = useEntry(api);
  useEffect(() => {
    document.title = t.title;
    document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
  }, [t, language]);
  if (entry.state === 'asking')
    return (
      <main className="wall wall-door">
        <h1>{entry.hasFailed ? t.noGateway : `${t.connecting}…`}</h1>
      </main>
    );
  if (entry.state === 'refused')
    return (
      <main className="wall wall-door">
        <h1>{token === undefined ? t.signInNeeded : t.tokenBad}</h1>
        <p>{token === undefined ? t.signInHint : t.tokenBadHint}</p>
        {token === undefined ? (
          <a className="wall-button" href="/login?next=/wall">
            {t.signIn}
          </a>
        ) : null}
        <button type="button" className="wall-quiet" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {t.language}
        </button>
      </main>
    );
  return (
    <SiteZoneProvider zone={entry.me.timeZone}>
      <LiveProvider open={() => openLive(token)}>
        <WallBoard api={api} alarm={alarm} me={entry.me} placeNames={entry.placeNames} />
      </LiveProvider>
    </SiteZoneProvider>
  );
}
