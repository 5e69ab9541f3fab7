import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { KeptPayload, MessageFields } from '#contract/http/onboarding.ts';
import { fieldsQuery, keptFramesQuery } from '../../api/onboarding-queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { hexRows } from '../../lib/hex-rows.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { CodeText } from '../../ui/code-text.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import { fieldLines, messageLines, wordsAt } from './message-lines.ts';
import { MessageView } from './message-view.tsx';
import { levelOf, type OnboardDraft, profileDraftOf } from './onboard-draft.ts';
import { onboardingText } from './onboarding.text.ts';
import { proposedPick } from './pick.ts';
import { PickDialog } from './pick-dialog.tsx';
import { PickList } from './pick-list.tsx';
import { PreviewTable } from './preview-table.tsx';
import { TopicLevels } from './topic-levels.tsx';
import { useDraft } from './use-draft.ts';
import { useProfileName } from './use-profile-name.ts';

/** A message in which every value can be clicked, and what comes of the clicks. */
export function PickStep({ topic }: { readonly topic: string }) {
  const t = useText(onboardingText);
  const fields = useQuery(fieldsQuery(topic));
  const frames = useQuery(keptFramesQuery(topic));
  const latest = frames.data?.[0];
  return (
    <PageState of={fields} height={480}>
      {(known) =>
        known.decode === 'binary' ? (
          <Binary fields={known} topic={topic} latest={latest} />
        ) : (
          <PageState of={frames} height={480} isEmpty={(kept) => kept.length === 0} empty={<Gone />}>
            {(kept) => <Picking topic={topic} fields={known} frames={kept} title={t.title} />}
          </PageState>
        )
      }
    </PageState>
  );
}

interface PickingProps {
  readonly topic: string;
  readonly fields: MessageFields;
  /** Newest first. */
  readonly frames: readonly KeptPayload[];
  readonly title: string;
}

function Picking({ topic, fields, frames, title }: PickingProps) {
  const t = useText(onboardingText);
  const [draft, change] = useDraft(topic);
  const [open, setOpen] = useState<string | undefined>();
  const profile = useProfileName(topic, levelOf(draft, fields));
  const preview = useMemo(() => profileDraftOf(topic, draft, fields, profile), [topic, draft, fields, profile]);
  const [latest] = frames;
  const close = (): void => {
    const path = open ?? '';
    setOpen(undefined);
    // The keyboard goes on where it was: at the value that was clicked.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus());
  };
  const texts = useMemo(() => frames.flatMap(({ text }) => (text === null ? [] : [text])), [frames]);
  const sentence = draft.picks.length === 0 ? t.pickSentence : t.pickedSentence(draft.picks.length);
  return (
    <>
      <PageHead title={title} sentence={sentence} />
      <KnownProfiles fields={fields} topic={topic} />
      <TopicLevels
        levels={fields.levels}
        level={levelOf(draft, fields)}
        onLevel={(deviceLevel) => change({ deviceLevel })}
      />
      <div className="onboard-columns">
        <Message latest={latest} draft={draft} fields={fields} onPick={setOpen} />
        <PickList draft={draft} fields={fields} texts={texts} change={change} onChange={setOpen} />
      </div>
      <PreviewTable topic={topic} use={preview === undefined ? undefined : { draft: preview }} />
      {preview === undefined ? null : (
        <Link to="/devices/onboard" search={{ topic, step: 'device' }} className="button button-main onboard-next">
          {t.next}
        </Link>
      )}
      {open === undefined ? null : (
        <Dialog path={open} draft={draft} fields={fields} texts={texts} change={change} close={close} />
      )}
    </>
  );
}

interface OpenProps {
  readonly path: string;
  readonly draft: OnboardDraft;
  readonly fields: MessageFields;
  readonly texts: readonly string[];
  readonly change: (change: Partial<OnboardDraft>) => void;
  readonly close: () => void;
}

function Dialog({ path, draft: { picks }, fields, texts, change, close }: OpenProps) {
  const proposal = fields.fields.find((field) => field.path === path);
  const before = picks.find((pick) => pick.path === path);
  return (
    <PickDialog
      path={path}
      texts={texts}
      proposal={proposal}
      given={before ?? proposedPick(proposal, path, wordsAt(texts, path))}
      isNew={before === undefined}
      others={picks.filter((pick) => pick.path !== path)}
      onPick={(picked) => {
        change({ picks: before ? picks.map((one) => (one === before ? picked : one)) : [...picks, picked] });
        close();
      }}
      onClose={close}
    />
  );
}

interface MessageProps {
  readonly latest: KeptPayload | undefined;
  readonly draft: OnboardDraft;
  readonly fields: MessageFields;
  readonly onPick: (path: string) => void;
}

function Message({ latest, draft, fields, onPick }: MessageProps) {
  const t = useText(onboardingText);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const lines = useMemo(
    () =>
      latest?.truncated && fields.decode === 'json' ? fieldLines(fields.fields) : messageLines(latest?.text ?? ''),
    [latest, fields],
  );
  if (!latest) return null;
  return (
    <section className="onboard-part" aria-labelledby="onboard-message">
      <h2 id="onboard-message">
        {t.message} <span className="soft small">{t.messageOf(format.moment(latest.at, now))}</span>
      </h2>
      <MessageView lines={lines} picks={draft.picks} fields={fields.fields} onPick={onPick} />
      {latest.truncated ? <p className="soft small">{t.truncated}</p> : null}
    </section>
  );
}

function KnownProfiles({ fields, topic }: { readonly fields: MessageFields; readonly topic: string }) {
  const t = useText(onboardingText);
  const language = useLanguage();
  if (fields.profiles.length === 0) return null;
  return (
    <div className="onboard-known">
      {fields.profiles.slice(0, 3).map(({ id, name }) => (
        <p key={id}>
          {t.knownSentence(pick(name, language))}{' '}
          <Link to="/devices/onboard" search={{ topic, profile: id }} className="button">
            {t.useProfile}
          </Link>
        </p>
      ))}
      <p className="soft small">{t.ownFields}</p>
    </div>
  );
}

function Binary({
  fields,
  topic,
  latest,
}: {
  readonly fields: MessageFields;
  readonly topic: string;
  readonly latest: KeptPayload | undefined;
}) {
  const t = useText(onboardingText);
  return (
    <>
      <PageHead title={t.title} sentence={t.binaryTitle} />
      <KnownProfiles fields={fields} topic={topic} />
      <p className="onboard-hint">{t.binaryHint}</p>
      {latest?.hex ? <CodeText text={hexRows(latest.hex)} /> : null}
    </>
  );
}

function Gone() {
  const t = useText(onboardingText);
  return (
    <Empty title={t.gone}>
      <p>{t.goneHint}</p>
    </Empty>
  );
}
