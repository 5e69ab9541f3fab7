import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { unreadDevicesQuery } from '../../api/onboarding-queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices } from '../../live/use-live.ts';
import { LiveAge } from '../../ui/live-age.tsx';
import { unreadText } from '../devices/unread.text.ts';

/** Devices that are registered, and say more than is recorded. */
export function UnreadDevices() {
  const t = useText(unreadText);
  const language = useLanguage();
  const { data: unread = [] } = useQuery(unreadDevicesQuery);
  const names = new Map(useDevices().map(({ id, name }) => [id, pick(name, language)]));
  if (unread.length === 0) return null;
  return (
    <section className="onboard-part" aria-labelledby="unread-devices">
      <h2 id="unread-devices">{t.devices}</h2>
      <p className="soft small">{t.devicesHint}</p>
      <ul>
        {unread.map(({ device, members, lastAt }) => (
          <li key={device} className="announced" data-unread={device}>
            <span>
              <strong>{names.get(device) ?? device}</strong>{' '}
              <span className="soft small">
                {t.count(members)} · <LiveAge at={lastAt} />
              </span>
            </span>
            <Link to="/devices/$deviceId" params={{ deviceId: device }} search={{ pick: 'unread' }} className="button">
              {t.choose}
              <span className="visually-hidden"> {names.get(device) ?? device}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
