import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Device } from '#contract/http/campus.ts';
import { TimeScale } from '../../charts/time-scale.tsx';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices, useGatewayNow } from '../../live/use-live.ts';
import { Icon } from '../../ui/icon.tsx';
import { PastAlerts } from '../../ui/past-alerts.tsx';
import { useAlertsBetween } from '../../ui/use-alerts-between.ts';
import { useKnownIncidents } from '../../ui/use-known-incidents.ts';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { WatchPage } from '../../ui/watch-page.tsx';
import { CameraBeats, CameraNow } from './camera-row.tsx';
import './cameras.css';
import { camerasText } from './cameras.text.ts';
import { hourMs, useGatewaySight } from './use-camera-beats.ts';

const minute = 60_000;
const days = 30;

/** One camera over the last 30 days: when it was seen, what took it away, and how it is now. */
export function CameraPage() {
  const { cameraId } = useParams({ from: '/shell/cameras/$cameraId' });
  const t = useText(camerasText);
  const language = useLanguage();
  const placeName = usePlaceName();
  const devices = useDevices();
  const camera = devices.find(({ id, kind }) => id === cameraId && kind === 'camera');
  const above = (camera?.dependsOn ?? []).flatMap((id) => devices.find((one) => one.id === id) ?? []);
  const title = camera ? pick(camera.name, language) : t.title;
  const parents = above.map(({ name }) => pick(name, language)).join(t.comma);
  return (
    <>
      <Link to="/cameras" className="camera-back">
        <Icon name="back" size={16} />
        {t.backToAll}
      </Link>
      <WatchPage
        title={t.title}
        sentence={camera ? t.standsAt(title, placeName(camera.place), parents) : ''}
        actions={
          camera ? (
            <Link className="button" to="/devices/$deviceId" params={{ deviceId: camera.id }}>
              {t.asDevice}
            </Link>
          ) : null
        }
        isEmpty={camera === undefined}
        none={t.noSuch}
        stop={t.stop}
        empty={<p>{t.noSuchHint}</p>}
      >
        {camera ? <Month camera={camera} /> : null}
      </WatchPage>
    </>
  );
}

function Month({ camera }: { readonly camera: Device }) {
  const t = useText(camerasText);
  const now = Math.floor(useGatewayNow(2_000) / minute) * minute;
  const range = useMemo(() => {
    const to = Math.floor(now / hourMs) * hourMs + hourMs;
    return { from: to - days * 86_400_000, to, now, step: '1h' as const };
  }, [now]);
  const seen = useGatewaySight(range);
  const alerts = useAlertsBetween(range.from, range.to);
  const incidents = useKnownIncidents();
  return (
    <>
      <section className="camera-part" aria-labelledby="camera-month">
        <h2 id="camera-month">{t.range30}</h2>
        <div className="camera-month">
          <CameraNow camera={camera} />
          <div>
            <TimeScale from={range.from} to={range.to} />
            <CameraBeats camera={camera} range={range} days={days} seen={seen} />
            <p className="soft small">{t.how30}</p>
          </div>
        </div>
      </section>
      <section className="camera-part" aria-labelledby="camera-outages">
        <h2 id="camera-outages">{t.outages30}</h2>
        <PastAlerts
          of={alerts}
          choose={(items) =>
            items.filter(
              ({ device, kind, incidentId }) =>
                kind === 'silent' &&
                (device === camera.id || incidents.get(incidentId)?.affected.includes(camera.id) === true),
            )
          }
          now={now}
          none={t.outages30None}
          ongoing={t.ongoing}
        />
      </section>
    </>
  );
}
