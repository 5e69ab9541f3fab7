/** Which encoder speaks for a profile. Written from the ecosystems' own papers, never from a decoder. */
import { frigate } from './frigate.ts';
import type { Encoder } from './message.ts';
import { native } from './native.ts';
import { shellyGen1, shellyGen2 } from './shelly.ts';
import { tasmota } from './tasmota.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

const ENCODERS: Readonly<Record<string, Encoder>> = {
  native,
  tasmota,
  zigbee2mqtt,
  'shelly-gen1': shellyGen1,
  'shelly-gen2': shellyGen2,
  frigate,
};

/** @returns undefined for a profile whose devices this simulator cannot play. */
export function encoderOf(profile: string): Encoder | undefined {
  return Object.hasOwn(ENCODERS, profile) ? ENCODERS[profile] : undefined;
}
