import { Link } from '@tanstack/react-router';
import { useText } from '../../i18n/use-text.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useMe } from '../../shell/use-me.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty } from '../../ui/page-state.tsx';
import { AnnouncedStep } from './announced-step.tsx';
import { DeviceStep } from './device-step.tsx';
import './onboarding.css';
import { onboardingText } from './onboarding.text.ts';
import { PickStep } from './pick-step.tsx';
import { SavedStep } from './saved-step.tsx';
import { StrangeList } from './strange-list.tsx';

/** Where in the wizard somebody stands; all of it in the address, so that "back" is a step back. */
interface Where {
  readonly topic: string | undefined;
  readonly profile: string | undefined;
  readonly address: string | undefined;
  readonly isDevice: boolean;
  readonly saved: string | undefined;
  readonly recovered: number;
}

const parseWhere = (query: URLSearchParams): Where => ({
  topic: query.get('topic') ?? undefined,
  profile: query.get('profile') ?? undefined,
  address: query.get('address') ?? undefined,
  isDevice: query.get('step') === 'device',
  saved: query.get('saved') ?? undefined,
  recovered: Number(query.get('recovered') ?? 0) || 0,
});

/** From a message that nobody claims to a device with a history. */
export function OnboardPage() {
  const t = useText(onboardingText);
  const { user } = useMe();
  if (user.role === 'admin') return <Wizard />;
  return (
    <>
      <PageHead title={t.title} sentence={t.notYours} />
      <Empty title={t.notYours}>
        <p>{t.notYoursHint}</p>
      </Empty>
    </>
  );
}

function Wizard() {
  const [where] = useFilters(parseWhere);
  const { topic, profile, address, isDevice, saved, recovered } = where;
  if (saved !== undefined) return <SavedStep device={saved} recovered={recovered} />;
  if (topic !== undefined && (isDevice || profile !== undefined))
    return (
      <>
        <BackLink search={profile === undefined ? { topic } : {}} />
        <DeviceStep key={topic} topic={topic} profile={profile} />
      </>
    );
  if (topic !== undefined)
    return (
      <>
        <BackLink search={{}} />
        <PickStep key={topic} topic={topic} />
      </>
    );
  if (profile !== undefined && address !== undefined)
    return (
      <>
        <BackLink search={{}} />
        <AnnouncedStep key={`${profile} ${address}`} profile={profile} address={address} />
      </>
    );
  return <StrangeList />;
}

function BackLink({ search }: { readonly search: { readonly topic?: string } }) {
  const t = useText(onboardingText);
  return (
    <Link to="/devices/onboard" search={search} className="onboard-back">
      <Icon name="back" size={16} />
      {search.topic === undefined ? t.back : t.backToFields}
    </Link>
  );
}
