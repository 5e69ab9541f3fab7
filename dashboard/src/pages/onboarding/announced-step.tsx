import { useMutation, useQuery } from '@tanstack/react-query';
import type { DeviceKind } from '#contract/enums.ts';
import type { AnnouncedDevice } from '#contract/http/onboarding.ts';
import { onboardingApi } from '../../api/api.ts';
import { announcedQuery } from '../../api/onboarding-queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { useAllDevices } from '../../live/use-live.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import { DeviceForm } from './device-form.tsx';
import { deviceEntryOf, type FilledDevice, keepDraft, proposedId } from './onboard-draft.ts';
import { onboardDeviceText, onboardingText } from './onboarding.text.ts';
import { useDraft } from './use-draft.ts';
import { useOnboarded } from './use-onboarded.ts';

interface StepProps {
  readonly profile: string;
  readonly address: string;
}

/** A device that its bridge announced: only the place is missing. */
export function AnnouncedStep({ profile, address }: StepProps) {
  const t = useText(onboardingText);
  const asked = useQuery(announcedQuery);
  const found = (all: readonly AnnouncedDevice[]) =>
    all.find((one) => one.profile === profile && one.address === address);
  return (
    <PageState
      of={asked}
      height={480}
      isEmpty={(all) => found(all) === undefined}
      empty={
        <Empty title={t.gone}>
          <p>{t.goneHint}</p>
        </Empty>
      }
    >
      {(all) => {
        const announced = found(all);
        return announced ? <Naming announced={announced} /> : null;
      }}
    </PageState>
  );
}

function Naming({ announced }: { readonly announced: AnnouncedDevice }) {
  const t = useText(onboardDeviceText);
  const titles = useText(onboardingText);
  const { profile, address } = announced;
  const key = `${profile} ${address}`;
  const [{ device }, change] = useDraft(key);
  const taken = new Set(useAllDevices().map(({ id }) => id));
  const name = device.name ?? announced.name;
  const kind = (device.kind ?? announced.kind) as DeviceKind;
  const filled: FilledDevice = {
    name,
    kind,
    id: device.id ?? proposedId({ address: announced.name, name: address, kind }, taken),
    place: device.place ?? '',
    custodian: device.custodian ?? '',
    tags: device.tags ?? '',
    dependsOn: device.dependsOn ?? '',
    // Battery devices behind bridges report seldom.
    intervalS: device.intervalS ?? '3600',
    digits: device.digits ?? '',
    ct: device.ct ?? '1',
    pt: device.pt ?? '1',
    profileName: '',
  };
  const done = useOnboarded(() => keepDraft(key, undefined));
  const save = useMutation({
    mutationFn: () => onboardingApi.onboard({ device: deviceEntryOf(filled, profile, address, announced) }),
    onSuccess: done,
  });
  return (
    <>
      <PageHead title={titles.title} sentence={t.sentence(announced.name)} />
      <section className="onboard-part" aria-label={t.device}>
        <DeviceForm
          fields={filled}
          onField={(field, value) => change({ device: { ...device, [field]: value } })}
          seenIntervalS={undefined}
          makesProfile={false}
          isBusy={save.isPending}
          error={save.error}
          onSave={() => save.mutate()}
        />
      </section>
    </>
  );
}
