/** Incidents as Home Assistant sees them: how many, the worst five in words, and whether a building has any. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { Severity } from '#contract/enums.ts';
import type { Incident } from '#contract/http/alerts.ts';
import type { Registry } from '../shared/registry.ts';
import {
  type AnnouncedMessage,
  type AnnouncedUnder,
  GATEWAY_IDENTIFIER,
  gatewayStatusTopic,
  message,
  ORIGIN,
  objectId,
} from './announced-message.ts';

const TOP = 5;
const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** `_alerts` and `_places`: no id of a device begins with `_`. */
const topicsOf = ({ statePrefix }: AnnouncedUnder) => ({
  count: `${statePrefix}/_alerts/state`,
  sentences: `${statePrefix}/_alerts/attributes`,
  problem: (place: string) => `${statePrefix}/_places/${objectId(place)}/state`,
});

export function alertConfigs(registry: Registry, under: AnnouncedUnder): readonly AnnouncedMessage[] {
  const topics = topicsOf(under);
  const common = {
    availability_topic: gatewayStatusTopic(under),
    payload_available: 'online',
    payload_not_available: 'offline',
    origin: ORIGIN,
    qos: 1,
    device: {
      identifiers: [GATEWAY_IDENTIFIER],
      name: `${registry.campus.name.zh}后勤网关`,
      manufacturer: 'houqin',
      model: 'gateway',
    },
  };
  const active = message(`${under.prefix}/sensor/houqin_active_alerts/config`, {
    name: '告警事件',
    unique_id: 'houqin_active_alerts',
    state_class: 'measurement',
    icon: 'mdi:alert',
    state_topic: topics.count,
    json_attributes_topic: topics.sentences,
    ...common,
  });
  const problems = buildingsOf(registry).map((place) =>
    message(`${under.prefix}/binary_sensor/houqin_problem_${objectId(place.id)}/config`, {
      name: `${place.name.zh}告警`,
      unique_id: `houqin_problem_${objectId(place.id)}`,
      device_class: 'problem',
      state_topic: topics.problem(place.id),
      payload_on: 'ON',
      payload_off: 'OFF',
      ...common,
    }),
  );
  return [active, ...problems];
}

/** @param incidents in any state and order */
export function alertStates(
  registry: Registry,
  incidents: readonly Incident[],
  under: AnnouncedUnder,
): readonly AnnouncedMessage[] {
  const topics = topicsOf(under);
  const firing = incidents
    .filter(({ state }) => state === 'firing')
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.since - a.since);
  const hit = new Set(firing.flatMap(({ place }) => registry.placePath(place)));
  return [
    message(topics.count, String(firing.length)),
    message(topics.sentences, { incidents: firing.slice(0, TOP).map(({ sentence }) => sentence.zh) }),
    ...buildingsOf(registry).map(({ id }) => message(topics.problem(id), hit.has(id) ? 'ON' : 'OFF')),
  ];
}

const buildingsOf = (registry: Registry): PlaceConfig[] =>
  [...registry.places.values()].filter(({ kind }) => kind === 'building');
