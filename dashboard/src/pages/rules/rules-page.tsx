import { useQuery } from '@tanstack/react-query';
import type { RuleConfig } from '#contract/config/rules.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import { rulesQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { readsAsOffice } from '../../lib/permissions.ts';
import { useConnection, useStorage } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { useConnectionSentence } from '../../ui/use-connection-sentence.ts';
import { useWaiting } from '../../ui/use-waiting.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RuleList } from './rule-list.tsx';
import './rules.css';
import { rulesText } from './rules.text.ts';
import { useIdleRules } from './use-idle-rules.ts';

const noRules: readonly RuleConfig[] = [];

export function RulesPage() {
  const t = useText(rulesText);
  return readsAsOffice(useMe()) ? <Rules /> : <PageHead title={t.title} sentence={t.notYours} />;
}

function Rules() {
  const t = useText(rulesText);
  const asked = useQuery(rulesQuery);
  const waiting = useWaiting([asked]);
  const broken = useConnectionSentence();
  const isBroken = useConnection().state === 'broken';
  const rules = asked.data?.body.rules;
  const on = rules?.filter(({ enabled }) => enabled).length ?? 0;
  const idle = useIdleRules(rules ?? noRules);
  const storage = useStorage();
  const refuses = (target: StorageTrouble['refuses'][number]): boolean =>
    storage.some((trouble) => trouble.refuses.includes(target));
  const enabled = on === 0 ? t.sentenceNone : t.sentence(on, (rules?.length ?? 0) - on, idle.size);
  // Rules judge what is stored: a disk that takes no readings leaves them blind, one that takes no records mute.
  const blind = refuses('readings') ? t.sentenceBlind : refuses('records') ? t.sentenceUnkept : '';
  const sentence = on > 0 && blind !== '' ? `${blind} ${enabled}` : enabled;
  return (
    <>
      <PageHead title={t.title} sentence={broken ?? (rules ? sentence : waiting)} />
      <PageState of={asked} height={480}>
        {(answer) => (
          <>
            <div className={isBroken ? 'rules-stale' : ''} data-outdated={isBroken}>
              <RuleList newest={answer} idle={idle} />
            </div>
            <RuleEditor newest={answer} />
          </>
        )}
      </PageState>
    </>
  );
}
