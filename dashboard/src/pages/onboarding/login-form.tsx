import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { BRIDGE_ECOSYSTEMS } from '#contract/ecosystems/bridges.ts';
import { DEVICE_ECOSYSTEMS } from '#contract/ecosystems/devices.ts';
import type { Ecosystem } from '#contract/ecosystems/ecosystem.ts';
import { ecosystemOf } from '#contract/ecosystems/ecosystems.ts';
import { PROGRAM_ECOSYSTEMS } from '#contract/ecosystems/programs.ts';
import type { MadeCredential } from '#contract/http/credentials.ts';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { devicesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { type LoginDraft, loginOf, newDraft, problemOf, shownPrefixes } from './login-draft.ts';
import { loginMakerText } from './login-maker.text.ts';

interface FormProps {
  /** Of what it is first asked for; else the most usual one. */
  readonly initial?: LoginDraft;
  readonly onMade: (made: MadeCredential, ecosystem: Ecosystem) => void;
}

interface PartProps {
  readonly draft: LoginDraft;
  readonly change: (part: Partial<LoginDraft>) => void;
}

/** Which product, under which name and prefixes; all of it proposed. */
export function LoginForm({ initial, onMade }: FormProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const [draft, setDraft] = useState(() => initial ?? newDraft(ecosystemOf('tasmota') ?? firstEcosystem()));
  const [isTold, setTold] = useState(false);
  const change = (part: Partial<LoginDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const login = loginOf(draft);
  const problem = problemOf(login);
  const add = useMutation({
    mutationFn: () => onboardingApi.addCredential(login),
    onSuccess: (made) => onMade(made, draft.ecosystem),
  });
  const choose = (ecosystem: Ecosystem): void => {
    setDraft(newDraft(ecosystem));
    setTold(false);
    add.reset();
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTold(true);
    if (problem === undefined) add.mutate();
  };
  return (
    <form className="login-form" onSubmit={submit} noValidate>
      <ProductField draft={draft} onProduct={choose} />
      {draft.ecosystem.kind === 'device' ? (
        <DeviceField draft={draft} change={change} />
      ) : (
        <BridgeFields draft={draft} change={change} />
      )}
      {isTold && problem !== undefined ? (
        <p className="field-problem" role="alert">
          {t[problem]}
        </p>
      ) : null}
      {add.error ? (
        <p className="onboard-refused" role="alert">
          {messageOf(add.error, language)}
        </p>
      ) : null}
      <button type="submit" className="button button-main" disabled={add.isPending}>
        {add.isPending ? t.making : t.make}
      </button>
    </form>
  );
}

function firstEcosystem(): Ecosystem {
  const [first] = DEVICE_ECOSYSTEMS;
  if (first === undefined) throw new Error('the table of ecosystems is empty');
  return first;
}

interface ProductProps {
  readonly draft: LoginDraft;
  readonly onProduct: (ecosystem: Ecosystem) => void;
}

function ProductField({ draft, onProduct }: ProductProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const groups = [
    [t.groupDevices, DEVICE_ECOSYSTEMS],
    [t.groupBridges, BRIDGE_ECOSYSTEMS],
    [t.groupPrograms, PROGRAM_ECOSYSTEMS],
  ] as const;
  const choose = (id: string): void => {
    const ecosystem = ecosystemOf(id);
    if (ecosystem !== undefined) onProduct(ecosystem);
  };
  return (
    <label className="field">
      <span>{t.product}</span>
      <select
        className="input"
        name="product"
        value={draft.ecosystem.id}
        onChange={(event) => choose(event.target.value)}
      >
        {groups.map(([name, ecosystems]) => (
          <optgroup key={name} label={name}>
            {ecosystems.map((one) => (
              <option key={one.id} value={one.id}>
                {pick(one.name, language)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function DeviceField({ draft, change }: PartProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const { data: devices = [] } = useQuery(devicesQuery);
  const native = devices.filter(({ profile, retired }) => profile === 'native' && retired === null);
  return (
    <>
      <label className="field">
        <span>{t.device}</span>
        <select
          className="input"
          name="device"
          value={draft.username ?? ''}
          onChange={(event) => change({ username: event.target.value })}
        >
          <option value="">{t.deviceChoose}</option>
          {native.map(({ id, name }) => (
            <option key={id} value={id}>
              {`${pick(name, language)} (${id})`}
            </option>
          ))}
        </select>
      </label>
      {native.length === 0 ? <p className="soft small">{t.noDevice}</p> : null}
    </>
  );
}

function BridgeFields({ draft, change }: PartProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const { parameter, login } = draft.ecosystem;
  return (
    <>
      {parameter === undefined ? null : (
        <label className="field">
          <span>{pick(parameter.name, language)}</span>
          <input
            className="input"
            name="parameter"
            autoComplete="off"
            placeholder={parameter.example}
            value={draft.answer}
            onChange={(event) => change({ answer: event.target.value, prefixes: undefined })}
          />
        </label>
      )}
      <Hinted label={t.username} hint={t.usernameHint}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            name="username"
            autoComplete="off"
            spellCheck={false}
            value={draft.username ?? login}
            onChange={(event) => change({ username: event.target.value })}
          />
        )}
      </Hinted>
      <Hinted label={t.prefixes} hint={t.prefixesHint}>
        {(ids) => (
          <textarea
            {...ids}
            className="input login-prefixes"
            name="prefixes"
            rows={Math.max(2, shownPrefixes(draft).split('\n').length)}
            spellCheck={false}
            value={shownPrefixes(draft)}
            onChange={(event) => change({ prefixes: event.target.value })}
          />
        )}
      </Hinted>
      <OptionalPrefixes draft={draft} change={change} />
      <RightsField draft={draft} change={change} />
    </>
  );
}

interface HintedProps {
  readonly label: string;
  readonly hint: string;
  readonly children: (ids: { readonly id: string; readonly 'aria-describedby': string }) => ReactNode;
}

/** A field with a sentence below it. */
function Hinted({ label, hint, children }: HintedProps) {
  const id = useId();
  const described = useId();
  return (
    <div>
      <label className="field" htmlFor={id}>
        <span>{label}</span>
        {children({ id, 'aria-describedby': described })}
      </label>
      <p className="soft small" id={described}>
        {hint}
      </p>
    </div>
  );
}

function OptionalPrefixes({ draft, change }: PartProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const { ecosystem, optional } = draft;
  if (ecosystem.optional.length === 0) return null;
  const toggle = (prefix: string): void => {
    const next = new Set(optional);
    if (!next.delete(prefix)) next.add(prefix);
    change({ optional: next });
  };
  return (
    <fieldset className="login-choices">
      <legend>{t.optional}</legend>
      {ecosystem.optional.map(({ prefix, when }) => (
        <label key={prefix}>
          <input type="checkbox" checked={optional.has(prefix)} onChange={() => toggle(prefix)} />
          <span>
            <code>{prefix}</code> <small className="soft">{pick(when, language)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function RightsField({ draft, change }: PartProps) {
  const t = useText(loginMakerText);
  const { ecosystem, kind = ecosystem.kind } = draft;
  return (
    <fieldset className="login-choices">
      <legend>{t.rights}</legend>
      {(['bridge', 'integration'] as const).map((one) => (
        <label key={one}>
          <input type="radio" name="kind" checked={kind === one} onChange={() => change({ kind: one })} />
          <span>{t[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}
