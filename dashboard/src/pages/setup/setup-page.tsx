import { type FormEvent, useEffect, useState } from 'react';
import { api } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { ApiError } from '../../api/http.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { DoorFrame } from '../login/door-frame.tsx';
import { setupText } from './setup.text.ts';
import { setupToken } from './setup-token.ts';

export function SetupPage() {
  const t = useText(setupText);
  const language = useLanguage();
  const [token] = useState(() => setupToken(location));
  const isDone = useIsDone();
  const [state, setState] = useState<{ busy: boolean; message?: string }>({ busy: false });
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [name, password] = [String(fields.get('name')), String(fields.get('password'))];
    if (password !== fields.get('again')) return setState({ busy: false, message: t.differ });
    setState({ busy: true });
    try {
      await api.setUp(token, name, password);
      // A full load: until now the gateway answered nothing but this page.
      location.assign('/');
    } catch (error) {
      setState({ busy: false, message: messageOf(error, language) });
    }
  };
  if (isDone)
    return (
      <DoorFrame title={t.title} product={t.product}>
        <p>{t.done}</p>
        <a className="button button-main" href="/login">
          {t.signIn}
        </a>
      </DoorFrame>
    );
  return (
    <DoorFrame title={t.title} product={t.product}>
      <p>{token === '' ? t.noToken : t.intro}</p>
      {token === '' ? null : (
        <form onSubmit={(event) => void submit(event)}>
          <label className="field">
            <span>{t.name}</span>
            <input className="input" name="name" autoComplete="username" required maxLength={64} />
          </label>
          <Password name="password" label={t.password} />
          <Password name="again" label={t.again} />
          {state.message === undefined ? null : (
            <p className="door-error" role="alert">
              {state.message}
            </p>
          )}
          <button type="submit" className="button button-main" disabled={state.busy}>
            {state.busy ? t.creating : t.create}
          </button>
        </form>
      )}
    </DoorFrame>
  );
}

/** Whether there is an administrator already: then the link has done its work, and a form would only end in a refusal. */
function useIsDone(): boolean {
  const [isDone, setIsDone] = useState(false);
  useEffect(() => {
    api.me().then(
      () => setIsDone(true),
      (error: unknown) =>
        setIsDone(error instanceof ApiError && error.problem?.type === 'urn:houqin:problem:sign-in-needed'),
    );
  }, []);
  return isDone;
}

function Password({ name, label }: { readonly name: string; readonly label: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        name={name}
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={256}
      />
    </label>
  );
}
