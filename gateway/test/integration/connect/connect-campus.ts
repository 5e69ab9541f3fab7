/** The running gateway with logins as the documented table gives them, and clients that connect as delivered. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import type { RefusalItem } from '#contract/http/refusals.ts';
import { hashToken } from '../../../src/shared/token-hash.ts';
import { startTestGateway, type TestGateway } from '../../run-gateway.ts';
import { type ConnectFields, type PacketClient, packetClient } from './packet-client.ts';

const root = resolve(import.meta.dirname, '../../../..');

export interface Login {
  readonly username: string;
  /** Default: bridge. */
  readonly kind?: 'bridge' | 'integration';
  readonly prefixes: readonly string[];
}

export interface CampusDevice {
  readonly id: string;
  readonly kind?: string;
  /** Default: native, with a login of its own. */
  readonly profile?: string;
  readonly address?: string;
}

export interface ConnectCampus {
  readonly gateway: TestGateway;
  readonly port: number;
  readonly url: string;
  /** Connects as a login; what is not said is as in {@link packetClient}. The connection ends with {@link ConnectCampus.stop}. */
  connect(username: string, fields?: ConnectFields): Promise<PacketClient>;
  /** As {@link ConnectCampus.connect}, and expects to be let in. */
  enter(username: string, fields?: ConnectFields): Promise<PacketClient>;
  /** The newest value of each metric. */
  latest(device: string): Promise<Record<string, number>>;
  /** Resolves when the metric has that value; rejects after 8 s, or what is said. */
  stored(device: string, metric: string, value: number, withinMs?: number): Promise<void>;
  quarantined(): Promise<readonly Quarantined[]>;
  /** Resolves with the entry of the list of refusals that fits, once there is one. */
  told(entry: Partial<RefusalItem>): Promise<RefusalItem>;
  refusals(): Promise<readonly RefusalItem[]>;
  /** What a client that comes now is given of the retained messages, by topic, once `wanted` are there. */
  retained(username: string, filter: string, wanted: readonly string[]): Promise<Map<string, string>>;
  stop(): Promise<void>;
}

export const passwordOf = (username: string): string => `secret of ${username}`;

export async function connectCampus(
  logins: readonly Login[],
  devices: readonly CampusDevice[],
  gatewayYaml = 'demo: false\n',
): Promise<ConnectCampus> {
  const config = await mkdtemp(join(tmpdir(), 'houqin-connect-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  await writeFile(join(config, 'devices.yaml'), devicesYaml(logins, devices));
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  await writeFile(join(config, 'gateway.yaml'), gatewayYaml);
  const gateway = await startTestGateway({ config, env: { HOUQIN_DEVICE_AUTH: 'required' } });
  await rm(config, { recursive: true, force: true });
  const clients: PacketClient[] = [];
  const connect: ConnectCampus['connect'] = async (username, fields = {}) => {
    const port = Number(new URL(gateway.mqttUrl).port);
    const client = await packetClient(port, { username, password: passwordOf(username), ...fields });
    clients.push(client);
    return client;
  };
  const enter: ConnectCampus['enter'] = async (username, fields = {}) => {
    const client = await connect(username, fields);
    expect(client.connack).toMatchObject(fields.protocolVersion === 5 ? { reasonCode: 0 } : { returnCode: 0 });
    return client;
  };
  return {
    gateway,
    get port() {
      return Number(new URL(gateway.mqttUrl).port);
    },
    get url() {
      return gateway.mqttUrl;
    },
    connect,
    enter,
    ...views(gateway, enter),
    async stop() {
      for (const client of clients) client.drop();
      await gateway.stop();
    },
  };
}

function views(
  gateway: TestGateway,
  enter: ConnectCampus['enter'],
): Pick<ConnectCampus, 'latest' | 'stored' | 'quarantined' | 'told' | 'refusals' | 'retained'> {
  const latest = async (device: string): Promise<Record<string, number>> => {
    const { items } = await gateway.api<{ items: LatestValue[] }>(`/latest?device=${device}`);
    return Object.fromEntries(items.map(({ metric, value }) => [metric, value]));
  };
  const refusals = async (): Promise<readonly RefusalItem[]> =>
    (await gateway.api<{ items: RefusalItem[] }>('/refusals')).items;
  return {
    latest,
    refusals,
    stored: async (device, metric, value, withinMs = 8_000) => {
      await expect.poll(async () => (await latest(device))[metric], { timeout: withinMs }).toBe(value);
    },
    quarantined: async () => (await gateway.api<{ items: Quarantined[] }>('/quarantine')).items,
    async told(entry) {
      await expect.poll(refusals, { timeout: 8_000 }).toContainEqual(expect.objectContaining(entry));
      const found = (await refusals()).find((one) =>
        Object.entries(entry).every(([key, value]) => Reflect.get(one, key) === value),
      );
      if (found === undefined) throw new Error('the refusal left the list at once');
      return found;
    },
    async retained(username, filter, wanted) {
      const client = await enter(username, { clientId: `later-${Math.random()}` });
      const kept = (): Map<string, string> =>
        new Map(client.messages().flatMap(({ topic, payload, retain }) => (retain ? [[topic, `${payload}`]] : [])));
      const missing = async (): Promise<readonly string[]> => {
        // Again each time: what was sent with QoS 0 may be on its way to the disk still, and come as a live message.
        await client.subscribe(filter);
        await client.ping();
        return wanted.filter((topic) => !kept().has(topic));
      };
      await expect.poll(missing, { timeout: 8_000, interval: 250 }).toEqual([]);
      await client.end();
      return kept();
    },
  };
}

function devicesYaml(logins: readonly Login[], devices: readonly CampusDevice[]): string {
  const text = JSON.stringify;
  const device = ({ id, kind = 'sensor', profile, address }: CampusDevice): string => {
    const by = profile === undefined ? `tokenHash: ${text(hashToken(passwordOf(id)))}` : `profile: ${profile}`;
    const at = address === undefined ? '' : `, address: ${text(address)}`;
    return `  - { id: ${id}, name: { zh: ${id}, en: ${id} }, kind: ${kind}, place: building-1, intervalS: 600, ${by}${at} }\n`;
  };
  const login = ({ username, kind = 'bridge', prefixes }: Login): string =>
    `  - { username: ${text(username)}, kind: ${kind}, prefixes: ${text(prefixes)}, tokenHash: ${text(hashToken(passwordOf(username)))} }\n`;
  return `devices:${devices.length === 0 ? ' []' : `\n${devices.map(device).join('')}`}\ncredentials:\n${logins.map(login).join('')}`;
}
