import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device } from '#contract/http/campus.ts';
import type { Unread, UnreadMember } from '#contract/http/onboarding.ts';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { unreadQuery } from '../../api/onboarding-queries.ts';
import { pick as inLanguage } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import { readsAsOffice, writesConfig } from '../../lib/permissions.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useMe } from '../../shell/use-me.ts';
import { LiveAge } from '../../ui/live-age.tsx';
import { Becomes } from '../onboarding/becomes.tsx';
import { type Pick, proposedPick } from '../onboarding/pick.ts';
import { PickDialog } from '../onboarding/pick-dialog.tsx';
import { unreadText } from './unread.text.ts';
import './unread.css';
import { fieldsOf, proposedPicks, type UnreadPicks, wordsOf } from './unread-picks.ts';
import { useDeviceMetrics } from './use-device-metrics.ts';

const isAsked = (query: URLSearchParams): boolean => query.get('pick') === 'unread';

/** What the device says and nobody records: one line, which opens into the choice. */
export function UnreadMembers({ device }: { readonly device: Device }) {
  const t = useText(unreadText);
  const me = useMe();
  const { data } = useQuery({ ...unreadQuery(device.id), enabled: readsAsOffice(me) });
  const members = data?.items ?? [];
  const [isOpenAtFirst] = useFilters(isAsked);
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [saved, setSaved] = useState(0);
  const unseen = <UnseenFields unseen={data?.unseen ?? []} />;
  if (members.length === 0)
    return (
      <>
        {saved === 0 ? null : <p role="status">{t.saved(saved)}</p>}
        {unseen}
      </>
    );
  return (
    <section className="device-part unread" aria-label={t.count(members.length)}>
      <p>
        {t.line(members.length)}{' '}
        <button type="button" className="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t.close : t.choose}
        </button>
      </p>
      {saved === 0 ? null : <p role="status">{t.saved(saved)}</p>}
      {unseen}
      {isOpen ? <Choice device={device.id} members={members} mayWrite={writesConfig(me)} onSaved={setSaved} /> : null}
    </section>
  );
}

/** Names in `fields` that no message has: most likely misspelt, and harmless. */
function UnseenFields({ unseen }: { readonly unseen: Unread['unseen'] }) {
  const t = useText(unreadText);
  if (unseen.length === 0) return null;
  return (
    <ul className="unseen-fields" role="status">
      {unseen.map(({ path, near }) => (
        <li key={path} data-unseen={path}>
          {t.unseen} <code>{path}</code>
          {near.length === 0 ? t.stop : t.near}
          {near.map((name) => (
            <code key={name}>{name}</code>
          ))}
        </li>
      ))}
    </ul>
  );
}

interface ChoiceProps {
  readonly device: string;
  readonly members: readonly UnreadMember[];
  readonly mayWrite: boolean;
  readonly onSaved: (count: number) => void;
}

function Choice({ device, members, mayWrite, onSaved }: ChoiceProps) {
  const t = useText(unreadText);
  const language = useLanguage();
  const client = useQueryClient();
  const recorded = useDeviceMetrics(device);
  const [picks, setPicks] = useState<UnreadPicks>(new Map());
  const [open, setOpen] = useState<UnreadMember | undefined>();
  const proposed = proposedPicks(members, recorded);
  const choose = (path: string, pick: Pick | null | undefined): void => {
    const { [path]: _, ...others } = Object.fromEntries(picks);
    setPicks(new Map(Object.entries(pick === undefined ? others : { ...others, [path]: pick })));
    setOpen(undefined);
  };
  const save = useMutation({
    mutationFn: () => onboardingApi.setFields(device, fieldsOf(picks)),
    onSuccess: async ({ saved }) => {
      onSaved(saved);
      setPicks(new Map());
      await client.invalidateQueries({ queryKey: ['devices', device] });
    },
  });
  return (
    <>
      <p className="soft small">{mayWrite ? t.hint : t.notYours}</p>
      {mayWrite && picks.size === 0 && proposed.size > 0 ? (
        <button type="button" className="button" onClick={() => setPicks(proposed)}>
          {t.takeAll(proposed.size)}
        </button>
      ) : null}
      <ul>
        {members.map((member) => (
          <MemberRow
            key={member.path}
            member={member}
            pick={picks.get(member.path)}
            mayWrite={mayWrite}
            onOpen={() => setOpen(member)}
            onPick={(pick) => choose(member.path, pick)}
          />
        ))}
      </ul>
      {save.error ? <p role="alert">{messageOf(save.error, language)}</p> : null}
      {picks.size === 0 ? null : (
        <button type="button" className="button button-main" disabled={save.isPending} onClick={() => save.mutate()}>
          {save.isPending ? t.saving : t.save(picks.size)}
        </button>
      )}
      {open === undefined ? null : (
        <Dialog member={open} picks={picks} recorded={recorded} onPick={choose} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
}

interface RowProps {
  readonly member: UnreadMember;
  /** Null: not needed. */
  readonly pick: Pick | null | undefined;
  readonly mayWrite: boolean;
  readonly onOpen: () => void;
  readonly onPick: (pick: Pick | null | undefined) => void;
}

function MemberRow({ member, pick, mayWrite, onOpen, onPick }: RowProps) {
  const t = useText(unreadText);
  const language = useLanguage();
  const { path, sample, at, note } = member;
  return (
    <li data-member={path}>
      <span className="unread-what">
        <code>{path}</code> <code>{String(sample)}</code>{' '}
        <span className="soft small">
          <LiveAge at={at} />
        </span>
        {pick ? (
          <>
            {' → '}
            <strong>{metricName(pick.metric, language)}</strong> <Becomes pick={pick} sample={sample} />
          </>
        ) : null}
        {pick === null ? <span className="soft"> {t.notNeeded}</span> : null}
        {pick === undefined && note !== null ? <small> {inLanguage(note, language)}</small> : null}
      </span>
      {mayWrite && !member.tooLong ? (
        <span className="unread-buttons">
          <button type="button" className="button" onClick={onOpen} data-pick={path}>
            {pick ? t.change : t.choose}
            <span className="visually-hidden"> {path}</span>
          </button>
          <button type="button" className="button" onClick={() => onPick(pick === undefined ? null : undefined)}>
            {pick === undefined ? t.not : t.undo}
            <span className="visually-hidden"> {path}</span>
          </button>
        </span>
      ) : null}
    </li>
  );
}

interface DialogProps {
  readonly member: UnreadMember;
  readonly picks: UnreadPicks;
  /** Metrics of which the device has values: another value for one of them would contradict it. */
  readonly recorded: readonly string[];
  readonly onPick: (path: string, pick: Pick) => void;
  readonly onClose: () => void;
}

function Dialog({ member, picks, recorded, onPick, onClose }: DialogProps) {
  const { path } = member;
  const before = picks.get(path) ?? undefined;
  const words = wordsOf(member);
  const others = [...picks.values()].filter((pick) => pick !== null && pick.path !== path) as Pick[];
  return (
    <PickDialog
      path={path}
      texts={[]}
      words={words}
      proposal={member}
      given={before ?? proposedPick(member, path, words)}
      isNew={before === undefined}
      others={[...others, ...recorded.map((metric) => ({ path: '', metric, scale: '1' }))]}
      onPick={(pick) => onPick(path, pick)}
      onClose={onClose}
    />
  );
}
