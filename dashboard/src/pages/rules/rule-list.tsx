import type { RuleConfig } from '#contract/config/rules.ts';
import type { Rules } from '../../api/endpoints.ts';
import type { Tagged } from '../../api/http.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { writesAsOffice } from '../../lib/permissions.ts';
import { useAllDevices } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark, SeverityMark } from '../../ui/mark.tsx';
import { Empty } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { RuleRowActions } from './rule-row-actions.tsx';
import { ruleWordsText } from './rule-words.text.ts';
import { type RuleVocabulary, ruleSentence } from './rule-words.ts';
import { rulesText } from './rules.text.ts';

interface RuleListProps {
  readonly newest: Tagged<Rules>;
  /** Ids of those that select no device. */
  readonly idle: ReadonlySet<string>;
}

/** The rules in force, a sentence each. */
export function RuleList({ newest, idle }: RuleListProps) {
  const t = useText(rulesText);
  const { rules } = newest.body;
  const words = useRuleVocabulary();
  return (
    <section className="rules-part" aria-labelledby="rules-list">
      <h2 id="rules-list">{t.list}</h2>
      {rules.length === 0 ? (
        <Empty title={t.none}>
          <p>{t.noneHint}</p>
        </Empty>
      ) : (
        <ul>
          {rules.map((rule) => (
            <Row key={rule.id} rule={rule} newest={newest} isIdle={idle.has(rule.id)} words={words} />
          ))}
        </ul>
      )}
    </section>
  );
}

function useRuleVocabulary(): RuleVocabulary {
  const language = useLanguage();
  const names = new Map(useAllDevices().map(({ id, name }) => [id, name]));
  const deviceName = (id: string): string => {
    const name = names.get(id);
    return name ? pick(name, language) : id;
  };
  return {
    t: useText(ruleWordsText),
    kinds: useText(deviceKindText),
    format: useFormat(),
    deviceName,
    placeName: usePlaceName(),
  };
}

interface RowProps {
  readonly rule: RuleConfig;
  readonly newest: Tagged<Rules>;
  readonly isIdle: boolean;
  readonly words: RuleVocabulary;
}

function Row({ rule, newest, isIdle, words }: RowProps) {
  const t = useText(rulesText);
  const may = writesAsOffice(useMe());
  const language = useLanguage();
  const { format } = words;
  return (
    <li className="rule" data-rule={rule.id}>
      <span className="rule-marks">
        <SeverityMark severity={rule.severity} />
        {rule.enabled ? null : <Mark tone="unknown">{t.off}</Mark>}
        {isIdle ? <Mark tone="unknown">{t.idle}</Mark> : null}
      </span>
      <div>
        <p className="rule-name">{pick(rule.name, language)}</p>
        <p>{ruleSentence(rule, words)}</p>
        {rule.advice ? <p className="soft small">{pick(rule.advice, language)}</p> : null}
      </div>
      <span className="rule-facts soft small">
        <span>{words.t[rule.kind]}</span>
        <span>{rule.for === 0 ? t.atOnce : t.forTime(format.duration(rule.for))}</span>
        <code>{rule.id}</code>
      </span>
      {may ? <RuleRowActions rule={rule} newest={newest} /> : null}
    </li>
  );
}
