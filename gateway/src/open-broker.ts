/** The embedded broker with this campus's credentials, rights and limits, which follow the config while it runs. */
import type { Broker, BrokerOptions } from './broker/broker-options.ts';
import { credentialLookup } from './broker/credential-lookup.ts';
import { startBroker } from './broker/start-broker.ts';
import type { CampusInForce } from './campus-in-force.ts';
import { DEMO_BRIDGE } from './demo.ts';
import type { Pipeline } from './pipeline.ts';
import type { RetainedEntry } from './shared/broker-shelf.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import { type Environment, isLoopback } from './shared/environment.ts';
import type { Log } from './shared/log.ts';
import { hashToken } from './shared/token-hash.ts';
import type { StorageWatch } from './storage-watch.ts';
import { openBrokerShelf, type ShelfWatch } from './store/open-broker-shelf.ts';

export interface BrokerParts {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
  campus(): CampusInForce;
  readonly pipeline: Pipeline;
  readonly dataDir: string;
  readonly storage: Pick<StorageWatch, 'failed' | 'reportDamage' | 'commitRetained' | 'tryRetainedWith'>;
  readonly closers: Closers;
  /** Password of all simulated devices; undefined outside the demo. */
  readonly demoSecret: string | undefined;
  /** What was retained before the start; the first connection is let in when it resolves. */
  readonly onRetained: (entries: readonly RetainedEntry[]) => Promise<void>;
  readonly onRefusal: BrokerOptions['onRefusal'];
}

/** With the parts that close before and after it, a stop stays within 10 s. */
const CLOSE_MS = 4_000;

/** Also opens what the broker keeps across restarts; that closes after it. */
export async function openBroker(parts: BrokerParts): Promise<Broker> {
  const { environment, clock, log, campus, pipeline } = parts;
  const { host, port } = environment.mqtt;
  const shelf = await openBrokerShelf({ dir: parts.dataDir, log, watch: shelfWatch(parts.storage) });
  parts.storage.tryRetainedWith(shelf.probe);
  parts.closers.push({ name: 'broker shelf', close: () => shelf.close() });
  return startBroker({
    host,
    port,
    clock,
    log,
    shelf: {
      ...shelf,
      load: async () => {
        const contents = await shelf.load();
        await parts.onRetained(contents.retained);
        return contents;
      },
    },
    credentials: credentialsOf(parts),
    get auth() {
      return deviceAuth(environment, campus());
    },
    limits: { closeMs: CLOSE_MS },
    rate: () => campus().config.gateway.mqtt,
    retainable: (topic) => campus().decoder.topicPolicy(topic).retainable,
    maxPayloadBytes: (topic) => campus().decoder.topicPolicy(topic).maxBytes,
    wsOrigins: () => campus().config.gateway.mqtt.wsOrigins,
    onFrame: pipeline.onFrame,
    onOversize: pipeline.onOversize,
    ...(parts.onRefusal && { onRefusal: parts.onRefusal }),
  });
}

/** Damage of broker.db is told until the next start: what is lost stays lost, and nothing mends it. */
function shelfWatch(storage: BrokerParts['storage']): ShelfWatch {
  const damages: string[] = [];
  return {
    commit: storage.commitRetained,
    failed: (error) => storage.failed('retained', error),
    damaged(what) {
      damages.push(what);
      storage.reportDamage('broker.db', damages.slice(-SHOWN).join('; '));
    },
  };
}

/** Damages of broker.db that stand in a sentence on the screens; the log has all. */
const SHOWN = 2;

/** What holds now. The start refuses password-free devices off loopback; a later edit of the file cannot bring them. */
export function deviceAuth({ deviceAuth: forced, mqtt }: Environment, campus: CampusInForce): BrokerOptions['auth'] {
  const wanted = forced ?? campus.config.gateway.mqtt.auth;
  return wanted === 'anonymous' && !isLoopback(mqtt.host) ? 'required' : wanted;
}

function credentialsOf({ campus, demoSecret }: BrokerParts): BrokerOptions['credentials'] {
  const demoHash = demoSecret === undefined ? undefined : hashToken(demoSecret);
  let known: { readonly campus: CampusInForce; readonly lookup: ReturnType<typeof credentialLookup> } | undefined;
  return () => {
    const now = campus();
    if (known?.campus === now) return known.lookup;
    const { registry, credentials } = now.config;
    const devices = registry.inUse.map((device) => ({
      ...device,
      tokenHash: device.tokenHash ?? demoHash,
    }));
    // A demo listens on loopback only, and its secret lives as long as the process.
    const bridge = { username: DEMO_BRIDGE, kind: 'bridge' as const, prefixes: [''] };
    const all = demoHash === undefined ? credentials : [...credentials, { ...bridge, tokenHash: demoHash }];
    const site = registry.campus.sites[0]?.id ?? 'main';
    const retired = new Set(
      [...registry.devices.values()].flatMap((one) => (one.retired === undefined ? [] : [one.id])),
    );
    known = { campus: now, lookup: credentialLookup(devices, all, site, retired) };
    return known.lookup;
  };
}

/** Usernames whose secret or rights are no longer what they were when they connected. */
export function revoked(before: CampusInForce, after: CampusInForce): string[] {
  const now = rights(after);
  return [...rights(before)].filter(([username, right]) => now.get(username) !== right).map(([username]) => username);
}

function rights({ config }: CampusInForce): Map<string, string> {
  const devices = config.registry.inUse;
  return new Map([
    ...config.credentials.map((one): [string, string] => [one.username, JSON.stringify(one)]),
    ...devices.map((one): [string, string] => [one.id, `${one.site}\n${one.tokenHash}`]),
  ]);
}
