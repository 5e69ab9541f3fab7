/** Every codec a profile may name. Each call makes a set that has heard nothing yet. */
import type { CodecMakers } from '../codec.ts';
import type { Codecs } from '../compile-profile.ts';
import { gb28181Messages } from './gb28181-messages.ts';
import { hikvisionEvents } from './hikvision-events.ts';
import { onvifDiscovery } from './onvif-discovery.ts';

const MAKERS: CodecMakers = new Map([
  ['onvif', onvifDiscovery],
  ['hikvision', hikvisionEvents],
  ['gb28181', gb28181Messages],
]);

export function createCodecs(): Codecs {
  return new Map([...MAKERS].map(([name, make]) => [name, make()]));
}
