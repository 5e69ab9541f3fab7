/** A broker on a free loopback port with a small campus of credentials, and what it handed on. */
import type { Broker, BrokerOptions, SessionEvent } from '../../src/broker/broker-options.ts';
import type { Credential } from '../../src/broker/credential-lookup.ts';
import type { RefusalNote } from '../../src/broker/refusal-book.ts';
import { startBroker } from '../../src/broker/start-broker.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Frame, FrameOutcome } from '../../src/shared/frame.ts';
import { hashToken } from '../../src/shared/token-hash.ts';
import { type ConnectFields, connectPacket, type WireClient, wireClient } from './wire.ts';

export const SECRETS: Readonly<Record<string, string>> = {
  'meter-1': 'secret of meter 1',
  'meter-2': 'secret of meter 2',
  z2m: 'secret of zigbee2mqtt',
  tasmota: 'secret of the plugs',
  grafana: 'secret of grafana',
  huawei: 'secret of the cloud meters',
};

const tokenHash = (username: string): string => hashToken(SECRETS[username] ?? '');

export const CREDENTIALS: readonly Credential[] = [
  { kind: 'device', username: 'meter-1', site: 'main', tokenHash: tokenHash('meter-1') },
  { kind: 'device', username: 'meter-2', site: 'main', tokenHash: tokenHash('meter-2') },
  { kind: 'bridge', username: 'z2m', prefixes: ['zigbee2mqtt/'], tokenHash: tokenHash('z2m') },
  { kind: 'bridge', username: 'tasmota', prefixes: ['tele/', 'stat/', 'cmnd/'], tokenHash: tokenHash('tasmota') },
  { kind: 'bridge', username: 'huawei', prefixes: ['$oc/'], tokenHash: tokenHash('huawei') },
  { kind: 'integration', username: 'grafana', prefixes: ['campus/v1/', 'tele/'], tokenHash: tokenHash('grafana') },
];

export interface TestBroker extends Broker {
  readonly frames: Frame[];
  readonly oversize: { readonly head: Frame; readonly bytes: number }[];
  readonly events: SessionEvent[];
  readonly logs: string[];
  readonly refusals: RefusalNote[];
}

export async function testBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const frames: Frame[] = [];
  const oversize: { head: Frame; bytes: number }[] = [];
  const events: SessionEvent[] = [];
  const logs: string[] = [];
  const refusals: RefusalNote[] = [];
  const log = (_fields: object, message: string): void => {
    logs.push(message);
  };
  const { onFrame = async (): Promise<FrameOutcome> => ({ kind: 'stored' }) } = options;
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    clock: systemClock(),
    log: { info: log, warn: log, error: log },
    credentials: () => ({ find: (username) => CREDENTIALS.find((credential) => credential.username === username) }),
    auth: 'required',
    retainable: (topic) => /\/(availability|LWT)$/.test(topic),
    maxPayloadBytes: () => 64 * 1024,
    onOversize: async (head, bytes) => {
      oversize.push({ head, bytes });
      return { kind: 'quarantined' };
    },
    onSession: (event) => events.push(event),
    onRefusal: (refusal) => refusals.push(refusal),
    ...options,
    onFrame: (frame) => {
      frames.push(frame);
      return onFrame(frame);
    },
  });
  return { ...broker, frames, oversize, events, logs, refusals };
}

/** Connects as one of the known users. */
export async function login(
  broker: Broker,
  username: string,
  fields: Partial<ConnectFields> = {},
): Promise<WireClient> {
  const client = await wireClient(broker.port);
  client.send(connectPacket({ clientId: username, username, password: SECRETS[username] ?? '', ...fields }));
  const answer = await client.next();
  if (answer.type !== 'connack' || answer.id !== 0) throw new Error(`CONNACK ${answer.id} for ${username}`);
  return client;
}

/** Waits for a condition without guessing how long it takes. */
export async function until(condition: () => boolean, what: string, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
