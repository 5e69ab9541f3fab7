import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { StrangeTopic } from '#contract/http/onboarding.ts';
import { announcedQuery, strangeTopicsQuery } from '../../api/onboarding-queries.ts';
import { profilesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useConnection, useGatewayNow } from '../../live/use-live.ts';
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

/** What arrives without belonging to anybody, as it arrives. */
export function StrangeList() {
  const t = useText(onboardingText);
  const language = useLanguage();
  const asked = useQuery(strangeTopicsQuery);
  const announced = useQuery(announcedQuery).data ?? [];
  const waiting = useWaiting([asked]);
  const broken = useConnectionSentence();
  const isBroken = useConnection().state === 'broken';
  const count = asked.data?.length;
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
        <PageState of={asked} height={240} isEmpty={(topics) => topics.length === 0} empty={<HowToSend />}>
          {(topics) => (
            <section className="onboard-part" aria-labelledby="strange-topics">
              <h2 id="strange-topics">{t.strange}</h2>
              <p className="soft small">{t.strangeHint}</p>
              <ol>
                {[...topics]
                  .sort((a, b) => b.lastAt - a.lastAt || (a.topic < b.topic ? -1 : 1))
                  .map((topic) => (
                    <StrangeRow key={`${topic.topic} ${topic.reason}`} strange={topic} />
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

function StrangeRow({ strange }: { readonly strange: StrangeTopic }) {
  const t = useText(onboardingText);
  const reasons = useText(quarantineReasonText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const profiles = useQuery(profilesQuery).data ?? [];
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
      <pre>{shown.length > previewChars ? `${shown.slice(0, previewChars)}…` : shown}</pre>
      <p className="soft small">
        {t.count(format.number(strange.count))} · {t.last} <LiveAge at={strange.lastAt} /> ·{' '}
        {t.since(format.moment(strange.firstAt, now))} · {t.kept(strange.kept)}
      </p>
    </li>
  );
}
