import { useQuery } from '@tanstack/react-query';
import type { ProfilePreview } from '#contract/http/onboarding.ts';
import type { PreviewAsk } from '../../api/onboarding-endpoints.ts';
import { previewQuery } from '../../api/onboarding-queries.ts';
import { useSay } from '../../charts/use-say.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { CodeText } from '../../ui/code-text.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { onboardingText } from './onboarding.text.ts';

interface PreviewProps {
  readonly topic: string;
  /** Undefined while there is nothing to try. */
  readonly use: PreviewAsk['use'] | undefined;
}

/** What the kept messages become, worked out by the gateway's own decoder. */
export function PreviewTable({ topic, use }: PreviewProps) {
  const t = useText(onboardingText);
  return (
    <section className="onboard-part" aria-labelledby="onboard-preview">
      <h2 id="onboard-preview">{t.preview}</h2>
      {use === undefined ? <p className="soft">{t.previewNone}</p> : <Tried ask={{ topic, use }} />}
    </section>
  );
}

function Tried({ ask }: { readonly ask: PreviewAsk }) {
  const asked = useQuery(previewQuery(ask));
  return <PageState of={asked}>{(preview) => <Result preview={preview} />}</PageState>;
}

const shownRows = 12;

function Result({ preview }: { readonly preview: ProfilePreview }) {
  const t = useText(onboardingText);
  const language = useLanguage();
  const rows = [...preview.rows].sort((a, b) => b.at - a.at).slice(0, shownRows);
  const metrics = [...new Set(rows.flatMap(({ readings }) => readings.map(({ metric }) => metric)))];
  return (
    <>
      {preview.problems.length === 0 ? null : (
        <div className="onboard-problems" role="alert">
          <p>{t.problems}</p>
          <ul>
            {preview.problems.map((problem) => (
              <li key={problem.en}>{pick(problem, language)}</li>
            ))}
          </ul>
        </div>
      )}
      {preview.doubts.map((doubt) => (
        <p key={doubt.en} className="preview-doubt small">
          <strong>{t.check}</strong> {pick(doubt, language)}
        </p>
      ))}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <section className="table-scroll" tabIndex={0} aria-label={t.preview}>
        <table className="table preview">
          <thead>
            <tr>
              <th scope="col">{t.arrivedAt}</th>
              {metrics.map((metric) => (
                <th key={metric} scope="col" className="figure">
                  {metricName(metric, language)}
                </th>
              ))}
              <th scope="col">{t.measuredAt}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <Row key={`${row.at} ${row.topic}`} row={row} metrics={metrics} isNewest={index === 0} />
            ))}
          </tbody>
        </table>
      </section>
      {preview.yaml === null ? null : (
        <details className="onboard-yaml">
          <summary>{t.showYaml}</summary>
          <CodeText text={preview.yaml} />
        </details>
      )}
    </>
  );
}

interface RowProps {
  readonly row: ProfilePreview['rows'][number];
  readonly metrics: readonly string[];
  readonly isNewest: boolean;
}

function Row({ row, metrics, isNewest }: RowProps) {
  const t = useText(onboardingText);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const times = [...new Set(row.readings.flatMap(({ ts }) => (ts === null ? [] : [ts])))];
  return (
    <tr>
      <th scope="row">
        {format.moment(row.at, now)} {isNewest ? <Mark tone="plain">{t.newest}</Mark> : null}
        {row.faults.length === 0 ? null : <p className="preview-fault small">{row.faults.join('; ')}</p>}
      </th>
      {metrics.map((metric) => (
        <td key={metric} className="figure">
          <Said metric={metric} value={row.readings.find((reading) => reading.metric === metric)?.value} />
        </td>
      ))}
      <td>{times.length === 0 ? t.arrival : times.map((ts) => format.moment(ts, now)).join(', ')}</td>
    </tr>
  );
}

function Said({ metric, value }: { readonly metric: string; readonly value: number | undefined }) {
  const say = useSay(metric);
  return value === undefined ? '—' : say(value);
}
