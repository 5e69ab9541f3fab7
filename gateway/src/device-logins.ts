/** Logins at the MQTT door, made and revoked from the dashboard: devices.yaml holds their hashes, nobody keeps a secret. */
import type { Credential, CredentialCreate, MadeCredential } from '#contract/http/credentials.ts';
import type { ActionResult, CredentialDeps } from './api/api-deps.ts';
import type { Broker } from './broker/broker-options.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { ConfigEdits } from './config/config-edits.ts';
import { addLogin, removeLogin, setDeviceHash, setLoginHash } from './config/edit-logins.ts';
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

type Login = Omit<Credential, 'sessions'>;

export function createDeviceLogins({ campus, edits, broker, environment }: DeviceLoginsParts): CredentialDeps {
  const logins = (): Login[] => loginsOf(campus());
  const find = (username: string): Login | undefined => logins().find((one) => one.username === username);

  /** 409 when the change finds nothing to change: the file is no longer the one that is in force. */
  const edit = async (change: (text: string) => string, who: string): Promise<ActionResult<unknown>> => {
    let isThere = true;
    const written = await edits.editDevices((text) => {
      const next = change(text);
      isThere = next !== text;
      return next;
    }, who);
    return isThere || !written.ok ? written : OUTDATED;
  };

  /** @param change makes the text of devices.yaml with the hash of the new secret */
  const withSecret = async (
    login: Login,
    who: string,
    change: (text: string, tokenHash: string) => string,
  ): Promise<ActionResult<MadeCredential>> => {
    const secret = newToken();
    const tokenHash = hashToken(secret);
    const written = await edit((text) => change(text, tokenHash), who);
    if (!written.ok) return written;
    return { ok: true, value: { credential: { ...login, sessions: 0 }, secret } };
  };

  return {
    list: () => {
      const connected = new Map<string, number>();
      for (const { username } of broker.sessions()) connected.set(username, (connected.get(username) ?? 0) + 1);
      return logins().map((login) => ({ ...login, sessions: connected.get(login.username) ?? 0 }));
    },
    async create(request, who) {
      const refused = refusalOf(request, campus(), find(request.username));
      if (refused !== undefined) return refused;
      const { username, kind, prefixes } = request;
      if (kind === 'device')
        return withSecret(request, who, (text, tokenHash) => setDeviceHash(text, username, tokenHash));
      return withSecret(request, who, (text, tokenHash) => addLogin(text, { username, kind, prefixes, tokenHash }));
    },
    async rotate(username, who) {
      const login = find(username);
      if (login === undefined) return noLogin(username);
      const set = login.kind === 'device' ? setDeviceHash : setLoginHash;
      return withSecret(login, who, (text, tokenHash) => set(text, username, tokenHash));
    },
    async revoke(username, who) {
      const login = find(username);
      if (login === undefined) return noLogin(username);
      return edit(
        (text) => (login.kind === 'device' ? setDeviceHash(text, username, undefined) : removeLogin(text, username)),
        who,
      );
    },
    door: () => ({
      port: broker.port,
      loopbackOnly: isLoopback(environment.mqtt.host),
      addresses: [...reachableAt(environment.mqtt.host)],
      sites: campus().config.registry.campus.sites.map(({ id, name }) => ({ id, name: { ...name } })),
      anonymous: deviceAuth(environment, campus()) === 'anonymous',
    }),
  };
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
  if (kind === 'device' && prefixes.length > 0)
    return {
      ...{ ok: false, status: 422 },
      zh: '设备的登录只用它自己的主题，不写前缀。',
      en: 'A device uses its own topics only; leave the prefixes out.',
    };
  if (kind !== 'device' && prefixes.length === 0)
    return {
      ...{ ok: false, status: 422 },
      zh: '请至少写一个主题前缀，例如 zigbee2mqtt/。',
      en: 'Give at least one topic prefix, such as zigbee2mqtt/.',
    };
  return undefined;
}

const OUTDATED: Refused = {
  ...{ ok: false, status: 409 },
  zh: 'devices.yaml 已被别人修改，还没有生效；请稍等，刷新后再改。',
  en: 'devices.yaml was changed meanwhile and is not in force yet; wait a moment, reload and try again.',
};

function noLogin(username: string): Refused {
  return {
    ...{ ok: false, status: 404 },
    zh: `没有登录“${username}”；可能已被删除，请刷新列表。`,
    en: `There is no login “${username}”; it may have been deleted, reload the list.`,
  };
}
