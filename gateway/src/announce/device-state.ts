/** What a device's entities show now. Only what is known now: an old or replayed value is null, which is "unknown". */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { DeviceState } from '#contract/enums.ts';
import type { LatestValue } from '#contract/http/campus.ts';
import { type AnnouncedMessage, type AnnouncedUnder, message } from './announced-message.ts';
import { deviceTopics } from './device-config.ts';
import type { EntitySpec } from './entity-specs.ts';

export function deviceState(
  device: DeviceConfig,
  entities: readonly EntitySpec[],
  now: { readonly state: DeviceState; readonly values: readonly LatestValue[] },
  under: AnnouncedUnder,
): readonly AnnouncedMessage[] {
  if (entities.length === 0) return [];
  const topics = deviceTopics(under, device.id);
  const shown = entities.map((spec): [string, unknown] => [spec.metric, shownValue(spec, now)]);
  const [only] = entities;
  // A lone contact has no third word of its own: while it is not known it is not available.
  const isBlind = entities.length === 1 && only?.component === 'binary_sensor' && shown[0]?.[1] === null;
  const isSeen = now.state === 'online' || now.state === 'suspect';
  return [
    message(topics.state, Object.fromEntries(shown)),
    message(topics.availability, isSeen && !isBlind ? 'online' : 'offline'),
  ];
}

function shownValue(
  { metric, component }: EntitySpec,
  { state, values }: { readonly state: DeviceState; readonly values: readonly LatestValue[] },
): unknown {
  if (metric === 'online') return state === 'online' ? true : state === 'offline' ? false : null;
  const newest = values.find((value) => value.metric === metric);
  if (newest === undefined || newest.freshness !== 'live') return null;
  return component === 'binary_sensor' ? newest.value === 1 : newest.value;
}
