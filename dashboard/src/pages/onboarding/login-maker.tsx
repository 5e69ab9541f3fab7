import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Ecosystem } from '#contract/ecosystems/ecosystem.ts';
import type { MqttDoor } from '#contract/http/credentials.ts';
import { credentialsQuery, mqttDoorQuery } from '../../api/onboarding-queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { PageState } from '../../ui/page-state.tsx';
import { ecosystemFor } from './login-draft.ts';
import { LoginForm } from './login-form.tsx';
import { LoginList, type MadeLoginNow } from './login-list.tsx';
import './login-maker.css';
import { loginMakerText } from './login-maker.text.ts';
import { MadeLogin } from './made-login.tsx';

interface Made extends MadeLoginNow {
  readonly ecosystem: Ecosystem | undefined;
}

/** Said where no device can reach the door. */
export function LoopbackNote({ door }: { readonly door: MqttDoor }) {
  const t = useText(loginMakerText);
  if (!door.loopbackOnly) return null;
  return (
    <p className="login-loopback">
      <strong>{t.loopback}</strong> {t.loopbackHint(door.port)}
    </p>
  );
}

/** A login for a product, its secret with what to type into it, and the logins there are. */
export function LoginMaker() {
  const t = useText(loginMakerText);
  const door = useQuery(mqttDoorQuery);
  const client = useQueryClient();
  const [made, setMade] = useState<Made | undefined>(undefined);
  const show = async (next: Made): Promise<void> => {
    setMade(next);
    await client.invalidateQueries({ queryKey: credentialsQuery.queryKey });
  };
  return (
    <section className="onboard-part login-maker" aria-labelledby="make-login">
      <h2 id="make-login">{t.title}</h2>
      <p className="soft small">{t.hint}</p>
      <PageState of={door} height={240}>
        {(at) => (
          <>
            <LoopbackNote door={at} />
            {made === undefined ? (
              <LoginForm onMade={(answer, ecosystem) => void show({ ...answer, ecosystem })} />
            ) : (
              <MadeLogin key={made.secret} {...made} door={at} onDone={() => setMade(undefined)} />
            )}
          </>
        )}
      </PageState>
      <LoginList onMade={(answer) => void show({ ...answer, ecosystem: ecosystemFor(answer.credential) })} />
    </section>
  );
}
