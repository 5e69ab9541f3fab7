/** `campus/v1/<site>/<device>/readings|heartbeat|status`: meters, doors and sensors read, cameras, switches and recorders beat. */
import { nativeTopic } from '#contract/topics.ts';
import { type Encoder, type Message, message } from './message.ts';

export const native: Encoder = (device, values, ts, { site }) => {
  const beats = device.kind === 'camera' || device.kind === 'switch' || device.kind === 'nvr';
  return [message(nativeTopic(site, device.id, beats ? 'heartbeat' : 'readings'), { ts, ...values })];
};

export function nativeStatus(site: string, deviceId: string, status: 'online' | 'offline'): Message {
  return message(nativeTopic(site, deviceId, 'status'), status, true);
}
