import type { Alert, Incident, TimelineEntry } from '#contract/http/alerts.ts';
import { useText } from '../../i18n/use-text.ts';
import { type Format, isoTime } from '../../lib/format.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { alertsText } from './alerts.text.ts';
import { deedText, happenedText, whyText } from './timeline.text.ts';

/** What the wire says when nobody in person did it. */
const gateway = 'gateway';

function own<T>(words: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

/** Reasons for which a condition no longer holds. */
const ENDED: ReadonlySet<string> = new Set(['cleared', 'heard', 'period-ended']);

interface TimelineWords {
  readonly happened: Readonly<Record<string, (why: string) => string>>;
  readonly deeds: Readonly<Record<string, (who: string, note: string) => string>> & {
    readonly other: (who: string, note: string) => string;
  };
  readonly whys: Readonly<Record<string, string>>;
}

/** An entry as a sentence; undefined for what has no words: it is for machines. */
export function timelineSentence(
  { what, why, who }: TimelineEntry,
  { happened, deeds, whys }: TimelineWords,
  format: Pick<Format, 'full'>,
): string | undefined {
  // It names the old reason where the alert goes on: that it is seen again does not mean that no message comes.
  const told = what === 'known' && !ENDED.has(why) ? 'still-so' : why;
  if (who === gateway) return own(happened, what)?.(own(whys, told) ?? '');
  return (own(deeds, what) ?? deeds.other)(who, withClocks(why, format));
}

/** Instants inside a note (the end of a silence) are shown as clocks at the site. */
function withClocks(note: string, format: Pick<Format, 'full'>): string {
  return note.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => {
    const at = Date.parse(iso);
    return Number.isNaN(at) ? iso : format.full(at);
  });
}

/** Everything that happened to an incident and its alerts, oldest first; the same entry of several alerts stands once. */
export function joinTimelines(incident: Incident, alerts: readonly Alert[]): readonly TimelineEntry[] {
  const seen = new Set<string>();
  return [...incident.timeline, ...alerts.flatMap(({ timeline }) => timeline)]
    .filter((entry) => {
      const key = JSON.stringify([entry.at, entry.what, entry.why, entry.who]);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => a.at - b.at);
}

export function Timeline({ incident, alerts }: { readonly incident: Incident; readonly alerts: readonly Alert[] }) {
  const t = useText(alertsText);
  const words = { happened: useText(happenedText), deeds: useText(deedText), whys: useText(whyText) };
  const format = useFormat();
  const now = useGatewayNow(60_000);
  const entries = joinTimelines(incident, alerts).flatMap((entry) => {
    const said = timelineSentence(entry, words, format);
    return said === undefined ? [] : [{ entry, said }];
  });
  return (
    <section className="incident-part" aria-labelledby="incident-timeline">
      <h2 id="incident-timeline">{t.timeline}</h2>
      <ol className="timeline">
        {entries.map(({ entry, said }) => (
          <li key={`${entry.at} ${entry.what} ${entry.why} ${entry.who}`}>
            <time dateTime={isoTime(entry.at)}>{format.moment(entry.at, now)}</time>
            <span>{said}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
