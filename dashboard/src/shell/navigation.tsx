import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { Icon } from '../ui/icon.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import { type Destination, destinations, officePages, phoneBar } from './destinations.ts';
import { LanguageSwitch, ThemeSwitch, UserActions } from './header.tsx';
import { shellText } from './shell.text.ts';
import { useMe } from './use-me.ts';

export function Navigation() {
  const t = useText(shellText);
  const me = useMe();
  const isNarrow = useNarrow();
  if (isNarrow) return <PhoneNavigation />;
  return (
    <nav className="nav" aria-label={t.navigation}>
      <ul>
        {destinations.map((one) => (
          <li key={one.to}>
            <PageLink to={one} />
          </li>
        ))}
        {officePages(me).map((one, index) => (
          <li key={one.to} className={index === 0 ? 'nav-admin' : ''}>
            <PageLink to={one} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function PageLink({ to: { to, name }, onGo }: { readonly to: Destination; readonly onGo?: () => void }) {
  const t = useText(shellText);
  return (
    <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} onClick={onGo}>
      <Icon name={name} />
      <span>{t[name]}</span>
    </Link>
  );
}

/** Four pages under the thumb; everything else in a sheet that comes up behind 更多. */
function PhoneNavigation() {
  const t = useText(shellText);
  const common = useText(commonText);
  const me = useMe();
  const sheet = useRef<HTMLDialogElement>(null);
  const { bar, more } = phoneBar(me);
  return (
    <nav className="nav" aria-label={t.navigation}>
      <ul>
        {bar.map((one) => (
          <li key={one.to}>
            <PageLink to={one} />
          </li>
        ))}
        <li>
          <button type="button" className="nav-more" aria-haspopup="dialog" onClick={() => sheet.current?.showModal()}>
            <Icon name="more" />
            <span>{t.more}</span>
          </button>
        </li>
      </ul>
      <dialog className="sheet" ref={sheet} aria-label={t.more}>
        <ul>
          {more.map((one) => (
            <li key={one.to}>
              <PageLink to={one} onGo={() => sheet.current?.close()} />
            </li>
          ))}
        </ul>
        <p className="soft small">
          {t.user}: {me.user.name}
        </p>
        <div className="sheet-controls">
          <LanguageSwitch />
          <ThemeSwitch />
          <UserActions />
          <form method="dialog">
            <button type="submit" className="button">
              {common.close}
            </button>
          </form>
        </div>
      </dialog>
    </nav>
  );
}
