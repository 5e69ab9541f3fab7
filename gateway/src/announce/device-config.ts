/**
 * The discovery message of one device: a device config when it has several entities, a component config when it has one.
 * https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import {
  type AnnouncedMessage,
  type AnnouncedUnder,
  gatewayStatusTopic,
  message,
  ORIGIN,
  objectId,
} from './announced-message.ts';
import type { EntitySpec } from './entity-specs.ts';

export interface DeviceToAnnounce {
  readonly device: DeviceConfig;
  readonly entities: readonly EntitySpec[];
  /** Identifier of what it is behind. */
  readonly via: string;
  /** Name of its place. */
  readonly area: string | undefined;
}

/** Intervals without a value after which a level is unknown. */
const EXPIRE_INTERVALS = 15;

export function identifierOf({ id, kind }: DeviceConfig): string {
  return kind === 'electricity-meter' || kind === 'water-meter'
    ? `campus_meter_${objectId(id)}`
    : `campus_${objectId(id)}`;
}

export function deviceTopics(
  { statePrefix }: AnnouncedUnder,
  id: string,
): { readonly state: string; readonly availability: string } {
  const base = `${statePrefix}/${objectId(id)}`;
  return { state: `${base}/state`, availability: `${base}/availability` };
}

/** @returns undefined for a device of which nothing can be shown */
export function deviceConfig(announced: DeviceToAnnounce, under: AnnouncedUnder): AnnouncedMessage | undefined {
  const { entities, device } = announced;
  const [only] = entities;
  if (only === undefined) return undefined;
  const id = objectId(device.id);
  if (entities.length > 1) return message(`${under.prefix}/device/campus_${id}/config`, wholeDevice(announced, under));
  const topic = `${under.prefix}/${only.component}/campus_${id}_${only.key}/config`;
  return message(topic, oneEntity(announced, only, under));
}

function wholeDevice({ device, entities, via, area }: DeviceToAnnounce, under: AnnouncedUnder): unknown {
  const topics = deviceTopics(under, device.id);
  const id = objectId(device.id);
  const { name, manufacturer: mf, model: mdl, serial: sn } = device;
  const components = entities.map((spec) => [
    `${id}_${spec.key}`,
    {
      p: spec.component,
      ...entityKeys(device, spec, false),
      unique_id: `campus_${id}_${spec.key}`,
      ...ownAvailability(spec, under),
    },
  ]);
  return {
    dev: { ids: [identifierOf(device)], name: name.zh, mf, mdl, sn, via_device: via, sa: area },
    o: ORIGIN,
    availability_mode: 'all',
    availability: [{ topic: gatewayStatusTopic(under) }, { topic: topics.availability }],
    cmps: Object.fromEntries(components),
    state_topic: topics.state,
    qos: 1,
  };
}

function oneEntity({ device, via, area }: DeviceToAnnounce, spec: EntitySpec, under: AnnouncedUnder): unknown {
  const topics = deviceTopics(under, device.id);
  const { name, manufacturer, model, serial } = device;
  const identifiers = [identifierOf(device)];
  return {
    ...entityKeys(device, spec, true),
    unique_id: `campus_${objectId(device.id)}_${spec.key}`,
    state_topic: topics.state,
    availability_topic: isOwnState(spec) ? gatewayStatusTopic(under) : topics.availability,
    payload_available: 'online',
    payload_not_available: 'offline',
    device: {
      identifiers,
      name: name.zh,
      manufacturer,
      model,
      serial_number: serial,
      via_device: via,
      suggested_area: area,
    },
    origin: ORIGIN,
    qos: 1,
  };
}

function entityKeys(device: DeviceConfig, spec: EntitySpec, isOnly: boolean): Record<string, unknown> {
  const isState = spec.component === 'binary_sensor';
  return {
    // The only contact of a door is the door itself.
    name: isOnly && isState ? null : spec.name,
    device_class: spec.deviceClass,
    state_class: spec.stateClass,
    unit_of_measurement: spec.unit,
    suggested_display_precision: spec.precision,
    value_template: isState
      ? stateTemplate(spec.metric, isOnly && !isOwnState(spec))
      : `{{ value_json.${spec.metric} }}`,
    ...(isState ? { payload_on: 'ON', payload_off: 'OFF' } : {}),
    expire_after: spec.expires ? Math.ceil(EXPIRE_INTERVALS * device.intervalS) : undefined,
  };
}

/** @param isGuarded its availability already says whether the value is known */
function stateTemplate(metric: string, isGuarded: boolean): string {
  const value = `value_json.${metric}`;
  // Anything that is neither true nor false is unknown, not off.
  return isGuarded
    ? `{{ 'ON' if ${value} else 'OFF' }}`
    : `{{ 'ON' if ${value} is true else 'OFF' if ${value} is false else 'None' }}`;
}

/** Whether a device can be seen is to be seen above all while it cannot. */
const isOwnState = (spec: EntitySpec): boolean => spec.metric === 'online';

function ownAvailability(spec: EntitySpec, under: AnnouncedUnder): Record<string, unknown> {
  return isOwnState(spec) ? { availability: [{ topic: gatewayStatusTopic(under) }] } : {};
}
