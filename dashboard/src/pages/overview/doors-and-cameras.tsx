import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { byParentDown, isOut, type OutageGroup, outSince } from '../../lib/campus-state.ts';
import { useDevice, useLatest } from '../../live/use-live.ts';
import { LiveAge, LiveDuration } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { overviewText } from './overview.text.ts';
import type { CampusNow } from './use-campus-now.ts';

const most = 5;

export function OpenDoors({ doors }: Pick<CampusNow, 'doors'>) {
  const t = useText(overviewText);
  const open = doors.filter(({ state }) => state === 'open');
  const unknown = doors.filter(({ state }) => state === 'unknown').length;
  return (
    <section className="overview-part" aria-labelledby="overview-doors">
      <div className="overview-part-head">
        <h2 id="overview-doors">
          {t.openDoors} <span className="overview-count">{open.length}</span>
        </h2>
      </div>
      {open.length === 0 && doors.length > unknown ? <p className="soft">{t.noOpenDoors}</p> : null}
      {doors.length === 0 ? <p className="soft">{t.noneConfigured}</p> : null}
      <ul>
        {open.slice(0, most).map(({ device }) => (
          <OpenDoor key={device.id} device={device} />
        ))}
      </ul>
      {open.length > most ? <p className="soft small">{t.moreLines(open.length - most)}</p> : null}
      {unknown > 0 ? <p className="soft">{t.doorsUnknown(unknown)}</p> : null}
    </section>
  );
}

function OpenDoor({ device }: { readonly device: Device }) {
  const t = useText(overviewText);
  const language = useLanguage();
  const placeName = usePlaceName();
  const latest = useLatest(device.id, 'door_open');
  return (
    <li className="overview-row">
      <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
        {pick(device.name, language)}
      </Link>
      <span className="soft small">
        {placeName(device.place)} · {t.reported} <LiveAge at={latest?.receivedAt ?? null} />
      </span>
    </li>
  );
}

export function OfflineCameras({ cameras }: Pick<CampusNow, 'cameras'>) {
  const t = useText(overviewText);
  const out = cameras.filter(({ device, state }) => isOut(device, state));
  const groups = byParentDown(out.map(({ device }) => device));
  const unknown = cameras.filter((camera) => camera.state === 'unknown' && !out.includes(camera)).length;
  return (
    <section className="overview-part" aria-labelledby="overview-cameras">
      <div className="overview-part-head">
        <h2 id="overview-cameras">
          {t.offlineCameras} <span className="overview-count">{out.length}</span>
        </h2>
      </div>
      {cameras.length === 0 ? <p className="soft">{t.noneConfigured}</p> : null}
      {cameras.length > unknown && groups.length === 0 ? <p className="soft">{t.noOfflineCameras}</p> : null}
      <ul>
        {groups.slice(0, most).map((group) => (
          <Outage key={group.parent ?? group.devices[0]?.id} group={group} />
        ))}
      </ul>
      {groups.length > most ? <p className="soft small">{t.moreLines(groups.length - most)}</p> : null}
      {unknown > 0 ? <p className="soft">{t.camerasUnknown(unknown)}</p> : null}
    </section>
  );
}

function Outage({ group }: { readonly group: OutageGroup }) {
  const t = useText(overviewText);
  const language = useLanguage();
  const placeName = usePlaceName();
  const parent = useDevice(group.parent ?? '');
  const device = parent ?? group.devices[0];
  if (!device) return null;
  const since = outSince(device);
  return (
    <li className="overview-row">
      <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
        {pick(device.name, language)}
      </Link>
      {group.parent === null ? null : (
        <Mark tone="critical" icon="offline">
          {t.behind(group.devices.length)}
        </Mark>
      )}
      <span className="soft small">
        {placeName(device.place)}
        {since === null ? null : (
          <>
            {` · ${t.offlineFor} `}
            <LiveDuration at={since} />
          </>
        )}
      </span>
    </li>
  );
}
