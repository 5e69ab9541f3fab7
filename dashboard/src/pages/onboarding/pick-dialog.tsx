import { useState } from 'react';
import type { MessageField } from '#contract/http/onboarding.ts';
import { pick as inLanguage } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Becomes } from './becomes.tsx';
import { scalarsOf, wordsAt } from './message-lines.ts';
import { MetricChoice } from './metric-choice.tsx';
import { pickText } from './onboarding.text.ts';
import './pick-dialog.css';
import { type Pick, scaleOf, withMetric } from './pick.ts';
import { UnitChoice } from './unit-choice.tsx';
import { WordChoice } from './word-choice.tsx';

interface DialogProps {
  readonly path: string;
  readonly texts: readonly string[];
  /** Words that the value takes; those of `texts` when absent. */
  readonly words?: readonly string[];
  readonly proposal: MessageField | undefined;
  readonly given: Pick;
  readonly isNew: boolean;
  readonly others: readonly Pick[];
  readonly onPick: (pick: Pick) => void;
  readonly onClose: () => void;
}

/** Says what one value is: metric, unit, or the words of a state. */
export function PickDialog(props: DialogProps) {
  const { path, texts, proposal, given, isNew, others, onPick, onClose } = props;
  const t = useText(pickText);
  const language = useLanguage();
  const [pick, setPick] = useState(given);
  const [isTold, setTold] = useState(false);
  const sample = scalarsOf(texts[0] ?? '').get(path) ?? proposal?.sample ?? null;
  const words = props.words ?? wordsAt(texts, path);
  const problem = problemOf(pick, others, t);
  return (
    <FormDialog
      title={path === '.' ? t.titleWhole : t.title(path)}
      action={isNew ? t.add : t.save}
      busyAction={t.add}
      isBusy={false}
      error={undefined}
      onSubmit={() => (problem === undefined ? onPick(pick) : setTold(true))}
      onClose={onClose}
    >
      <p className="pick-sample">
        <span className="soft small">{t.sample}</span> <code>{String(sample)}</code>
        {pick.metric === '' ? null : (
          <>
            {' → '}
            <span className="soft small">{t.becomes}</span>{' '}
            <strong>
              <Becomes pick={pick} sample={sample} />
            </strong>
          </>
        )}
      </p>
      {proposal?.note ? (
        <p className="small">
          <strong>{t.note}</strong> {inLanguage(proposal.note, language)}
        </p>
      ) : null}
      <MetricChoice
        metric={pick.metric}
        proposed={proposal?.metric ?? undefined}
        onMetric={(metric) => setPick(withMetric(pick, metric, words))}
      />
      {pick.map === undefined ? (
        <UnitChoice pick={pick} onScale={(scale) => setPick({ ...pick, scale })} />
      ) : (
        <WordChoice metric={pick.metric} map={pick.map} onMap={(map) => setPick({ ...pick, map })} />
      )}
      {isTold && problem !== undefined ? (
        <p className="form-dialog-problem" role="alert">
          {problem}
        </p>
      ) : null}
    </FormDialog>
  );
}

function problemOf(pick: Pick, others: readonly Pick[], t: (typeof pickText)['zh']): string | undefined {
  if (pick.metric === '') return t.choose;
  if (others.some(({ metric }) => metric === pick.metric)) return t.taken;
  if (pick.map !== undefined) return Object.values(pick.map).every((value) => value === null) ? t.wordsAll : undefined;
  return scaleOf(pick.scale) === undefined ? t.factorBad : undefined;
}
