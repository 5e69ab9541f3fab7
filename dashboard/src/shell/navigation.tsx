import { Link } from '@tanstack/react-router';
import { useText } from '../i18n/use-text.ts';
import { readsAsOffice } from '../lib/permissions.ts';
import { Icon } from '../ui/icon.tsx';
import { shellText } from './shell.text.ts';
import { useMe } from './use-me.ts';

/** Every page of the navigation with the key that follows `g`. */
export const destinations = [
  { to: '/', name: 'overview', key: 'o' },
  { to: '/energy', name: 'energy', key: 'e' },
  { to: '/doors', name: 'doors', key: 'd' },
  { to: '/cameras', name: 'cameras', key: 'c' },
  { to: '/alerts', name: 'alerts', key: 'a' },
  { to: '/devices', name: 'devices', key: 'v' },
] as const;

export function Navigation() {
  const t = useText(shellText);
  const me = useMe();
  return (
    <nav className="nav" aria-label={t.navigation}>
      <ul>
        {destinations.map(({ to, name }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
              <Icon name={name} />
              <span>{t[name]}</span>
            </Link>
          </li>
        ))}
        {readsAsOffice(me) ? (
          <li className="nav-admin">
            <Link to="/rules">
              <Icon name="rules" />
              <span>{t.rules}</span>
            </Link>
          </li>
        ) : null}
        {me.user.role === 'admin' ? (
          <li>
            <Link to="/users">
              <Icon name="users" />
              <span>{t.users}</span>
            </Link>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}
