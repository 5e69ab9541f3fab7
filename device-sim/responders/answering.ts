/** A device on a serial line behind a transparent DTU: what comes down the line it may answer, up the line. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Talker } from '../encoders/message.ts';
import type { Values } from '../signals/device-values.ts';

/** @returns the bytes of an answer, or undefined when the request is not for this device or is broken */
export type Answer = (request: Buffer, values: Values, ts: number) => Buffer | undefined;

export function answering(device: DeviceConfig, answer: Answer): Talker {
  const down = device.downTopic ?? '';
  const up = device.upTopic ?? down.replace(/down(?!.*down)/, 'up');
  return {
    listens: [down],
    onlyAnswers: true,
    says: () => [],
    hears: (request, values, ts) => {
      const payload = answer(request, values, ts);
      return payload === undefined ? [] : [{ topic: up, payload, qos: 1, retain: false }];
    },
  };
}
