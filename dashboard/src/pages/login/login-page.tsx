import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { queryClient } from '../../api/queries.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { DoorFrame } from './door-frame.tsx';
import { loginText } from './login.text.ts';
import { safeNext } from './safe-next.ts';

const parse = (query: URLSearchParams): { next: string } => ({ next: safeNext(query.get('next')) });

export function LoginPage() {
  const t = useText(loginText);
  const language = useLanguage();
  const navigate = useNavigate();
  const [{ next }] = useFilters(parse);
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setState({ busy: true });
    try {
      await api.signIn(String(fields.get('name')), String(fields.get('password')));
    } catch (error) {
      setState({ busy: false, error });
      return;
    }
    queryClient.clear();
    if (next.startsWith('/wall')) location.assign(next);
    else await navigate({ href: next, replace: true });
  };
  return (
    <DoorFrame title={t.title} product={t.product}>
      <form onSubmit={(event) => void submit(event)}>
        <label className="field">
          <span>{t.name}</span>
          <input className="input" name="name" autoComplete="username" required maxLength={64} />
        </label>
        <label className="field">
          <span>{t.password}</span>
          <input className="input" name="password" type="password" autoComplete="current-password" required />
        </label>
        {state.error === undefined ? null : (
          <p className="door-error" role="alert">
            {messageOf(state.error, language)}
          </p>
        )}
        <button type="submit" className="button button-main" disabled={state.busy}>
          {state.busy ? t.signingIn : t.signIn}
        </button>
      </form>
      <p className="soft small">{t.noUserYet}</p>
    </DoorFrame>
  );
}
