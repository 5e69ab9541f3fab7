import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RuleConfig } from '#contract/config/rules.ts';
import { api } from '../../api/api.ts';
import type { Rules } from '../../api/endpoints.ts';
import { ApiError, type Tagged } from '../../api/http.ts';
import { rulesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useLive } from '../../live/use-live.ts';
import { Failure, Skeleton } from '../../ui/page-state.tsx';
import { backtestText } from './backtest.text.ts';
import { BacktestResult, thirtyDays } from './backtest.tsx';
import { rulesText } from './rules.text.ts';

interface ActionsProps {
  readonly rule: RuleConfig;
  readonly newest: Tagged<Rules>;
}

/** What can be done with one rule in force: try it on the last 30 days, switch it on or off. */
export function RuleRowActions({ rule, newest }: ActionsProps) {
  const t = useText(rulesText);
  const words = useText(backtestText);
  const name = pick(rule.name, useLanguage());
  const { client } = useLive();
  const trial = useMutation({
    mutationFn: () => {
      const to = client.gatewayNow();
      return api.backtestRule(rule, to - thirtyDays, to);
    },
  });
  const change = useSwitch();
  return (
    <div className="rule-actions">
      <div className="rules-row">
        <button type="button" className="button" disabled={trial.isPending} onClick={() => trial.mutate()}>
          {trial.isPending ? words.running : t.tryAlone}
          <span className="visually-hidden"> {name}</span>
        </button>
        {newest.body.readOnly ? null : (
          <button
            type="button"
            className="button"
            disabled={change.isPending}
            onClick={() => change.mutate({ rule, newest })}
          >
            {rule.enabled ? t.switchOff : t.switchOn}
            <span className="visually-hidden"> {name}</span>
          </button>
        )}
      </div>
      <NotSwitched error={change.error} />
      {trial.isPending ? <Skeleton height={80} /> : null}
      {trial.error ? <Failure error={trial.error} /> : null}
      {trial.data ? <BacktestResult episodes={trial.data} rules={[rule]} isOutdated={false} /> : null}
    </div>
  );
}

function NotSwitched({ error }: { readonly error: Error | null }) {
  const t = useText(rulesText);
  if (error === null) return null;
  const isConflict = error instanceof ApiError && [409, 412, 428].includes(error.status);
  if (!isConflict && !(error instanceof OddlyWritten)) return <Failure error={error} />;
  return (
    <p className="rules-note" role="alert">
      {isConflict ? t.switchOvertaken : t.switchByHand}
    </p>
  );
}

/** The text of the rule gives no single place to switch it. */
class OddlyWritten extends Error {}

/** Saves the text only if it still stands on the newest version; otherwise that one is fetched, to be looked at first. */
function useSwitch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ rule, newest }: ActionsProps) => {
      const { withRuleEnabled } = await import('./rule-switch.ts');
      const text = withRuleEnabled(newest.body.yaml, rule.id, !rule.enabled);
      if (text === undefined) throw new OddlyWritten();
      return api.saveRules(text, newest.etag);
    },
    onSuccess: (answer) => client.setQueryData(rulesQuery.queryKey, answer),
    onError: () => client.invalidateQueries({ queryKey: rulesQuery.queryKey }),
  });
}
