import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Device } from '#contract/http/campus.ts';
import { tagName } from '#contract/tags.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevice } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge } from '../../ui/live-age.tsx';
import { DeviceStateMark } from '../../ui/mark.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { useProbe } from '../../ui/use-probe.ts';
import { useProfileName } from '../../ui/use-profile-name.ts';
import { deviceText } from './device.text.ts';
import { deviceReasonText } from './device-reason.text.ts';
import { stateWhy } from './device-words.ts';
import { useLastHeard } from './use-last-heard.ts';

export function DeviceFacts({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const kinds = useText(deviceKindText);
  const reasons = useText(deviceReasonText);
  const language = useLanguage();
  const format = useFormat();
  const placeName = usePlaceName();
  const profileName = useProfileName();
  const { now, lastHeard } = useLastHeard();
  const parent = useDevice(device.parentDown ?? '');
  const probe = useProbe(device);
  return (
    <dl className="device-facts">
      <Fact name={t.state}>
        <DeviceStateMark state={device.state} />{' '}
        {device.stateSince === null ? null : (
          <span className="soft small">
            {t.since} {format.moment(device.stateSince, now)}
          </span>
        )}
      </Fact>
      <Fact name={t.why}>{stateWhy(device, parent && pick(parent.name, language), reasons)}</Fact>
      {device.parentDown === null ? null : (
        <Fact name={t.parent}>
          <DeviceLink id={device.parentDown} />
        </Fact>
      )}
      <Fact name={t.lastSeen}>
        <LiveAge at={lastHeard(device)} />
      </Fact>
      {probe ? (
        <Fact name={t.probe}>
          {pick(probe.evidence, language)}{' '}
          <span className="soft small">
            <LiveAge at={probe.at} />
          </span>
        </Fact>
      ) : null}
      <Fact name={t.place}>{placeName(device.place)}</Fact>
      <Fact name={t.kind}>{kinds[device.kind]}</Fact>
      <Fact name={t.custodian}>{device.custodian ?? t.nobody}</Fact>
      <Fact name={t.interval}>{format.duration(device.intervalS * 1_000)}</Fact>
      <Fact name={t.profile}>{device.profile === 'native' ? t.native : profileName(device.profile)}</Fact>
      <Fact name={t.address}>
        <code>{device.address}</code>
      </Fact>
      {device.dependsOn.length === 0 ? null : (
        <Fact name={t.dependsOn}>
          {device.dependsOn.map((id) => (
            <DeviceLink key={id} id={id} />
          ))}
        </Fact>
      )}
      {device.tags.length === 0 ? null : (
        <Fact name={t.tags}>{device.tags.map((tag) => tagName(tag, language)).join(t.list)}</Fact>
      )}
    </dl>
  );
}

function DeviceLink({ id }: { readonly id: string }) {
  const language = useLanguage();
  const device = useDevice(id);
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: id }} className="device-link">
      {device ? pick(device.name, language) : id}
    </Link>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
