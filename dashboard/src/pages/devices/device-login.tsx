import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Ecosystem } from '#contract/ecosystems/ecosystem.ts';
import type { Device } from '#contract/http/campus.ts';
import type { Credential, MqttDoor } from '#contract/http/credentials.ts';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { credentialsQuery, mqttDoorQuery } from '../../api/onboarding-queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { ecosystemFor, ecosystemsFor, ecosystemsOf, newDraft } from '../onboarding/login-draft.ts';
import { LoginForm } from '../onboarding/login-form.tsx';
import { type MadeLoginNow, RevokeDialog, RevokedNote, RotateDialog } from '../onboarding/login-list.tsx';
import { loginMakerText } from '../onboarding/login-maker.text.ts';
import { LoopbackNote } from '../onboarding/login-maker.tsx';
import { MadeLogin } from '../onboarding/made-login.tsx';
import { manageText } from './manage.text.ts';

interface Made extends MadeLoginNow {
  readonly ecosystem: Ecosystem | undefined;
}

/** How the device logs in at the MQTT door: its password made here, with the lines to type into it. An administrator's. */
export function DeviceLogin({ device }: { readonly device: Device }) {
  const { user } = useMe();
  // What is looked for by the gateway itself, and what stands behind a recorder, logs in nowhere.
  const products = ecosystemsOf(device.profile);
  if (user.role !== 'admin' || device.retired !== null || products.length === 0) return null;
  return <Login key={device.id} device={device} products={products} />;
}

interface LoginProps {
  readonly device: Device;
  readonly products: readonly Ecosystem[];
}

function Login({ device, products }: LoginProps) {
  const t = useText(manageText);
  const door = useQuery(mqttDoorQuery);
  const client = useQueryClient();
  const [made, setMade] = useState<Made | undefined>();
  const [revoked, setRevoked] = useState<Credential | undefined>();
  const show = async (next: Made): Promise<void> => {
    setRevoked(undefined);
    setMade(next);
    await client.invalidateQueries({ queryKey: credentialsQuery.queryKey });
  };
  return (
    <section className="device-part" aria-labelledby="device-login">
      <h2 id="device-login">{t.login}</h2>
      <PageState of={door} height={120}>
        {(at: MqttDoor) => (
          <>
            <LoopbackNote door={at} />
            <RevokedNote login={revoked} />
            {made === undefined ? (
              <Logins
                device={device}
                products={products}
                onRevoked={setRevoked}
                onMade={(answer, ecosystem) =>
                  void show({ ...answer, ecosystem: ecosystem ?? ecosystemFor(answer.credential) })
                }
              />
            ) : (
              <MadeLogin key={made.secret} {...made} door={at} onDone={() => setMade(undefined)} />
            )}
          </>
        )}
      </PageState>
    </section>
  );
}

interface LoginsProps extends LoginProps {
  readonly onMade: (made: MadeLoginNow, ecosystem?: Ecosystem) => void;
  readonly onRevoked: (login: Credential) => void;
}

function Logins({ device, products, ...acts }: LoginsProps) {
  const asked = useQuery(credentialsQuery);
  const [product] = products;
  return (
    <PageState of={asked} height={80}>
      {(logins) =>
        product === undefined ? null : product.kind === 'device' ? (
          <OwnLogin device={device} login={logins.find((one) => one.username === device.id)} {...acts} />
        ) : (
          <SharedLogins device={device} product={product} logins={logins} {...acts} />
        )
      }
    </PageState>
  );
}

type Acts = Pick<LoginsProps, 'onMade' | 'onRevoked'>;

interface OwnProps extends Acts {
  readonly device: Device;
  readonly login: Credential | undefined;
}

function OwnLogin({ device, login, onMade, onRevoked }: OwnProps) {
  const t = useText(manageText);
  const language = useLanguage();
  const make = useMutation({
    mutationFn: () => onboardingApi.addCredential({ kind: 'device', username: device.id, prefixes: [] }),
    onSuccess: (made) => onMade(made),
  });
  const [isAsked, setAsked] = useState(false);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  if (login !== undefined) return <LoginRow login={login} onMade={onMade} onRevoked={onRevoked} />;
  // It reports without a password of its own, so something of it is connected that the new password shuts out.
  const reports = device.state === 'online' ? device.lastReadingAt : null;
  return (
    <>
      <p className="soft">{t.loginNone}</p>
      {isAsked && reports !== null ? (
        <FormDialog
          title={t.loginMake}
          action={t.loginMake}
          busyAction={t.loginMaking}
          isBusy={make.isPending}
          error={make.error}
          onSubmit={() => make.mutate()}
          onClose={() => setAsked(false)}
        >
          <p>{t.loginMakeAsk(pick(device.name, language), format.age(now - reports))}</p>
        </FormDialog>
      ) : null}
      {make.error && !isAsked ? (
        <p className="onboard-refused" role="alert">
          {messageOf(make.error, language)}
        </p>
      ) : null}
      <button
        type="button"
        className="button"
        disabled={make.isPending}
        onClick={() => (reports === null ? make.mutate() : setAsked(true))}
      >
        {make.isPending ? t.loginMaking : t.loginMake}
      </button>
    </>
  );
}

interface SharedProps extends Acts {
  readonly device: Device;
  readonly product: Ecosystem;
  readonly logins: readonly Credential[];
}

/** Products with topics of their own log in by topic, and several devices may share such a login. */
function SharedLogins({ device, product, logins, onMade, onRevoked }: SharedProps) {
  const t = useText(manageText);
  const [isNew, setNew] = useState(false);
  const fitting = logins.filter((one) => ecosystemsFor(one).includes(product));
  const isTaken = logins.some(({ username }) => username === product.login);
  const draft = { ...newDraft(product), ...(isTaken ? { username: `${product.login}-${device.id}` } : {}) };
  return (
    <>
      <p className="soft">{fitting.length === 0 ? t.loginSharedNone : t.loginShared}</p>
      {fitting.map((login) => (
        <LoginRow key={login.username} login={login} onMade={onMade} onRevoked={onRevoked} />
      ))}
      {isNew ? (
        <LoginForm initial={draft} onMade={onMade} />
      ) : (
        <button type="button" className="button" onClick={() => setNew(true)}>
          {t.loginNew}
        </button>
      )}
    </>
  );
}

function LoginRow({ login, onMade, onRevoked }: Acts & { readonly login: Credential }) {
  const t = useText(manageText);
  const words = useText(loginMakerText);
  const [open, setOpen] = useState<'rotate' | 'revoke' | undefined>();
  const close = (): void => setOpen(undefined);
  return (
    <div className="login-row" data-login={login.username}>
      <span className="login-row-what">{t.loginHas(login.username, login.sessions)}</span>
      <span className="login-row-buttons">
        {(['rotate', 'revoke'] as const).map((what) => (
          <button key={what} type="button" className="button" onClick={() => setOpen(what)}>
            {words[what]}
          </button>
        ))}
      </span>
      {open === 'rotate' ? <RotateDialog login={login} onMade={onMade} onClose={close} /> : null}
      {open === 'revoke' ? <RevokeDialog login={login} onRevoked={onRevoked} onClose={close} /> : null}
    </div>
  );
}
