import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
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
import { mergeBeats, uptimeOf } from './camera-hours.ts';
import { type CameraStatus, cameraStatus, clockOffS, type RecordingStatus, recordingStatus } from './camera-status.ts';
import { camerasText } from './cameras.text.ts';
import { HeartbeatBar } from './heartbeat-bar.tsx';
import { type BeatRange, useCameraBeats } from './use-camera-beats.ts';

interface RowProps {
  readonly camera: Device;
  readonly range: BeatRange;
  readonly days: 1 | 7 | 30;
  readonly seen: ((ts: number) => boolean) | undefined;
}

export function CameraRow({ camera, range, days, seen }: RowProps) {
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
      <CameraBeats camera={camera} range={range} days={days} seen={seen} />
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

/** A bar is a quarter of an hour of a day, two hours of a week, four of a month. */
const perBar = { 1: 1, 7: 8, 30: 4 } as const;

export function CameraBeats({ camera, range, days, seen }: RowProps) {
  const t = useText(camerasText);
  const format = useFormat();
  const language = useLanguage();
  const { beats, error, retry } = useCameraBeats(camera, range, seen);
  if (!beats) return error ? <Failure error={error} onRetry={retry} /> : <Skeleton height={44} />;
  const { share, downMs, unknownMs } = uptimeOf(beats);
  const shown = share === null ? t.uptimeNone : format.percent(share, 2);
  const span = { 1: t.range24, 7: t.range7, 30: t.range30 }[days];
  return (
    <>
      <HeartbeatBar
        beats={mergeBeats(beats, perBar[days])}
        label={t.barLabel(pick(camera.name, language), span, shown, format.duration(downMs))}
      />
      <div className="camera-uptime">
        <span>
          <span className="soft small">{t.uptime}</span> <strong>{shown}</strong>
        </span>
        {unknownMs >= 60_000 ? <span className="soft small">{t.uptimeNote(format.duration(unknownMs))}</span> : null}
      </div>
    </>
  );
}
