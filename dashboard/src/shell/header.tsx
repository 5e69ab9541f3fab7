import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { commonText } from '../i18n/common.text.ts';
import { setLanguage } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { isUnseen } from '../lib/incidents.ts';
import { useConnection, useGatewayNow, useIncidents, useLastDataAt, useSite, useStorage } from '../live/use-live.ts';
import { setTheme, useThemeChoice } from '../theme/theme.ts';
import { useFormat } from '../ui/format-context.tsx';
import { Icon } from '../ui/icon.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import { shellText } from './shell.text.ts';
import { useMe } from './use-me.ts';

export function Header() {
  const t = useText(shellText);
  const { site, demo } = useSite(useMe());
  // On a phone the rest stands behind 更多: navigation.tsx.
  const isNarrow = useNarrow();
  return (
    <header className="header">
      <strong className="header-site">{site}</strong>
      {demo ? (
        <span className="header-demo" title={t.demoHint}>
          {t.demo}
        </span>
      ) : null}
      <Freshness />
      <UnackedBadge />
      {isNarrow ? null : (
        <>
          <span className="header-space" />
          <LanguageSwitch />
          <ThemeSwitch />
          <UserMenu />
        </>
      )}
    </header>
  );
}

/** Age of the newest thing the campus said, counting on while nothing comes. */
function Freshness() {
  const t = useText(commonText);
  const label = useText(shellText);
  const format = useFormat();
  const { state } = useConnection();
  const isTroubled = useStorage().length > 0;
  const at = useLastDataAt();
  const now = useGatewayNow();
  const words = at === null ? t.noDataYet : t.dataAge(format.age(Math.max(0, now - at)));
  return (
    <span className={`freshness freshness-${state}${isTroubled ? ' freshness-troubled' : ''}`} title={label.freshness}>
      <span className="freshness-dot" aria-hidden="true" />
      {state === 'connecting' ? t.connecting : words}
    </span>
  );
}

function UnackedBadge() {
  const t = useText(shellText);
  const count = useIncidents().filter(isUnseen).length;
  return (
    <Link to="/alerts" className={count > 0 ? 'badge badge-some' : 'badge'}>
      <Icon name="alerts" size={16} />
      <span className="badge-words">{t.unacked(count)}</span>
      <span className="badge-count" aria-hidden="true">
        {count}
      </span>
    </Link>
  );
}

export function LanguageSwitch() {
  const t = useText(shellText);
  const language = useLanguage();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      className="button button-quiet"
      lang={other === 'en' ? 'en' : 'zh-CN'}
      onClick={() => setLanguage(other)}
    >
      <Icon name="language" size={16} />
      {t.otherLanguage}
    </button>
  );
}

export function ThemeSwitch() {
  const t = useText(shellText);
  const choice = useThemeChoice();
  const next = { system: 'light', light: 'dark', dark: 'system' } as const;
  const word = { system: t.themeSystem, light: t.themeLight, dark: t.themeDark }[choice];
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-label={`${t.theme}: ${word}`}
      onClick={() => setTheme(next[choice])}
    >
      <Icon name="theme" size={16} />
      <span>{word}</span>
    </button>
  );
}

function UserMenu() {
  const t = useText(shellText);
  const { user } = useMe();
  return (
    <details className="menu">
      <summary className="button button-quiet" aria-label={`${t.user} ${user.name}`}>
        <Icon name="user" size={16} />
        <span>{user.name}</span>
      </summary>
      <div className="menu-list">
        <UserActions />
      </div>
    </details>
  );
}

/** The wall, and the way out. */
export function UserActions() {
  const t = useText(shellText);
  const client = useQueryClient();
  const signOut = async (): Promise<void> => {
    await api.signOut().catch(() => undefined);
    client.clear();
    // A full load, so that nothing of this user stays in memory for the next one at the same desk.
    location.assign('/login');
  };
  return (
    <>
      <a className="button button-quiet" href="/wall">
        {t.openWall}
      </a>
      <button type="button" className="button button-quiet" onClick={() => void signOut()}>
        {t.signOut}
      </button>
    </>
  );
}
