import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Credential, MadeCredential } from '#contract/http/credentials.ts';
import { onboardingApi } from '../../api/api.ts';
import { credentialsQuery } from '../../api/onboarding-queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { ConnectedNow } from './connected-now.tsx';
import { prefixLines, problemOf } from './login-draft.ts';
import { loginMakerText } from './login-maker.text.ts';

interface ListProps {
  readonly onMade: (made: MadeLoginNow) => void;
}

/** A secret that was just made; `replaces`: instead of one that so many connections used. */
export interface MadeLoginNow extends MadeCredential {
  readonly replaces?: { readonly connections: number };
}

/** The logins there are: another password, or none any more. */
export function LoginList({ onMade }: ListProps) {
  const t = useText(loginMakerText);
  const asked = useQuery(credentialsQuery);
  const [open, setOpen] = useState<{ readonly what: Action; readonly login: Credential } | undefined>();
  const [revoked, setRevoked] = useState<Credential | undefined>();
  const close = (): void => setOpen(undefined);
  return (
    <div className="login-list">
      <h3>{t.list}</h3>
      <RevokedNote login={revoked} />
      <PageState of={asked} height={80} isEmpty={(logins) => logins.length === 0} empty={<p>{t.none}</p>}>
        {(logins) => (
          <ul>
            {logins.map((login) => (
              <LoginRow key={login.username} login={login} onAction={(what) => setOpen({ what, login })} />
            ))}
          </ul>
        )}
      </PageState>
      {open?.what === 'rotate' ? <RotateDialog login={open.login} onMade={onMade} onClose={close} /> : null}
      {open?.what === 'revoke' ? <RevokeDialog login={open.login} onRevoked={setRevoked} onClose={close} /> : null}
      {open?.what === 'topics' ? <TopicsDialog login={open.login} onClose={close} /> : null}
    </div>
  );
}

const ACTIONS = ['topics', 'rotate', 'revoke'] as const;
type Action = (typeof ACTIONS)[number];

interface RowProps {
  readonly login: Credential;
  readonly onAction: (what: Action) => void;
}

function LoginRow({ login: { username, kind, prefixes, sessions }, onAction }: RowProps) {
  const t = useText(loginMakerText);
  const kinds = { device: t.kindDevice, bridge: t.kindBridge, integration: t.kindIntegration };
  return (
    <li className="login-row" data-login={username}>
      <span className="login-row-what">
        <strong>{username}</strong>
        <span className="soft small">
          {kinds[kind]} · {kind === 'device' ? t.native : <code>{prefixes.join(' ')}</code>} ·{' '}
          {sessions === 0 ? t.noSessions : t.sessions(sessions)}
        </span>
      </span>
      <span className="login-row-buttons">
        {ACTIONS.filter((what) => what !== 'topics' || kind !== 'device').map((what) => (
          <button
            key={what}
            type="button"
            className="button"
            aria-label={`${t[what]} ${username}`}
            onClick={() => onAction(what)}
          >
            {t[what]}
          </button>
        ))}
      </span>
    </li>
  );
}

interface DialogProps {
  /** As it was when the dialog was opened. */
  readonly login: Credential;
  readonly onClose: () => void;
}

function TopicsDialog({ login, onClose }: DialogProps) {
  const t = useText(loginMakerText);
  const { username, kind, prefixes } = login;
  const client = useQueryClient();
  const [text, setText] = useState(prefixes.join('\n'));
  const [isTold, setTold] = useState(false);
  const next = prefixLines(text);
  const problem = problemOf({ kind, username, prefixes: next });
  const save = useMutation({
    mutationFn: () => onboardingApi.changeCredential(username, next),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: credentialsQuery.queryKey });
    },
  });
  return (
    <FormDialog
      title={t.topicsTitle(username)}
      action={t.topicsSave}
      busyAction={t.topicsSaving}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() => (problem === undefined ? save.mutate() : setTold(true))}
      onClose={onClose}
    >
      <label className="field">
        <span>{t.prefixes}</span>
        <textarea
          className="input login-prefixes"
          name="prefixes"
          rows={Math.max(3, text.split('\n').length)}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {isTold && problem !== undefined ? (
        <p className="form-dialog-problem" role="alert">
          {t[problem]}
        </p>
      ) : null}
      <p className="soft small">
        {t.prefixesHint} {t.topicsHint}
      </p>
      <ConnectedNow login={login} />
    </FormDialog>
  );
}

export function RotateDialog({ login, onMade, onClose }: DialogProps & ListProps) {
  const t = useText(loginMakerText);
  const { username, sessions } = login;
  const rotate = useMutation({
    mutationFn: () => onboardingApi.rotateCredential(username),
    onSuccess: (made) => {
      onClose();
      onMade({ ...made, replaces: { connections: sessions } });
    },
  });
  return (
    <FormDialog
      title={t.rotate}
      action={t.rotate}
      busyAction={t.rotating}
      isBusy={rotate.isPending}
      error={rotate.error}
      onSubmit={() => rotate.mutate()}
      onClose={onClose}
    >
      <p>{t.rotateAsk(username)}</p>
      <ConnectedNow login={login} />
      <p>{sessions === 0 ? t.rotateThenNobody : t.rotateThen(sessions)}</p>
    </FormDialog>
  );
}

interface RevokeProps extends DialogProps {
  readonly onRevoked: (login: Credential) => void;
}

export function RevokeDialog({ login, onRevoked, onClose }: RevokeProps) {
  const t = useText(loginMakerText);
  const { username, sessions } = login;
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => onboardingApi.revokeCredential(username),
    onSuccess: async () => {
      onClose();
      onRevoked(login);
      await client.invalidateQueries({ queryKey: credentialsQuery.queryKey });
    },
  });
  return (
    <FormDialog
      title={t.revoke}
      action={t.revoke}
      busyAction={t.revoking}
      isBusy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>{t.revokeAsk(username)}</p>
      <ConnectedNow login={login} />
      <p>{sessions === 0 ? t.revokeThenNobody : t.revokeThen(sessions)}</p>
    </FormDialog>
  );
}

/** What became of a login, and what to do with the devices that used it. */
export function RevokedNote({ login }: { readonly login: Credential | undefined }) {
  const t = useText(loginMakerText);
  if (login === undefined) return null;
  return (
    <p className="login-revoked" role="status">
      {t.revoked(login.username, login.sessions)}
    </p>
  );
}
