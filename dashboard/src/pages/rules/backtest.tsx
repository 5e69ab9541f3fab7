import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { RuleConfig } from '#contract/config/rules.ts';
import type { Episode } from '#contract/http/alerts.ts';
import { api } from '../../api/api.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices, useGatewayNow, useLastDataAt, useLive } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { SeverityMark } from '../../ui/mark.tsx';
import { Skeleton } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { backtestText } from './backtest.text.ts';
import { ProblemList } from './problem-list.tsx';

/** How far back a back-test looks. */
export const thirtyDays = 30 * 86_400_000;
const pageRows = 50;

/** A back-test of a text over the last 30 days. */
export function useBacktest() {
  const { client } = useLive();
  return useMutation({
    mutationFn: (yaml: string) => {
      const to = client.gatewayNow();
      return api.backtest(yaml, to - thirtyDays, to);
    },
  });
}

interface BacktestProps {
  readonly text: string;
  readonly run: ReturnType<typeof useBacktest>;
  /** Those in force, for the names of the rules. */
  readonly rules: readonly RuleConfig[];
  readonly onLine: (line: number) => void;
}

/** What the text as it stands would have alerted in the last 30 days; nothing is saved. */
export function Backtest({ text, rules, run, onLine }: BacktestProps) {
  const t = useText(backtestText);
  return (
    <div className="backtest">
      <div className="rules-row">
        <button type="button" className="button" disabled={run.isPending} onClick={() => run.mutate(text)}>
          {run.isPending ? t.running : t.run}
        </button>
        <span className="soft small">{t.hint}</span>
      </div>
      {run.isPending ? <Skeleton height={160} /> : null}
      {run.error ? (
        <ProblemList error={run.error} text={run.variables} title={() => t.problems} onLine={onLine} />
      ) : null}
      {run.data ? <BacktestResult episodes={run.data} rules={rules} isOutdated={run.variables !== text} /> : null}
    </div>
  );
}

interface ResultProps {
  readonly episodes: readonly Episode[];
  readonly rules: readonly RuleConfig[];
  readonly isOutdated: boolean;
}

/** What a back-test found, newest first. */
export function BacktestResult({ episodes, rules, isOutdated }: ResultProps) {
  const t = useText(backtestText);
  const format = useFormat();
  const language = useLanguage();
  const heading = useId();
  const [rows, setRows] = useState(pageRows);
  const newest = [...episodes].sort((a, b) => b.from - a.from);
  const priced = episodes.flatMap(({ yuan }) => (yuan === null ? [] : [yuan]));
  const yuan = priced.length === 0 ? undefined : format.yuan(priced.reduce((sum, one) => sum + one, 0));
  const name = (id: string): string => {
    const rule = rules.find((one) => one.id === id);
    return rule ? pick(rule.name, language) : id;
  };
  return (
    <section className="backtest-result" aria-labelledby={heading} data-episodes={episodes.length}>
      <h3 id={heading}>{t.title}</h3>
      {isOutdated ? <p className="rules-note">{t.outdated}</p> : null}
      <p role="status">
        {episodes.length === 0 ? <NoEpisodes rules={rules.length} /> : t.some(episodes.length, yuan, rules.length)}
      </p>
      {episodes.length === 0 ? null : (
        <>
          {rules.length === 1 ? null : (
            <p className="soft small">
              {t.byRule}: {[...counts(episodes)].map(([rule, count]) => `${name(rule)} ${t.times(count)}`).join(' · ')}
            </p>
          )}
          <Episodes episodes={newest.slice(0, rows)} />
          {newest.length > rows ? (
            <button type="button" className="button" onClick={() => setRows(rows + pageRows)}>
              {t.more(Math.min(pageRows, newest.length - rows))}
            </button>
          ) : null}
        </>
      )}
    </section>
  );
}

/** Not one alert says nothing about the rules where there is nothing to judge. */
function NoEpisodes({ rules }: { readonly rules: number }) {
  const t = useText(backtestText);
  const isHeard = useLastDataAt() !== null;
  const isRecorded = useDevices().some(({ lastReadingAt }) => lastReadingAt !== null);
  return isHeard || isRecorded ? t.none(rules) : t.noData;
}

function counts(episodes: readonly Episode[]): ReadonlyMap<string, number> {
  const byRule = new Map<string, number>();
  for (const { rule } of episodes) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  return byRule;
}

function Episodes({ episodes }: { readonly episodes: readonly Episode[] }) {
  const t = useText(backtestText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(60_000);
  return (
    <ol className="episodes">
      {episodes.map(({ rule, device, from, to, severity, sentence, yuan }) => (
        <li key={`${rule} ${device} ${from}`} className="episode">
          <SeverityMark severity={severity} />
          <span>{sentence[language]}</span>
          <span className="soft small">
            {format.moment(from, now)} – {to === null ? t.ongoing : format.moment(to, now)}
            {yuan === null ? '' : ` · ${format.yuan(yuan)}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
