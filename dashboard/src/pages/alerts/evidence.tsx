import { lazy, Suspense, useMemo, useState } from 'react';
import type { Alert, Incident, JudgedValue } from '#contract/http/alerts.ts';
import { limitText } from '#contract/measure-words.ts';
import type { ChartLimit } from '../../charts/time-series-chart.tsx';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevice, useGatewayNow, useLive } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Skeleton } from '../../ui/page-state.tsx';
import { alertsText } from './alerts.text.ts';
import { evidenceText } from './evidence.text.ts';
import { evidenceEvents, evidenceMetrics, evidenceRange } from './evidence-range.ts';

const EvidenceChart = lazy(async () => ({ default: (await import('../../charts/evidence-chart.tsx')).EvidenceChart }));

const minute = 60_000;

interface EvidenceProps {
  readonly incident: Incident;
  readonly alerts: readonly Alert[];
  readonly judged: readonly JudgedValue[];
}

/** The cause's readings before, during and after, with what the rule compares and the turns of the incident on them. */
export function Evidence({ incident, alerts, judged }: EvidenceProps) {
  const t = useText(alertsText);
  const words = useText(evidenceText);
  const format = useFormat();
  const { store } = useLive();
  const device = useDevice(incident.cause);
  // The running minute is drawn too: in it lies what has just fired.
  const now = Math.ceil(useGatewayNow(10_000) / minute) * minute;
  const { from, to } = evidenceRange(incident, now);
  const { since, until } = incident;
  const alert = alerts.find((one) => one.device === incident.cause) ?? alerts[0];
  const marks = useMemo(() => [{ from: since, to: until, label: words.abnormal }], [since, until, words]);
  const turns = evidenceEvents(incident, alert);
  const events = turns.map(({ name, at, who }) => ({
    at,
    label: [words[name], format.clock(at), ...(who === null ? [] : [who])].join(' '),
  }));
  const metrics = store.values().flatMap((value) => (value.device === incident.cause ? [value.metric] : []));
  const rule = judged.find((one) => one.alert === alert?.id);
  const fitting = device ? evidenceMetrics(alert, device.kind, metrics, rule) : [];
  const [emptied, setEmptied] = useState<readonly string[]>([]);
  const left = fitting.filter((one) => !emptied.includes(one));
  const metric = left[0] ?? fitting[0];
  const limits = useLimits(rule, metric);
  return (
    <section className="incident-part" aria-labelledby="incident-evidence">
      <h2 id="incident-evidence">{t.evidence}</h2>
      <ol className="incident-turns">
        {turns.map(({ name, at, who }) => (
          <li key={name}>
            <strong>{words[name]}</strong> <time dateTime={new Date(at).toISOString()}>{format.moment(at, now)}</time>
            {who === null ? null : ` ${who}`}
          </li>
        ))}
        {until === null ? <li className="soft">{words.goesOn}</li> : null}
      </ol>
      {metric === undefined ? (
        <p className="soft">{t.evidenceNone}</p>
      ) : (
        <Suspense fallback={<Skeleton height={280} />}>
          <EvidenceChart
            device={incident.cause}
            metric={metric}
            from={from}
            to={to}
            marks={marks}
            events={events}
            limits={limits}
            {...(metric !== undefined && left.length > 1 ? { onEmpty: () => setEmptied([...emptied, metric]) } : {})}
          />
        </Suspense>
      )}
    </section>
  );
}

/** The limits of the rule in words, where it judges the drawn metric. */
function useLimits(rule: JudgedValue | undefined, metric: string | undefined): readonly ChartLimit[] {
  const words = useText(evidenceText);
  const language = useLanguage();
  if (rule === undefined || metric === undefined || rule.metric !== metric) return [];
  const { above, below, clear } = rule;
  const value = above ?? below;
  if (value === null) return [];
  const isAbove = above !== null;
  const say = (limit: number, up: boolean): string => limitText({ metric, isAbove: up, limit })[language];
  const limits: ChartLimit[] = [{ value, label: words.alertsAt(say(value, isAbove)) }];
  if (clear !== null && clear !== value)
    limits.push({ value: clear, label: words.clearsAt(say(clear, !isAbove)), isClear: true });
  return limits;
}
