import { Link } from '@tanstack/react-router';
import { useText } from '../../i18n/use-text.ts';
import { byImportance } from '../../lib/incidents.ts';
import { useConnection, useIncidents } from '../../live/use-live.ts';
import { IncidentLink } from '../../ui/incident-link.tsx';
import { Lasting } from '../../ui/live-age.tsx';
import { SeverityMark } from '../../ui/mark.tsx';
import { Skeleton } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { overviewText } from './overview.text.ts';

const shown = 5;

/** What goes on now, the most important first, each in one sentence. */
export function CurrentIncidents() {
  const t = useText(overviewText);
  const placeName = usePlaceName();
  const { state } = useConnection();
  const firing = useIncidents()
    .filter((incident) => incident.state === 'firing')
    .sort(byImportance);
  return (
    <section className="overview-part" aria-labelledby="overview-incidents">
      <div className="overview-part-head">
        <h2 id="overview-incidents">{t.topIncidents}</h2>
        <Link to="/alerts" search={{ tab: 'all' }}>
          {t.allAlerts} ({firing.length})
        </Link>
      </div>
      {state === 'connecting' ? <Skeleton /> : null}
      {state !== 'connecting' && firing.length === 0 ? <p className="soft">{t.noIncidents}</p> : null}
      <ol>
        {firing.slice(0, shown).map((incident) => (
          <li key={incident.id} className="overview-incident">
            <SeverityMark severity={incident.severity} />
            <IncidentLink incident={incident} />
            <span className="soft small">
              {placeName(incident.place)} · <Lasting of={incident} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
