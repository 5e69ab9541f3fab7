import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { deviceQuery } from '../../api/queries.ts';
import { commonText } from '../../i18n/common.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useConnection, useDevice } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { agoInWords } from '../../ui/live-age.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { useConnectionSentence } from '../../ui/use-connection-sentence.ts';
import { deviceText } from './device.text.ts';
import { DeviceActions } from './device-actions.tsx';
import { DeviceAlerts } from './device-alerts.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { DeviceLogin } from './device-login.tsx';
import { DeviceReadings } from './device-readings.tsx';
import { deviceReasonText } from './device-reason.text.ts';
import { DeviceValues } from './device-values.tsx';
import { stateWhy } from './device-words.ts';
import { MeterEntries } from './meter-entries.tsx';
import { PowerHint } from './power-hint.tsx';
import { RetiredNote } from './retired-note.tsx';
import { UnreadMembers } from './unread-members.tsx';
import './devices.css';
import { useLastHeard } from './use-last-heard.ts';

/** One device: whether it can be seen and why, its newest values, what it reported and what it gave cause to. */
export function DevicePage() {
  const { deviceId } = useParams({ from: '/shell/devices/$deviceId' });
  const t = useText(deviceText);
  const asked = useQuery(deviceQuery(deviceId));
  const live = useDevice(deviceId);
  return (
    <>
      <Link to="/devices" className="device-back">
        <Icon name="back" size={16} />
        {t.back}
      </Link>
      {/* What is live takes the place of what was asked, without taking down what somebody has opened meanwhile. */}
      <PageState of={live ? { ...asked, data: live, error: null } : asked} height={480}>
        {(device) => <Detail device={device} />}
      </PageState>
    </>
  );
}

function Detail({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const language = useLanguage();
  const isBroken = useConnection().state === 'broken';
  return (
    <>
      <PageHead
        title={t.title(pick(device.name, language))}
        sentence={<Sentence device={device} />}
        actions={<DeviceActions device={device} />}
      />
      <RetiredNote device={device} />
      <div className={isBroken ? 'device-stale' : ''} data-outdated={isBroken}>
        <DeviceFacts device={device} />
        <PowerHint device={device} />
        <DeviceValues device={device} />
        <UnreadMembers device={device} />
      </div>
      <DeviceReadings device={device} />
      <MeterEntries device={device} />
      <DeviceAlerts device={device} />
      <DeviceLogin device={device} />
    </>
  );
}

function Sentence({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const common = useText(commonText);
  const reasons = useText(deviceReasonText);
  const language = useLanguage();
  const format = useFormat();
  const { now, lastHeard } = useLastHeard();
  const parent = useDevice(device.parentDown ?? '');
  const broken = useConnectionSentence();
  const name = pick(device.name, language);
  if (broken !== undefined) return broken;
  if (device.retired !== null) return t.retired(name, device.retired);
  if (device.state !== 'online')
    return t[device.state](name, stateWhy(device, parent && pick(parent.name, language), reasons));
  const at = lastHeard(device);
  return t.online(name, at === null ? common.never : agoInWords(at, now, common, format));
}
