/** The newest message of a topic as the wizard shows it: fields with proposals, times, the level that names the device. */
import type { DeviceKind } from '#contract/enums.ts';
import type { MessageFields } from '#contract/http/onboarding.ts';
import { deviceLevelOf } from './device-level.ts';
import { type MetricProposal, proposeMetrics } from './propose-metric.ts';
import { proposeTimes } from './propose-time.ts';
import { readMessage } from './read-message.ts';

export interface MessageToDescribe {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Arrival, epoch ms. */
  readonly at: number;
  /** Topics seen besides this one. */
  readonly others: Iterable<string>;
}

/** Everything but the profiles that understand the message: that is the decoder's to say. */
export function describeMessage({ topic, payload, at, others }: MessageToDescribe): Omit<MessageFields, 'profiles'> {
  const { decode, fields } = readMessage(payload);
  const times = proposeTimes(fields, at);
  const isTime = new Set(times.map(({ path }) => path));
  const proposals = proposeMetrics(
    topic,
    fields.filter(({ path }) => !isTime.has(path)),
  );
  return {
    decode,
    fields: fields.map(({ path, value }) => {
      const { metric = null, scale = null, map = null, note = null } = proposals.get(path) ?? {};
      return { path, sample: value, metric, scale, map: map === null ? null : { ...map }, note };
    }),
    times: times.map((time) => ({ ...time })),
    levels: topic.split('/'),
    deviceLevel: deviceLevelOf(topic, others, fields) ?? null,
    kind: kindOf(topic, [...proposals.values()]),
  };
}

const KINDS: readonly (readonly [RegExp, DeviceKind])[] = [
  [/^water_(?:total_m3|m3)|^flow_lph|^valve_open/, 'water-meter'],
  [/^energy_|^power_w|^current_a/, 'electricity-meter'],
  [/^door_open/, 'door'],
  [/^camera_/, 'camera'],
  [/^storage_/, 'nvr'],
];

function kindOf(topic: string, proposals: readonly MetricProposal[]): DeviceKind {
  const said = KINDS.find(([pattern]) => proposals.some(({ metric }) => metric !== null && pattern.test(metric)));
  if (said !== undefined) return said[1];
  return /camera|ipc|摄像/i.test(topic) ? 'camera' : 'sensor';
}
