import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import type { CameraUptime } from '#contract/http/uptime.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { outSince } from '../../lib/campus-state.ts';
import { placeBeside } from '../../lib/place-beside.ts';
import { useConnection, useGatewayNow, useLatest } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge, LiveDuration } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Failure, Skeleton } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { CameraEvidence } from './camera-evidence.tsx';
import { type CameraStatus, cameraStatus, clockOffS, type RecordingStatus, recordingStatus } from './camera-status.ts';
import { camerasText } from './cameras.text.ts';
import { HeartbeatBar } from './heartbeat-bar.tsx';
import { outageCounts } from './outages.tsx';
import { type Days, useUptime } from './use-uptime.ts';

interface RowProps {
  readonly camera: Device;
  readonly range: Range;
  readonly days: Days;
}

export function CameraRow({ camera, range, days }: RowProps) {
  const { data, error, refetch } = useUptime(range, days);
  const uptime = data?.find(({ device }) => device === camera.id);
  const language = useLanguage();
  const placeName = usePlaceName();
  const name = pick(camera.name, language);
  const place = placeBeside(placeName(camera.place), [name]);
  const { state: connection } = useConnection();
  return (
    <li className="camera" data-outdated={connection !== 'live'}>
      <div className="camera-name">
        <Link to="/cameras/$cameraId" params={{ cameraId: camera.id }}>
          {name}
        </Link>
        {place === '' ? null : <span className="soft small">{place}</span>}
      </div>
      <CameraNow camera={camera} />
      {uptime ? (
        <>
          <CameraBeats camera={camera} uptime={uptime} range={range} days={days} />
          <UptimeFigure uptime={uptime} days={days} />
        </>
      ) : error ? (
        <Failure error={error} onRetry={refetch} />
      ) : (
        <Skeleton height={44} />
      )}
    </li>
  );
}

/** Reachable is one thing, recording another: both are said, each in its own words. */
export function CameraNow({ camera }: { readonly camera: Device }) {
  const t = useText(camerasText);
  const status = cameraStatus(camera, useLatest(camera.id, 'camera_maintenance'));
  const recording = recordingStatus(useLatest(camera.id, 'camera_recording'), camera.intervalS, useGatewayNow(5_000));
  const proof = useLatest(camera.id, 'camera_online');
  const seenAt = Math.max(camera.lastSeenAt ?? 0, proof?.freshness === 'hint' ? 0 : (proof?.receivedAt ?? 0)) || null;
  // What was heard last then is that it does not answer, from a probe or a recorder.
  const isReportedGone = status === 'offline' && camera.stateReason === 'reported';
  const isBlind = status === 'online' && recording === 'not-recording';
  const since = outSince(camera);
  return (
    <div className="camera-now" data-reachable={status} data-recording={recording}>
      {isBlind ? <Mark tone="attention">{t.blind}</Mark> : <StatusMark status={status} />}
      {status === 'offline' && since !== null ? (
        <span className="small">
          {t.outageFor} <LiveDuration at={since} />
        </span>
      ) : null}
      {isBlind ? null : <Recording status={status} recording={recording} />}
      <ClockOff camera={camera} />
      {isReportedGone ? null : (
        <span className="soft small camera-proof">
          {t.lastProof} <LiveAge at={seenAt} />
        </span>
      )}
      <CameraEvidence camera={camera} />
    </div>
  );
}

function Recording({ status, recording }: { readonly status: CameraStatus; readonly recording: RecordingStatus }) {
  const t = useText(camerasText);
  if (status === 'maintenance' || status === 'hidden') return null;
  if (recording === 'not-recording') return <Mark tone="attention">{t.recordingNot}</Mark>;
  if (recording === 'unknown') return <span className="soft small">{t.recordingUnknown}</span>;
  return <span className="soft small">{status === 'online' ? t.recording : t.recordingStill}</span>;
}

/** A picture with a wrong time proves little. */
function ClockOff({ camera }: { readonly camera: Device }) {
  const t = useText(camerasText);
  const format = useFormat();
  const off = clockOffS(useLatest(camera.id, 'camera_clock_skew_s'));
  if (off === undefined) return null;
  const length = format.duration(Math.abs(off) * 1_000);
  return (
    <Mark tone="attention" icon="clock">
      {off < 0 ? t.clockSlow(length) : t.clockFast(length)}
    </Mark>
  );
}

function StatusMark({ status }: { readonly status: CameraStatus }) {
  const t = useText(camerasText);
  switch (status) {
    case 'online':
      return <Mark tone="good">{t.stateOnline}</Mark>;
    case 'offline':
      return (
        <Mark tone="critical" icon="offline">
          {t.stateOffline}
        </Mark>
      );
    case 'maintenance':
      return <Mark tone="plain">{t.stateMaintenance}</Mark>;
    case 'hidden':
      return <Mark tone="unknown">{t.stateHidden}</Mark>;
    case 'unknown':
      return <Mark tone="unknown">{t.stateUnknown}</Mark>;
  }
}

interface BeatsProps {
  readonly camera: Device;
  readonly uptime: CameraUptime;
  readonly range: Range;
  readonly days: Days;
}

export function CameraBeats({ camera, uptime, range, days }: BeatsProps) {
  const t = useText(camerasText);
  const format = useFormat();
  const language = useLanguage();
  const { share, downMs, bars } = uptime;
  const shown = share === null ? t.uptimeNone : format.percent(share, 2);
  const label = t.barLabel(pick(camera.name, language), t.lengths(days), shown, format.duration(downMs));
  return <HeartbeatBar beats={bars} range={range} label={label} />;
}

const minute = 60_000;
const day = 86_400_000;

/** The figure, of how much time it is one, and how often the camera or what it hangs on was down. */
export function UptimeFigure({ uptime, days }: Pick<BeatsProps, 'uptime' | 'days'>) {
  const t = useText(camerasText);
  const format = useFormat();
  const { share, knownMs, unknownMs, maintenanceMs } = uptime;
  const { own, above } = outageCounts([uptime]);
  const isWhole = unknownMs + maintenanceMs < minute;
  // The end of the running quarter of an hour is still to come: of the days said, only what is unknown is missing.
  const seenMs = Math.max(knownMs, days * day - unknownMs - maintenanceMs);
  const known = isWhole ? t.knownAll : t.known(format.duration(seenMs), t.lengths(days));
  return (
    <div className="camera-uptime">
      {share === null ? (
        <span>{t.uptimeNone}</span>
      ) : (
        <span>
          <span className="soft small">{t.uptime}</span> <strong>{format.percent(share, 2)}</strong>
        </span>
      )}
      {share === null ? null : (
        <span className={isMostlyKnown(uptime) ? 'soft small' : 'small camera-thin'}>{known}</span>
      )}
      {maintenanceMs >= minute ? (
        <span className="soft small">{t.maintained(format.duration(maintenanceMs))}</span>
      ) : null}
      {own + above > 0 ? <span className="soft small">{t.outageCounts(own, above)}</span> : null}
    </div>
  );
}

/** Of less than half the time nobody would read a figure as that of the whole. */
const isMostlyKnown = ({ knownMs, unknownMs }: CameraUptime): boolean => knownMs >= unknownMs;
