import type { Text } from '#contract/enums.ts';
import type { MessageFields } from '#contract/http/onboarding.ts';
import { pick as inLanguage } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import { Becomes } from './becomes.tsx';
import { scalarsOf, wordsAt } from './message-lines.ts';
import { type OnboardDraft, timeOf } from './onboard-draft.ts';
import { onboardingText } from './onboarding.text.ts';
import { isState, type Pick, proposedPick, sameScale, unitsOf } from './pick.ts';

interface ListProps {
  readonly draft: OnboardDraft;
  readonly fields: MessageFields;
  /** Kept messages as text, newest first. */
  readonly texts: readonly string[];
  readonly change: (change: Partial<OnboardDraft>) => void;
  readonly onChange: (path: string) => void;
}

/** What will be recorded, and from where its time is taken. */
export function PickList({ draft, fields, texts, change, onChange }: ListProps) {
  const t = useText(onboardingText);
  const samples = scalarsOf(texts[0] ?? '');
  const proposals = fields.fields.flatMap((field) =>
    field.metric === null ? [] : [proposedPick(field, field.path, wordsAt(texts, field.path))],
  );
  const first = proposals.filter((one, index) => proposals.findIndex(({ metric }) => metric === one.metric) === index);
  return (
    <section className="onboard-part" aria-labelledby="onboard-picked">
      <h2 id="onboard-picked">{t.picked}</h2>
      {draft.picks.length === 0 ? <p className="soft">{t.nonePicked}</p> : null}
      {draft.picks.length === 0 && first.length > 0 ? (
        <button type="button" className="button" onClick={() => change({ picks: first })}>
          {t.takeAll(first.length)}
        </button>
      ) : null}
      <ul>
        {draft.picks.map((pick) => (
          <PickRow
            key={pick.path}
            pick={pick}
            doubt={doubtOf(pick, fields)}
            sample={samples.get(pick.path) ?? fields.fields.find(({ path }) => path === pick.path)?.sample}
            onChange={() => onChange(pick.path)}
            onRemove={() => change({ picks: draft.picks.filter(({ path }) => path !== pick.path) })}
          />
        ))}
      </ul>
      <NotProposed fields={fields} picks={draft.picks} />
      <label className="field onboard-time">
        <span>{t.time}</span>
        <select
          className="input"
          value={timeOf(draft, fields)?.path ?? ''}
          onChange={(event) => change({ timePath: event.target.value })}
        >
          <option value="">{t.arrival}</option>
          {fields.times.map(({ path, sample }) => (
            <option key={path} value={path}>
              {path} ({String(sample)})
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

/** What is said against a pick that stands as it was proposed; whoever changed it has looked at it. */
function doubtOf(pick: Pick, { fields }: MessageFields): Text | undefined {
  const field = fields.find(({ path }) => path === pick.path);
  const isAsProposed = field?.metric === pick.metric && sameScale(pick.scale, String(field.scale ?? 1));
  return isAsProposed ? (field.note ?? undefined) : undefined;
}

/** Values that look like one of the usual metrics, and why they are not proposed as it. */
function NotProposed({
  fields: { fields },
  picks,
}: {
  readonly fields: MessageFields;
  readonly picks: readonly Pick[];
}) {
  const t = useText(onboardingText);
  const language = useLanguage();
  const left = fields.flatMap(({ path, metric, note }) =>
    metric === null && note !== null && !picks.some((pick) => pick.path === path) ? [{ path, note }] : [],
  );
  if (left.length === 0) return null;
  return (
    <details className="onboard-left small" open={left.length <= 4}>
      <summary>{t.notProposed}</summary>
      <ul>
        {left.map(({ path, note }) => (
          <li key={path} data-left={path}>
            <code>{path}</code> {inLanguage(note, language)}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface RowProps {
  readonly pick: Pick;
  readonly doubt: Text | undefined;
  readonly sample: Parameters<typeof Becomes>[0]['sample'] | undefined;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

function PickRow({ pick, doubt, sample, onChange, onRemove }: RowProps) {
  const t = useText(onboardingText);
  const language = useLanguage();
  const name = metricName(pick.metric, language);
  const unit = unitsOf(pick.metric).find(([, scale]) => scale === pick.scale)?.[0];
  return (
    <li className="picked" data-picked={pick.path}>
      <span className="picked-what">
        <strong>{name}</strong> {sample === undefined ? null : <Becomes pick={pick} sample={sample} />}
        <span className="soft small">
          <code>{pick.path}</code> {isState(pick.metric) || pick.scale === '1' ? '' : (unit ?? `× ${pick.scale}`)}
        </span>
        {doubt === undefined ? null : (
          <span className="picked-doubt small">
            <strong>{t.check}</strong> {inLanguage(doubt, language)}
          </span>
        )}
      </span>
      <button type="button" className="button button-quiet" onClick={onChange}>
        {t.change}
        <span className="visually-hidden"> {name}</span>
      </button>
      <button type="button" className="button button-quiet" onClick={onRemove}>
        {t.remove}
        <span className="visually-hidden"> {name}</span>
      </button>
    </li>
  );
}
