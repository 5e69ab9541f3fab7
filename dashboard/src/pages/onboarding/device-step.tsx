import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceKind } from '#contract/enums.ts';
import type { KeptPayload, MessageFields, ProfilePreview } from '#contract/http/onboarding.ts';
import { onboardingApi } from '../../api/api.ts';
import type { PreviewAsk } from '../../api/onboarding-endpoints.ts';
import { fieldsQuery, keptFramesQuery, previewQuery, strangeTopicsQuery } from '../../api/onboarding-queries.ts';
import { profilesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useAllDevices } from '../../live/use-live.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import { DeviceForm } from './device-form.tsx';
import {
  addressOf,
  deviceEntryOf,
  type FilledDevice,
  keepDraft,
  levelOf,
  type OnboardDraft,
  profileDraftOf,
  proposedId,
  proposedInterval,
} from './onboard-draft.ts';
import { onboardDeviceText, onboardingText } from './onboarding.text.ts';
import { PreviewTable } from './preview-table.tsx';
import { useDraft } from './use-draft.ts';
import { useOnboarded } from './use-onboarded.ts';
import { useProfileName } from './use-profile-name.ts';

interface StepProps {
  readonly topic: string;
  /** A loaded profile that understands the topic; undefined: the picked values make one. */
  readonly profile: string | undefined;
}

/** Which device sends on this topic. */
export function DeviceStep({ topic, profile }: StepProps) {
  const fields = useQuery(fieldsQuery(topic));
  const frames = useQuery(keptFramesQuery(topic));
  return (
    <PageState of={fields} height={480}>
      {(known) => (
        <PageState of={frames} height={480}>
          {(kept) => <Naming topic={topic} profile={profile} fields={known} frames={kept} />}
        </PageState>
      )}
    </PageState>
  );
}

interface NamingProps extends StepProps {
  readonly fields: MessageFields;
  readonly frames: readonly KeptPayload[];
}

function Naming({ topic, profile, fields, frames }: NamingProps) {
  const t = useText(onboardDeviceText);
  const titles = useText(onboardingText);
  const language = useLanguage();
  const [draft, change] = useDraft(topic);
  const level = levelOf(draft, fields);
  const named = useProfileName(topic, level);
  const { device } = draft;
  const profileName = device.profileName ?? named.name;
  const own = profileDraftOf(topic, draft, fields, { id: named.id, name: profileName.trim() || named.id });
  const use = useMemo((): PreviewAsk['use'] | undefined => {
    if (profile !== undefined) return { profile };
    const tried = profileDraftOf(topic, draft, fields, named);
    return tried && { draft: tried };
  }, [profile, topic, draft, fields, named]);
  const seen = useSeen(topic, use, { level, fields, frames, profile });
  const filled = useFilled(draft, seen, profileName);
  const done = useOnboarded(() => keepDraft(topic, undefined));
  const save = useMutation({
    mutationFn: () =>
      onboardingApi.onboard({
        ...(profile === undefined && own ? { draft: own } : {}),
        device: deviceEntryOf(filled, profile ?? named.id, seen.address),
      }),
    onSuccess: done,
  });
  const profiles = useQuery(profilesQuery).data ?? [];
  if (use === undefined)
    return (
      <>
        <PageHead title={titles.title} sentence={titles.pickSentence} />
        <Empty title={titles.previewNone} />
      </>
    );
  const knownName = profiles.find(({ id }) => id === profile)?.name;
  return (
    <>
      <PageHead title={titles.title} sentence={t.sentence(topic)} />
      {profile === undefined ? null : <p>{t.known(knownName ? pick(knownName, language) : profile)}</p>}
      <div className="onboard-columns">
        <section className="onboard-part" aria-labelledby="onboard-device">
          <h2 id="onboard-device">{t.device}</h2>
          <DeviceForm
            fields={filled}
            onField={(name, value) => change({ device: { ...device, [name]: value } })}
            seenIntervalS={seen.intervalS}
            makesProfile={profile === undefined}
            isBusy={save.isPending}
            error={save.error}
            onSave={() => save.mutate()}
          />
        </section>
        <PreviewTable topic={topic} use={use} />
      </div>
    </>
  );
}

/** What the messages tell about their device. */
interface Seen {
  readonly address: string;
  readonly kind: DeviceKind;
  readonly intervalS: number | undefined;
}

interface Known {
  readonly level: number | null;
  readonly fields: MessageFields;
  readonly frames: readonly KeptPayload[];
  readonly profile: string | undefined;
}

function useSeen(topic: string, use: PreviewAsk['use'] | undefined, known: Known): Seen {
  const { level, fields, frames, profile } = known;
  const { data: preview } = useQuery({
    ...previewQuery({ topic, use: use ?? { profile: '' } }),
    enabled: use !== undefined,
  });
  const { data: strange } = useQuery(strangeTopicsQuery);
  const told = strange?.find((one) => one.topic === topic && one.profile === profile)?.address;
  const decoded = preview?.rows.flatMap(({ readings }) => readings.map(({ address }) => address))[0];
  const byProfile = fields.profiles.find(({ id }) => id === profile)?.address;
  return {
    address: decoded ?? byProfile ?? told ?? addressOf(topic, level),
    kind: kindOf(preview) ?? fields.kind,
    intervalS: proposedInterval(timesOf(preview, frames)),
  };
}

/** When the kept messages were measured, where they say so; else when they arrived. */
function timesOf(preview: ProfilePreview | undefined, frames: readonly KeptPayload[]): readonly number[] {
  const measured =
    preview?.rows.flatMap(({ readings }) => readings.flatMap(({ ts }) => (ts === null ? [] : [ts]))) ?? [];
  return measured.length > 0 ? measured : frames.map(({ at }) => at);
}

const kindByMetric: readonly (readonly [RegExp, DeviceKind])[] = [
  [/^energy/, 'electricity-meter'],
  [/^(water_(total|m3)|flow)/, 'water-meter'],
  [/^door/, 'door'],
  [/^camera/, 'camera'],
  [/^storage/, 'nvr'],
];

/** Kind of device that the decoded metrics speak for; undefined when they speak for none. */
function kindOf(preview: ProfilePreview | undefined): DeviceKind | undefined {
  const metrics = preview?.rows.flatMap(({ readings }) => readings.map(({ metric }) => metric)) ?? [];
  return kindByMetric.find(([pattern]) => metrics.some((metric) => pattern.test(metric)))?.[1];
}

function useFilled({ device }: OnboardDraft, { address, kind, intervalS }: Seen, profileName: string): FilledDevice {
  const devices = useAllDevices();
  const name = device.name ?? '';
  const taken = new Set(devices.map(({ id }) => id));
  const chosenKind = (device.kind ?? kind) as DeviceKind;
  return {
    name,
    id: device.id ?? proposedId({ address, name, kind: chosenKind }, taken),
    kind: chosenKind,
    place: device.place ?? '',
    custodian: device.custodian ?? '',
    tags: device.tags ?? '',
    dependsOn: device.dependsOn ?? '',
    intervalS: device.intervalS ?? String(intervalS ?? 60),
    digits: device.digits ?? '',
    ct: device.ct ?? '1',
    pt: device.pt ?? '1',
    profileName,
  };
}
