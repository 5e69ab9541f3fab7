import { useEffect, useRef, useState } from 'react';
import {
  type Access,
  commonFields,
  type Ecosystem,
  type Field,
  type LineBlock,
} from '#contract/ecosystems/ecosystem.ts';
import type { Credential, MqttDoor } from '#contract/http/credentials.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevice } from '../../live/use-live.ts';
import { CodeText } from '../../ui/code-text.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ecosystemsFor, hostsOf } from './login-draft.ts';
import { loginMakerText } from './login-maker.text.ts';

interface MadeProps {
  readonly credential: Credential;
  readonly secret: string;
  /** Undefined for a login whose product is not known. */
  readonly ecosystem: Ecosystem | undefined;
  readonly door: MqttDoor;
  /** Instead of a password that so many connections used. */
  readonly replaces?: { readonly connections: number };
  readonly onDone: () => void;
}

/** The secret of a login, once, with the lines that the product wants. */
export function MadeLogin({ credential, secret, ecosystem, door, replaces, onDone }: MadeProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  const device = useDevice(credential.kind === 'device' ? credential.username : '');
  const [chosen, setChosen] = useState(ecosystem);
  const hosts = hostsOf(door, location.hostname);
  const [host, setHost] = useState(hosts[0] ?? location.hostname);
  // The form that had the focus is gone.
  useEffect(() => heading.current?.focus(), []);
  const access: Access = {
    ...{ host, port: door.port, user: credential.username, secret, prefixes: credential.prefixes },
    site: device?.site ?? door.sites[0]?.id ?? 'main',
  };
  return (
    <div className="made-login" data-made={credential.username}>
      <h3 ref={heading} tabIndex={-1}>
        {t.madeTitle(credential.username)}
      </h3>
      <p className="made-login-once">{t.once}</p>
      {replaces === undefined ? null : <p role="status">{t.replaced(replaces.connections)}</p>}
      {hosts.length > 1 ? (
        <label className="field made-login-host">
          <span>
            {t.host} · {t.hostHint}
          </span>
          <select className="input" value={host} onChange={(event) => setHost(event.target.value)}>
            {hosts.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      ) : null}
      <h4>{t.connection}</h4>
      <Fields fields={commonFields(access)} />
      <p className="soft small">{t.anyClient}</p>
      {door.webSocketPath === null ? null : (
        <p className="soft small">{t.webSocket(webSocketUrl(door.webSocketPath))}</p>
      )}
      <ProductChoice credential={credential} chosen={chosen} onChosen={setChosen} />
      {chosen?.lines(access).map((block) => (
        <Block key={block.title.en} block={block} />
      ))}
      {chosen === undefined ? null : (
        <p className="made-login-note">
          <strong>{t.notes}</strong> {pick(chosen.notes, language)}
        </p>
      )}
      <button type="button" className="button button-main" onClick={onDone}>
        {t.done}
      </button>
    </div>
  );
}

interface ChoiceProps {
  readonly credential: Credential;
  readonly chosen: Ecosystem | undefined;
  readonly onChosen: (ecosystem: Ecosystem | undefined) => void;
}

/** Several products may use one login; each has lines of its own. */
function ProductChoice({ credential, chosen, onChosen }: ChoiceProps) {
  const t = useText(loginMakerText);
  const language = useLanguage();
  const offered = ecosystemsFor(credential);
  if (offered.length < 2) return null;
  return (
    <label className="field made-login-host">
      <span>{t.lines}</span>
      <select
        className="input"
        name="lines"
        value={chosen?.id ?? ''}
        onChange={({ target }) => onChosen(offered.find(({ id }) => id === target.value))}
      >
        {offered.map(({ id, name }) => (
          <option key={id} value={id}>
            {pick(name, language)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The HTTP door takes MQTT too; behind a proxy the page's own address is the one that works. */
function webSocketUrl(path: string): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}${path}`;
}

function Block({ block }: { readonly block: LineBlock }) {
  const language = useLanguage();
  const text = useRef<HTMLPreElement>(null);
  const title = pick(block.title, language);
  return (
    <>
      <h4>{title}</h4>
      {'text' in block ? (
        <div className="made-login-text">
          <CodeText text={block.text} ref={text} />
          <CopyButton text={block.text} what={title} from={text} />
        </div>
      ) : (
        <Fields fields={block.fields} />
      )}
    </>
  );
}

function Fields({ fields }: { readonly fields: readonly Field[] }) {
  return (
    <dl className="made-login-fields">
      {fields.map((field) => (
        <FieldRow key={field.name.en} field={field} />
      ))}
    </dl>
  );
}

function FieldRow({ field: { name, value } }: { readonly field: Field }) {
  const language = useLanguage();
  const code = useRef<HTMLElement>(null);
  return (
    <div>
      <dt>{pick(name, language)}</dt>
      <dd>
        <code ref={code}>{value}</code>
        <CopyButton text={value} what={pick(name, language)} from={code} />
      </dd>
    </div>
  );
}
