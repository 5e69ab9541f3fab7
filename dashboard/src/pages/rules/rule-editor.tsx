import { useBlocker } from '@tanstack/react-router';
import { useId, useRef } from 'react';
import type { Rules } from '../../api/endpoints.ts';
import type { Tagged } from '../../api/http.ts';
import { useText } from '../../i18n/use-text.ts';
import { writesAsOffice } from '../../lib/permissions.ts';
import { useMe } from '../../shell/use-me.ts';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { CodeText } from '../../ui/code-text.tsx';
import { Failure } from '../../ui/page-state.tsx';
import { Backtest, useBacktest } from './backtest.tsx';
import { goToLine } from './go-to-line.ts';
import { ProblemList } from './problem-list.tsx';
import { DraftChanges } from './rule-draft-changes.tsx';
import { ruleProblems } from './rule-problems.ts';
import { rulesText } from './rules.text.ts';
import { type RuleDraft, useRuleDraft } from './use-rule-draft.ts';

/** The text of the rules: tried on the last 30 days, then saved, unless somebody else was faster. */
export function RuleEditor({ newest }: { readonly newest: Tagged<Rules> }) {
  const t = useText(rulesText);
  const may = writesAsOffice(useMe());
  const draft = useRuleDraft(newest);
  const area = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const { readOnly } = newest.body;
  const trial = useBacktest();
  const wrong = [
    ...wrongLines(draft.save.error, draft.save.variables?.text, draft.text),
    ...wrongLines(trial.error, trial.variables, draft.text),
  ];
  useBlocker({ shouldBlockFn: () => draft.isDirty && !confirm(t.leave), enableBeforeUnload: () => draft.isDirty });
  return (
    <section className="rules-part" aria-labelledby="rules-edit">
      <h2 id="rules-edit">{t.edit}</h2>
      {readOnly ? <p className="rules-note">{t.readOnly}</p> : null}
      {may ? null : <p className="rules-note">{t.mayNot}</p>}
      <p className="soft small" id={hint}>
        {t.editHint}
      </p>
      <CodeEditor
        ref={area}
        label={t.text}
        describedBy={hint}
        rows={24}
        // A read-only file may be tried out with changes all the same; they just cannot be saved.
        readOnly={!may}
        wrong={wrong}
        value={draft.text}
        onChange={draft.setText}
      />
      <Overtaken draft={draft} theirs={newest.body.yaml} />
      <DraftChanges inForce={newest.body.yaml} draft={draft.text} />
      {may && !readOnly ? <SaveRow draft={draft} onSave={draft.submit} /> : null}
      {draft.save.error && !draft.isOvertaken ? (
        <ProblemList
          error={draft.save.error}
          text={draft.save.variables?.text ?? draft.text}
          title={t.problems}
          onLine={(line) => goToLine(area.current, line)}
        />
      ) : null}
      {may ? (
        <Backtest
          text={draft.text}
          rules={newest.body.rules}
          run={trial}
          onLine={(line) => goToLine(area.current, line)}
        />
      ) : null}
    </section>
  );
}

/** Lines of a refused text, as long as it is the one that is shown. */
function wrongLines(error: unknown, refused: string | undefined, shown: string): readonly number[] {
  if (refused !== shown) return [];
  return (ruleProblems(error, shown, 'zh') ?? []).flatMap(({ line }) => (line === undefined ? [] : [line]));
}

function SaveRow({ draft, onSave }: { readonly draft: RuleDraft; readonly onSave: () => void }) {
  const t = useText(rulesText);
  const { save, isDirty } = draft;
  return (
    <div className="rules-row">
      <button
        type="button"
        className="button button-main"
        disabled={!isDirty || save.isPending || draft.isOvertaken}
        onClick={onSave}
      >
        {save.isPending ? t.saving : t.save}
      </button>
      {isDirty ? (
        <button type="button" className="button" onClick={draft.discard}>
          {t.discard}
        </button>
      ) : null}
      <span role="status" className="soft small">
        {isDirty ? t.unsaved : save.isSuccess ? t.saved : ''}
      </span>
    </div>
  );
}

function Overtaken({ draft, theirs }: { readonly draft: RuleDraft; readonly theirs: string }) {
  const t = useText(rulesText);
  if (!draft.isOvertaken && !draft.isOverwriting) return null;
  return (
    <div className="rules-note rules-overtaken" role="alert">
      <p>{draft.isOvertaken ? t.changed : t.changedKept}</p>
      {draft.take.error ? <Failure error={draft.take.error} /> : null}
      {draft.isOvertaken ? (
        <div className="rules-row">
          <button type="button" className="button" onClick={() => draft.take.mutate('keep my text')}>
            {t.takeKeep}
          </button>
          <button type="button" className="button" onClick={() => draft.take.mutate('drop my text')}>
            {t.takeTheirs}
          </button>
        </div>
      ) : (
        <details>
          <summary>{t.theirs}</summary>
          <div className="rules-theirs">
            <CodeText text={theirs} />
          </div>
        </details>
      )}
    </div>
  );
}
