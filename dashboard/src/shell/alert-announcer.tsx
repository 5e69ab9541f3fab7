import { useEffect, useRef, useState } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { useLanguage } from '../i18n/use-text.ts';
import { needsSomeone } from '../lib/incidents.ts';
import { useConnection, useIncidents } from '../live/use-live.ts';

/**
 * Tells screen readers of new incidents, one at a time; only a critical one interrupts. Said once, as it began: a sentence
 * that grows is no news. Gone as soon as it is over or somebody has taken it, so that nobody reads what is no longer so.
 */
export function AlertAnnouncer() {
  const language = useLanguage();
  const incidents = useIncidents();
  const isKnown = useConnection().state !== 'connecting';
  const known = useRef<Set<string> | undefined>(undefined);
  const [newest, setNewest] = useState<Incident | undefined>(undefined);
  useEffect(() => {
    // What was there when the page was opened is no news; the first one after that is.
    if (!isKnown) return;
    const before = known.current;
    known.current = new Set(incidents.map(({ id }) => id));
    const fresh = before && incidents.find((incident) => !before.has(incident.id) && needsSomeone(incident));
    if (fresh) setNewest(fresh);
  }, [incidents, isKnown]);
  const isStillSo = incidents.some((incident) => incident.id === newest?.id && needsSomeone(incident));
  const sentence = isStillSo ? (newest?.sentence[language] ?? '') : '';
  const interrupts = newest?.severity === 'critical';
  return (
    <>
      <p className="visually-hidden" aria-live="polite">
        {interrupts ? '' : sentence}
      </p>
      <p className="visually-hidden" aria-live="assertive">
        {interrupts ? sentence : ''}
      </p>
    </>
  );
}
