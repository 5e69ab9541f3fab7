import { Link } from '@tanstack/react-router';
import type { AnnouncedDevice } from '#contract/http/onboarding.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { useText } from '../../i18n/use-text.ts';
import { LiveAge } from '../../ui/live-age.tsx';
import { onboardingText } from './onboarding.text.ts';

/** Devices a bridge told of: nothing has to be said about their messages. */
export function AnnouncedList({ announced }: { readonly announced: readonly AnnouncedDevice[] }) {
  const t = useText(onboardingText);
  const kinds = useText(deviceKindText);
  if (announced.length === 0) return null;
  return (
    <section className="onboard-part" aria-labelledby="announced">
      <h2 id="announced">{t.announced}</h2>
      <p className="soft small">{t.announcedHint}</p>
      <ul>
        {announced.map(({ profile, address, name, kind, manufacturer, model, lastAt }) => (
          <li key={`${profile} ${address}`} className="announced" data-announced={address}>
            <span>
              <strong>{name}</strong>{' '}
              <span className="soft small">
                {[kinds[kind], manufacturer, model, profile].filter((word) => word !== null).join(' · ')} ·{' '}
                <LiveAge at={lastAt} />
              </span>
            </span>
            <Link to="/devices/onboard" search={{ profile, address }} className="button">
              {t.add}
              <span className="visually-hidden"> {name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
