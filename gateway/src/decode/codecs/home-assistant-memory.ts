/** What discovery configs have taught: which topics speak of which device, and as what. Bounded. */
import type { DeviceKind } from '#contract/enums.ts';
import type { Announcement, Availability, Entity } from './home-assistant-discovery.ts';

export interface TopicUse {
  readonly entities: readonly {
    readonly address: string;
    readonly entity: Entity;
    /** Undefined: under the entity's own name, since it is none of our metrics, or one of several of its device. */
    readonly metric: string | undefined;
  }[];
  readonly availability: readonly { readonly address: string; readonly said: Availability }[];
}

export interface AnnouncedDevice {
  readonly address: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
}

export interface HomeAssistantMemory {
  /** @param announcement undefined: removed. @returns false when there is no room for it */
  put(config: string, announcement: Announcement | undefined): boolean;
  announced(config: string): Announcement | undefined;
  /** Undefined for a topic that no config names. */
  use(topic: string): TopicUse | undefined;
  /** Undefined while nothing of the device can be read. */
  device(address: string): AnnouncedDevice | undefined;
}

const MAX_CONFIGS = 5_000;
const MAX_ENTITIES = 20_000;

export function createHomeAssistantMemory(): HomeAssistantMemory {
  const configs = new Map<string, Announcement>();
  const ofDevice = new Map<string, Set<string>>();
  const ofTopic = new Map<string, Set<string>>();
  const uses = new Map<string, TopicUse>();
  let entities = 0;

  const announcements = (names: ReadonlySet<string> | undefined): Announcement[] =>
    [...(names ?? [])].flatMap((name) => configs.get(name) ?? []);
  /** Everything worked out from what the device said. */
  const forget = (address: string): void => {
    for (const said of announcements(ofDevice.get(address))) for (const topic of topicsOf(said)) uses.delete(topic);
  };
  const change = (config: string, said: Announcement, by: typeof link): void => {
    forget(said.address);
    by(ofDevice, said.address, config);
    for (const topic of topicsOf(said)) {
      by(ofTopic, topic, config);
      uses.delete(topic);
    }
    forget(said.address);
  };

  const topicUse = (topic: string, said: readonly Announcement[]): TopicUse => {
    const counts = new Map<string, Map<string, number>>();
    const shared = new Set(said.filter((one) => availabilityOn(one, topic)).map(({ address }) => address)).size > 1;
    const found = new Map<string, TopicUse['entities'][number]>();
    const available = new Map<string, TopicUse['availability'][number]>();
    for (const one of said) {
      const { address } = one;
      const times = counts.get(address) ?? timesOf(announcements(ofDevice.get(address)));
      counts.set(address, times);
      for (const entity of one.entities) {
        if (entity.topic !== topic) continue;
        const metric = entity.target?.metric;
        const own = metric !== undefined && times.get(metric) === 1 ? metric : undefined;
        found.set(`${address}\n${entity.name}`, { address, entity, metric: own });
      }
      const availability = availabilityOn(one, topic);
      // A topic of many devices speaks of the bridge in front of them, which may live while they are dead.
      const speaksOf = shared || isBridges(one, topic) ? one.via : address;
      if (availability !== undefined && speaksOf !== undefined)
        available.set(speaksOf, { address: speaksOf, said: availability });
    }
    return { entities: [...found.values()], availability: [...available.values()] };
  };

  return {
    put(config, announcement) {
      const before = configs.get(config);
      if (before !== undefined) {
        change(config, before, unlink);
        configs.delete(config);
        entities -= before.entities.length;
      }
      if (announcement === undefined || announcement.entities.length === 0) return true;
      if (configs.size >= MAX_CONFIGS || entities + announcement.entities.length > MAX_ENTITIES) return false;
      configs.set(config, announcement);
      entities += announcement.entities.length;
      change(config, announcement, link);
      return true;
    },
    announced: (config) => configs.get(config),
    use(topic) {
      const names = ofTopic.get(topic);
      if (names === undefined) return undefined;
      const known = uses.get(topic);
      if (known !== undefined) return known;
      const use = topicUse(topic, announcements(names));
      uses.set(topic, use);
      return use;
    },
    device(address) {
      const said = announcements(ofDevice.get(address));
      const last = said.at(-1);
      if (last === undefined) return undefined;
      const { name, manufacturer, model } = last;
      return { address, name, kind: kindOf(timesOf(said)), manufacturer, model };
    },
  };
}

function link(into: Map<string, Set<string>>, key: string, config: string): void {
  const names = into.get(key);
  if (names === undefined) into.set(key, new Set([config]));
  else names.add(config);
}

function unlink(from: Map<string, Set<string>>, key: string, config: string): void {
  const names = from.get(key);
  names?.delete(config);
  if (names?.size === 0) from.delete(key);
}

const topicsOf = ({ entities, availability }: Announcement): Set<string> =>
  new Set([...entities, ...availability].map(({ topic }) => topic));

const availabilityOn = ({ availability }: Announcement, topic: string): Availability | undefined =>
  availability.find((one) => one.topic === topic);

/** One behind a bridge has its own word on its availability beside its own values. */
function isBridges({ via, entities }: Announcement, topic: string): boolean {
  return via !== undefined && !entities.some((entity) => topic.startsWith(`${entity.topic}/`));
}

/** How many entities of a device claim each metric. Of two that both would be its register neither is believed. */
function timesOf(said: readonly Announcement[]): Map<string, number> {
  const names = new Map<string, Set<string>>();
  for (const { entities } of said)
    for (const { target, name } of entities) if (target !== undefined) link(names, target.metric, name);
  return new Map([...names].map(([metric, claims]) => [metric, claims.size]));
}

function kindOf(metrics: ReadonlyMap<string, number>): DeviceKind {
  if (metrics.has('door_open')) return 'door';
  if (metrics.has('water_total_m3')) return 'water-meter';
  const isMeter = [...metrics.keys()].some((metric) => metric.startsWith('energy_') || metric.startsWith('power_w'));
  return isMeter ? 'electricity-meter' : 'sensor';
}
