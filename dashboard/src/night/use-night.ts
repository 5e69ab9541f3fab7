import { useCallback, useMemo } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { useText } from '../i18n/use-text.ts';
import { useDevices, useGatewayNow, useIncidents, useOffTimes } from '../live/use-live.ts';
import { useFormat } from '../ui/format-context.tsx';
import { nightText } from './night.text.ts';
import { incidentsIn, type Night, nightOf, type Span, within } from './night.ts';
import { nightSentence } from './night-sentence.ts';

export interface NightSeen {
  readonly night: Night;
  /** Oldest first. */
  readonly incidents: readonly Incident[];
  readonly off: readonly Span[];
  readonly sentence: string;
  nameOf(incident: Incident): string;
  timeOf(at: number): string;
}

const lookMs = 15_000;

/** The night that began last, as the live connection knows it: it holds every incident of the last 24 h. */
export function useNight(placeName: (place: string) => string): NightSeen {
  const t = useText(nightText);
  const format = useFormat();
  const now = useGatewayNow(lookMs);
  const all = useIncidents();
  const offTimes = useOffTimes();
  const nameOf = useIncidentName(placeName);
  const night = nightOf(format.timeZone, now);
  const incidents = useMemo(() => incidentsIn(all, night.from, night.seenTo), [all, night.from, night.seenTo]);
  const off = within(offTimes, { from: night.from, to: night.seenTo });
  const timeOf = (at: number): string =>
    at < night.from ? `${format.day(at)} ${format.hourMinute(at)}` : format.hourMinute(at);
  const sentence = nightSentence({ night, incidents, off, nameOf, timeOf }, t);
  return { night, incidents, off, sentence, nameOf, timeOf };
}

/** What an incident is about: the name of its device, the system, or the place. */
export function useIncidentName(placeName: (place: string) => string): (incident: Incident) => string {
  const t = useText(nightText);
  const { language } = useFormat();
  const devices = useDevices();
  const names = useMemo(() => new Map(devices.map(({ id, name }) => [id, name])), [devices]);
  return useCallback(
    ({ cause, place }) => (cause === 'gateway' ? t.gateway : (names.get(cause)?.[language] ?? placeName(place))),
    [names, language, placeName, t],
  );
}
