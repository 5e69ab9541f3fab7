import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { announcedQuery, strangeTopicsQuery } from '../../api/onboarding-queries.ts';
import { profilesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useConnection, useGatewayNow } from '../../live/use-live.ts';
import { CodeText } from '../../ui/code-text.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import { useConnectionSentence } from '../../ui/use-connection-sentence.ts';
import { useWaiting } from '../../ui/use-waiting.ts';
import { DevicesTabs } from '../devices/devices-tabs.tsx';
import { quarantineReasonText } from '../devices/quarantine.text.ts';
import { RefusalSection } from '../devices/refusal-list.tsx';
import { AnnouncedList } from './announced-list.tsx';
import { LoginMaker } from './login-maker.tsx';
import { onboardingText } from './onboarding.text.ts';
import { type StrangeGroup, strangeGroups } from './strange-groups.ts';
import { UnreadDevices } from './unread-devices.tsx';

/** What arrives without belonging to anybody, as it arrives. */
export function StrangeList() {
  const t = useText(onboardingText);
  const language = useLanguage();
  const asked = useQuery(strangeTopicsQuery);
  const announced = useQuery(announcedQuery).data ?? [];
  const waiting = useWaiting([asked]);
  const broken = useConnectionSentence();
  const isBroken = useConnection().state === 'broken';
  // A device that speaks on three topics is one of them.
  const count = asked.data && strangeGroups(asked.data).length;
  const said = [
    count === undefined ? waiting : count === 0 ? '' : t.some(count),
    announced.length === 0 ? '' : t.someAnnounced(announced.length),
  ].filter((part) => part !== '');
  return (
    <>
      <PageHead
        title={t.title}
        sentence={broken ?? (said.length === 0 ? t.listening : said.join(language === 'zh' ? '' : ' '))}
      />
      <DevicesTabs />
      <div className={isBroken ? 'device-stale' : ''} data-outdated={isBroken}>
        <AnnouncedList announced={announced} />
        <UnreadDevices />
        <PageState of={asked} height={240} isEmpty={(topics) => topics.length === 0} empty={<HowToSend />}>
          {(topics) => (
            <section className="onboard-part" aria-labelledby="strange-topics">
              <h2 id="strange-topics">{t.strange}</h2>
              <p className="soft small">{t.strangeHint}</p>
              <ol>
                {strangeGroups(topics).map((group) => (
                  <StrangeRow key={`${group.main.topic} ${group.main.reason}`} group={group} />
                ))}
              </ol>
            </section>
          )}
        </PageState>
      </div>
      <RefusalSection />
      <LoginMaker />
      <p className="onboard-import">
        <Link to="/devices/import">{t.imports}</Link>
      </p>
    </>
  );
}

function HowToSend() {
  const t = useText(onboardingText);
  return (
    <Empty title={t.emptyTitle}>
      <ul className="onboard-how">
        <li>{t.emptyCredential}</li>
        <li>{t.emptyRefused}</li>
        <li>{t.emptyHere}</li>
      </ul>
    </Empty>
  );
}

const previewChars = 240;

function StrangeRow({ group }: { readonly group: StrangeGroup }) {
  const t = useText(onboardingText);
  const reasons = useText(quarantineReasonText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const profiles = useQuery(profilesQuery).data ?? [];
  const { main: strange, others } = group;
  const { topic, reason, profile, address, latest } = strange;
  const isUnderstood = reason === 'unknown-device' && profile !== null;
  const known = profiles.find(({ id }) => id === profile)?.name;
  const name = known ? pick(known, language) : (profile ?? '');
  const why = isUnderstood ? t.understood(name) : profile === null ? t.nobody : t.misread(name);
  const shown = latest.text ?? latest.hex ?? '';
  return (
    <li className="strange" data-topic={topic}>
      <div className="strange-head">
        <code className="strange-topic">{topic}</code>
        <Link
          to="/devices/onboard"
          search={isUnderstood ? { topic, profile } : { topic }}
          className={isUnderstood || profile === null ? 'button button-main' : 'button'}
        >
          {t.choose}
          <span className="visually-hidden"> {topic}</span>
        </Link>
      </div>
      <p className="strange-why">
        <Mark tone={isUnderstood ? 'plain' : 'attention'}>{reasons[reason]}</Mark> {why}
        {address === null ? null : (
          <>
            {' '}
            · <code>{address}</code>
          </>
        )}
      </p>
      <CodeText text={shown.length > previewChars ? `${shown.slice(0, previewChars)}…` : shown} />
      {others.length === 0 ? null : (
        <p className="soft small" data-others={others.length}>
          {t.alsoOn(others.length)}{' '}
          {others
            .slice(0, 4)
            .map((other) => other.topic)
            .join(language === 'zh' ? '、' : ', ')}
          {others.length > 4 ? ' …' : ''}
        </p>
      )}
      <p className="soft small">
        {t.count(format.number(strange.count))} · {t.last} <LiveAge at={strange.lastAt} /> ·{' '}
        {t.since(format.moment(strange.firstAt, now))} · {t.kept(strange.kept)}
      </p>
    </li>
  );
}
