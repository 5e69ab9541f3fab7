import { Link } from '@tanstack/react-router';
import type { Incident } from '#contract/http/alerts.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage } from '../i18n/use-text.ts';
import { around } from '../lib/around.ts';
import { useDevice } from '../live/use-live.ts';
import './incident-link.css';
import { usePlaceName } from './use-place-name.ts';

/** The sentence of an incident as the way to it; underlined is only what it is about. */
export function IncidentLink({
  incident,
}: {
  readonly incident: Pick<Incident, 'id' | 'cause' | 'place' | 'sentence'>;
}) {
  const language = useLanguage();
  const placeName = usePlaceName();
  const device = useDevice(incident.cause);
  const sentence = incident.sentence[language];
  const names = [device && pick(device.name, language), placeName(incident.place)];
  const [before, name, after] = around(sentence, names);
  return (
    <Link to="/alerts/$incidentId" params={{ incidentId: incident.id }} className="incident-link">
      {before}
      {name === '' ? null : <span className="incident-name">{name}</span>}
      {after}
    </Link>
  );
}
