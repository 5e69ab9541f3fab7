import { Link, useParams } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { TimeScale } from '../../charts/time-scale.tsx';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices, useGatewayNow } from '../../live/use-live.ts';
import { Icon } from '../../ui/icon.tsx';
import { Failure, Skeleton } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { WatchPage } from '../../ui/watch-page.tsx';
import { CameraBeats, CameraNow, UptimeFigure } from './camera-row.tsx';
import './cameras.css';
import { camerasText } from './cameras.text.ts';
import { Outages } from './outages.tsx';
import { type Days, useCameraUptime, useDaysBack } from './use-uptime.ts';

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
  const now = useGatewayNow(10_000);
  const range = useDaysBack(30);
  const { data, error, refetch } = useCameraUptime(camera.id, range, 30);
  const uptime = data?.[0];
  return (
    <>
      <section className="camera-part" aria-labelledby="camera-month">
        <h2 id="camera-month">{t.range30}</h2>
        <div className="camera-month">
          <CameraNow camera={camera} />
          <ul className="camera-figures">
            {([1, 7, 30] as const).map((days) => (
              <FigureOf key={days} camera={camera} days={days} />
            ))}
          </ul>
          {uptime ? (
            <div>
              <TimeScale from={range.from} to={range.to} />
              <CameraBeats camera={camera} uptime={uptime} range={range} days={30} />
            </div>
          ) : error ? (
            <Failure error={error} onRetry={refetch} />
          ) : (
            <Skeleton height={44} />
          )}
        </div>
      </section>
      {uptime ? (
        <Outages title={t.outagesOf(30)} none={t.outagesNone(30)} range={range} camera={uptime} now={now} />
      ) : null}
    </>
  );
}

/** The same figure as on the page of all cameras. */
function FigureOf({ camera, days }: { readonly camera: Device; readonly days: Days }) {
  const t = useText(camerasText);
  const { data } = useCameraUptime(camera.id, useDaysBack(days), days);
  const uptime = data?.[0];
  return (
    <li>
      <span className="soft small">{t.past(days)}</span>
      {uptime ? <UptimeFigure uptime={uptime} days={days} /> : <Skeleton height={44} />}
    </li>
  );
}
