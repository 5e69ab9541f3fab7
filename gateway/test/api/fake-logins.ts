/** Logins and refusals behind the api, one of each shape. */
import type { Refusal } from '#contract/refusals.ts';
import type { CredentialDeps } from '../../src/api/api-deps.ts';

const AT = Date.UTC(2026, 2, 2, 2);

export function fakeCredentials(): CredentialDeps {
  const credential = {
    username: 'a&b',
    kind: 'bridge' as const,
    prefixes: ['tele/'],
    sessions: 1,
    connections: [{ clientId: 'c', address: '10.0.0.9', since: 1 }],
  };
  return {
    list: () => [credential, { username: 'meter-1', kind: 'device', prefixes: [], sessions: 0, connections: [] }],
    create: async ({ username, kind, prefixes }) =>
      username === credential.username
        ? { ok: false, status: 409, zh: '已有。', en: 'It exists.' }
        : {
            ok: true,
            value: { credential: { username, kind, prefixes, sessions: 0, connections: [] }, secret: 'the-secret' },
          },
    rotate: async () => ({ ok: true, value: { credential, secret: 'the-secret' } }),
    change: async (username, prefixes) =>
      username === credential.username
        ? { ok: true, value: { ...credential, prefixes: [...prefixes] } }
        : { ok: false, status: 404, zh: '没有。', en: 'None.' },
    revoke: async () => ({ ok: true, value: undefined }),
    door: () => ({
      ...{ port: 1883, loopbackOnly: false, addresses: ['192.168.1.10'], anonymous: false, webSocketPath: '/mqtt' },
      sites: [{ id: 'main', name: { zh: '本部', en: 'Main' } }],
    }),
  };
}

export function fakeRefusals(): Refusal[] {
  const when = { count: 3, firstAt: AT, lastAt: AT + 5 };
  return [
    { login: 'a&b', clientId: 'c', address: '10.0.0.1', reason: 'topic-denied', detail: 'x/y', ...when },
    { login: null, clientId: null, address: 'fd00::1', reason: 'not-mqtt', detail: null, ...when },
  ];
}
