/** Every codec a profile may name. Each call makes a set that has heard nothing yet. */
import type { Codec, CodecMakers } from '../codec.ts';
import type { Codecs } from '../compile-profile.ts';
import { acrel } from './acrel.ts';
import { alink } from './alink.ts';
import { createCjt188 } from './cjt188.ts';
import { createDlt645 } from './dlt645.ts';
import { gb28181Messages } from './gb28181-messages.ts';
import { hikvisionEvents } from './hikvision-events.ts';
import { createHomeAssistant } from './home-assistant.ts';
import { createHomieCodec } from './homie.ts';
import { createMbus } from './mbus.ts';
import { onceEach } from './once-each.ts';
import { onvifDiscovery } from './onvif-discovery.ts';
import { shellyGen1Units } from './shelly-gen1-units.ts';
import { createSparkplugCodec } from './sparkplug.ts';
import { createZigbee2mqtt } from './zigbee2mqtt-devices.ts';

const MAKERS: CodecMakers = new Map([
  ['onvif', onvifDiscovery],
  ['hikvision', hikvisionEvents],
  ['gb28181', gb28181Messages],
  ['sparkplug', createSparkplugCodec],
  ['homie', createHomieCodec],
  ['dlt645', createDlt645],
  ['cjt188', createCjt188],
  ['mbus', createMbus],
  ['alink', alink],
  ['acrel', acrel],
  ['shelly-gen1-units', shellyGen1Units],
]);

export function createCodecs(): Codecs {
  // Pairs that share what they have learnt.
  const { config, state } = createHomeAssistant();
  const zigbee = createZigbee2mqtt();
  return new Map([
    ...[...MAKERS].map(([name, make]): [string, Codec] => [name, onceEach(make())]),
    ['home-assistant-config', config],
    ['home-assistant-state', state],
    ['zigbee2mqtt-devices', onceEach(zigbee.devices)],
    ['zigbee2mqtt-units', zigbee.units],
  ]);
}
