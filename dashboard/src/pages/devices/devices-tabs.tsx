import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { quarantineQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { readsAsOffice } from '../../lib/permissions.ts';
import { useMe } from '../../shell/use-me.ts';
import { devicesText } from './devices.text.ts';
import './devices-tabs.css';

/** Guards see devices only: the quarantine is the office's. */
export function DevicesTabs() {
  const t = useText(devicesText);
  const me = useMe();
  return readsAsOffice(me) ? (
    <nav className="device-tabs" aria-label={t.tabs}>
      <Link to="/devices" activeOptions={{ exact: true, includeSearch: false }}>
        {t.tabDevices}
      </Link>
      <Link to="/devices/quarantine">
        {t.tabQuarantine} <QuarantineCount />
      </Link>
      {me.user.role === 'admin' ? (
        <>
          <Link to="/devices/onboard" activeOptions={{ includeSearch: false }}>
            {t.tabOnboard}
          </Link>
          <Link to="/devices/import">{t.tabImport}</Link>
        </>
      ) : null}
    </nav>
  ) : null;
}

function QuarantineCount() {
  const { data } = useInfiniteQuery(quarantineQuery);
  const count = data?.pages[0]?.items.length ?? 0;
  if (count === 0) return null;
  return <span className="device-tabs-count">{`${count}${data?.pages[0]?.nextCursor === null ? '' : '+'}`}</span>;
}
