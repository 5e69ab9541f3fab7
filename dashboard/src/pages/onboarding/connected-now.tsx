import type { Credential } from '#contract/http/credentials.ts';
import { useText } from '../../i18n/use-text.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { loginMakerText } from './login-maker.text.ts';

/** Who would be cut off: every connection of a login, with its address and since when. */
export function ConnectedNow({ login: { sessions, connections } }: { readonly login: Credential }) {
  const t = useText(loginMakerText);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  if (sessions === 0) return <p className="soft">{t.nobodyNow}</p>;
  return (
    <div className="login-connected" role="status">
      <p>
        <strong>{t.connectedNow(sessions)}</strong>
      </p>
      <ul>
        {connections.map(({ clientId, address, since }) => (
          <li key={`${address} ${clientId}`}>
            <code>
              <bdi>{clientId === '' ? '""' : clientId}</bdi>
            </code>{' '}
            · {address} · {t.since(format.moment(since, now))}
          </li>
        ))}
        {sessions > connections.length ? <li>{t.moreConnections(sessions - connections.length)}</li> : null}
      </ul>
    </div>
  );
}
