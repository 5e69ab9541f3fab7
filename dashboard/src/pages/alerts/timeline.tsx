import type { Alert, Incident, TimelineEntry } from '#contract/http/alerts.ts';
import { useText } from '../../i18n/use-text.ts';
import { type Format, isoTime } from '../../lib/format.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { alertsText } from './alerts.text.ts';
import { happenedText, whyText } from './timeline.text.ts';

/** What the wire says when nobody in person did it. */
const gateway = 'gateway';

function wordOf(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name;
}

/** Instants inside a reason (the end of a silence) are shown as clocks at the site. */
function readable(why: string, words: Readonly<Record<string, string>>, format: Format): string {
  return wordOf(words, why).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => {
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
  const happened = useText(happenedText);
  const whys = useText(whyText);
  const format = useFormat();
  const now = useGatewayNow(60_000);
  return (
    <section className="incident-part" aria-labelledby="incident-timeline">
      <h2 id="incident-timeline">{t.timeline}</h2>
      <ol className="timeline">
        {joinTimelines(incident, alerts).map((entry) => (
          <li key={`${entry.at} ${entry.what} ${entry.why} ${entry.who}`}>
            <time dateTime={isoTime(entry.at)}>{format.moment(entry.at, now)}</time>
            <span>
              <strong>{wordOf(happened, entry.what)}</strong> {readable(entry.why, whys, format)}
            </span>
            <span className="soft">{entry.who === gateway ? t.whoGateway : entry.who}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
