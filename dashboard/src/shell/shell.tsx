import { Outlet } from '@tanstack/react-router';
import { useCallback } from 'react';
import { queryClient } from '../api/queries.ts';
import { useText } from '../i18n/use-text.ts';
import { LiveProvider } from '../live/live-context.tsx';
import { openLive } from '../live/open-live.ts';
import { useResync } from '../live/use-live.ts';
import { SiteZoneProvider } from '../ui/format-context.tsx';
import { AlertAnnouncer } from './alert-announcer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { Keyboard } from './keyboard.tsx';
import { Navigation } from './navigation.tsx';
import { shellText } from './shell.text.ts';
import { StorageBanner } from './storage-banner.tsx';
import './shell.css';
import { useMe } from './use-me.ts';

/** The frame around every page behind the login: navigation, header, the state of the connection, keys. */
export function Shell() {
  const me = useMe();
  return (
    <SiteZoneProvider zone={me.timeZone}>
      <LiveProvider open={() => openLive()}>
        <Frame />
      </LiveProvider>
    </SiteZoneProvider>
  );
}

function Frame() {
  const t = useText(shellText);
  useResync(
    useCallback(() => {
      queryClient.invalidateQueries().catch(() => undefined);
    }, []),
  );
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <Navigation />
      <div className="shell-body">
        <Header />
        <div className="banners">
          <ConnectionBanner />
          <StorageBanner />
        </div>
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <AlertAnnouncer />
      <Keyboard />
    </div>
  );
}
