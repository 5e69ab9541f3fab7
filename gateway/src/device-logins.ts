/** Logins at the MQTT door, made and revoked from the dashboard: devices.yaml holds their hashes, nobody keeps a secret. */
import type { Credential, CredentialCreate, MadeCredential } from '#contract/http/credentials.ts';
import type { ActionResult, CredentialDeps } from './api/api-deps.ts';
import type { Broker, SessionInfo } from './broker/broker-options.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { ConfigEdits } from './config/config-edits.ts';
import type { LoginChange } from './config/edit-logins.ts';
import { deviceAuth } from './open-broker.ts';
import { type Environment, isLoopback } from './shared/environment.ts';
import { reachableAt } from './shared/lan-addresses.ts';
import { hashToken, newToken } from './shared/token-hash.ts';

export interface DeviceLoginsParts {
  campus(): CampusInForce;
  readonly edits: ConfigEdits;
  readonly broker: Pick<Broker, 'port' | 'sessions'>;
  readonly environment: Environment;
}

type Login = Omit<Credential, 'sessions' | 'connections'>;

const NOT_CONNECTED = { sessions: 0, connections: [] };
/** Of one login; a page names no more. */
const MAX_NAMED = 5;

export function createDeviceLogins({ campus, edits, broker, environment }: DeviceLoginsParts): CredentialDeps {
  const logins = (): Login[] => loginsOf(campus());
  const find = (username: string): Login | undefined => logins().find((one) => one.username === username);

  /** @param change what becomes of devices.yaml with the hash of the new secret */
  const withSecret = async (
    login: Login,
    who: string,
    change: (tokenHash: string) => LoginChange,
  ): Promise<ActionResult<MadeCredential>> => {
    const secret = newToken();
    const written = await edits.editLogins(change(hashToken(secret)), who);
    if (!written.ok) return written;
    return { ok: true, value: { credential: { ...login, ...NOT_CONNECTED }, secret } };
  };

  return {
    list: () => {
      const connected = Map.groupBy(broker.sessions(), ({ username }) => username);
      return logins().map((login) => ({ ...login, ...connectionsOf(connected.get(login.username) ?? []) }));
    },
    async create(request, who) {
      const refused = refusalOf(request, campus(), find(request.username));
      if (refused !== undefined) return refused;
      const { username, kind, prefixes } = request;
      if (kind === 'device')
        return withSecret(request, who, (tokenHash) => ({ kind: 'device', id: username, tokenHash }));
      return withSecret(request, who, (tokenHash) => ({ kind: 'add', login: { username, kind, prefixes, tokenHash } }));
    },
    async rotate(username, who) {
      const login = find(username);
      if (login === undefined) return noLogin(username);
      return withSecret(login, who, (tokenHash) =>
        login.kind === 'device' ? { kind: 'device', id: username, tokenHash } : { kind: 'secret', username, tokenHash },
      );
    },
    async change(username, prefixes, who) {
      const login = find(username);
      if (login === undefined) return noLogin(username);
      if (login.kind === 'device') return NO_PREFIXES;
      const written = await edits.editLogins({ kind: 'prefixes', username, prefixes }, who);
      return written.ok ? { ok: true, value: { ...login, prefixes: [...prefixes], ...NOT_CONNECTED } } : written;
    },
    async revoke(username, who) {
      const login = find(username);
      if (login === undefined) return noLogin(username);
      const isDevice = login.kind === 'device';
      return edits.editLogins(
        isDevice ? { kind: 'device', id: username, tokenHash: undefined } : { kind: 'remove', username },
        who,
      );
    },
    door: () => ({
      port: broker.port,
      loopbackOnly: isLoopback(environment.mqtt.host),
      webSocketPath: campus().config.gateway.mqtt.wsPath ?? null,
      addresses: [...reachableAt(environment.mqtt.host)],
      sites: campus().config.registry.campus.sites.map(({ id, name }) => ({ id, name: { ...name } })),
      anonymous: deviceAuth(environment, campus()) === 'anonymous',
    }),
  };
}

function connectionsOf(sessions: readonly SessionInfo[]): Pick<Credential, 'sessions' | 'connections'> {
  const newest = sessions.toSorted((a, b) => b.since - a.since).slice(0, MAX_NAMED);
  const connections = newest.map(({ clientId, address, since }) => ({ clientId, address, since }));
  return { sessions: sessions.length, connections };
}

function loginsOf({ config }: CampusInForce): Login[] {
  const devices = [...config.registry.devices.values()].filter(({ tokenHash }) => tokenHash !== undefined);
  return [
    ...config.credentials.map(({ username, kind, prefixes }) => ({ username, kind, prefixes: [...prefixes] })),
    ...devices.map(({ id }): Login => ({ username: id, kind: 'device', prefixes: [] })),
  ];
}

type Refused = ActionResult<never> & { readonly ok: false };

function refusalOf(
  { username, kind, prefixes }: CredentialCreate,
  { config }: CampusInForce,
  existing: Login | undefined,
): Refused | undefined {
  if (existing !== undefined)
    return {
      ...{ ok: false, status: 409 },
      zh: `已有登录“${username}”；请换一个名字，或在列表里给它换口令。`,
      en: `There is a login “${username}” already; choose another name, or give that one a new password in the list.`,
    };
  const isDevice = config.registry.devices.has(username);
  if (kind === 'device' && !isDevice)
    return {
      ...{ ok: false, status: 404 },
      zh: `没有登记编号为“${username}”的设备；请先登记设备。`,
      en: `There is no device with the id “${username}”; register it first.`,
    };
  if (kind === 'device' && prefixes.length > 0) return NO_PREFIXES;
  if (kind !== 'device' && prefixes.length === 0)
    return {
      ...{ ok: false, status: 422 },
      zh: '请至少写一个主题前缀，例如 zigbee2mqtt/。',
      en: 'Give at least one topic prefix, such as zigbee2mqtt/.',
    };
  return undefined;
}

const NO_PREFIXES: Refused = {
  ...{ ok: false, status: 422 },
  zh: '设备的登录只用它自己的主题，不写前缀。',
  en: 'A device uses its own topics only; leave the prefixes out.',
};

function noLogin(username: string): Refused {
  return {
    ...{ ok: false, status: 404 },
    zh: `没有登录“${username}”；可能已被删除，请刷新列表。`,
    en: `There is no login “${username}”; it may have been deleted, reload the list.`,
  };
}
