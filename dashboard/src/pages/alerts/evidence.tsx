import { lazy, Suspense, useMemo } from 'react';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevice, useGatewayNow, useLive } from '../../live/use-live.ts';
import { Skeleton } from '../../ui/page-state.tsx';
import { alertsText } from './alerts.text.ts';
import { evidenceMetric, evidenceRange } from './evidence-range.ts';

const EvidenceChart = lazy(async () => ({ default: (await import('../../charts/evidence-chart.tsx')).EvidenceChart }));

const minute = 60_000;

/** The cause's data before, during and after, with the incident marked on them. */
export function Evidence({ incident, alert }: { readonly incident: Incident; readonly alert: Alert | undefined }) {
  const t = useText(alertsText);
  const language = useLanguage();
  const { store } = useLive();
  const device = useDevice(incident.cause);
  const now = Math.floor(useGatewayNow(10_000) / minute) * minute;
  const { from, to } = evidenceRange(incident, now);
  const { since, until, sentence } = incident;
  const marks = useMemo(
    () => [{ from: since, to: until, label: sentence[language] }],
    [since, until, sentence, language],
  );
  const metrics = store.values().flatMap((value) => (value.device === incident.cause ? [value.metric] : []));
  const metric = device && evidenceMetric(alert, device.kind, metrics);
  return (
    <section className="incident-part" aria-labelledby="incident-evidence">
      <h2 id="incident-evidence">{t.evidence}</h2>
      {metric === undefined ? (
        <p className="soft">{t.evidenceNone}</p>
      ) : (
        <Suspense fallback={<Skeleton height={280} />}>
          <EvidenceChart device={incident.cause} metric={metric} from={from} to={to} marks={marks} />
        </Suspense>
      )}
    </section>
  );
}
