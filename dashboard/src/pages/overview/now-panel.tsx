import { Link } from '@tanstack/react-router';
import { useText } from '../../i18n/use-text.ts';
import { byImportance } from '../../lib/incidents.ts';
import { useIncidents } from '../../live/use-live.ts';
import { useIncidentName } from '../../night/use-night.ts';
import { Lasting, LiveAge } from '../../ui/live-age.tsx';
import { SeverityMark } from '../../ui/mark.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { OfflineCameras, OpenDoors } from './doors-and-cameras.tsx';
import { overviewText } from './overview.text.ts';
import type { CampusNow } from './use-campus-now.ts';

const most = 5;

/** What can be done now: alerts that nobody has acknowledged, also those that are over, open doors, cameras that are down. */
export function NowPanel({ campus }: { readonly campus: CampusNow }) {
  const t = useText(overviewText);
  return (
    <section className="overview-now" aria-label={t.nowTitle}>
      <Waiting />
      <OpenDoors doors={campus.doors} />
      <OfflineCameras cameras={campus.cameras} />
    </section>
  );
}

function Waiting() {
  const t = useText(overviewText);
  const nameOf = useIncidentName(usePlaceName());
  const waiting = useIncidents()
    .filter(({ ackedAt }) => ackedAt === null)
    .sort(byImportance);
  return (
    <section className="overview-part" aria-labelledby="overview-waiting">
      <div className="overview-part-head">
        <h2 id="overview-waiting">
          {t.waiting} <span className="overview-count">{waiting.length}</span>
        </h2>
      </div>
      {waiting.length === 0 ? <p className="soft">{t.noWaiting}</p> : null}
      <ul>
        {waiting.slice(0, most).map((incident) => (
          <li key={incident.id} className="overview-wait">
            <SeverityMark severity={incident.severity} />
            <Link to="/alerts/$incidentId" params={{ incidentId: incident.id }}>
              {nameOf(incident)}
            </Link>
            <span className="soft small">
              {incident.until === null ? (
                <>
                  {t.lasting} <Lasting of={incident} />
                </>
              ) : (
                <>
                  {t.isOver} · <LiveAge at={incident.until} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {waiting.length > most ? <p className="soft small">{t.moreLines(waiting.length - most)}</p> : null}
    </section>
  );
}
