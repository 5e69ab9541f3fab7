/**
 * ChirpStack v4: `application/<id>/device/<devEui>/event/up`. JSON by the rules of proto3: a field that is zero, false or
 * empty is left out, but not inside `object`. `deduplicationId` is a new UUID for every uplink; `time` has nanoseconds.
 * https://www.chirpstack.io/docs/chirpstack/integrations/events.html
 */
import { createHash } from 'node:crypto';
import { addressOf, type Encoder, message } from './message.ts';
import { milesightObject } from './milesight.ts';

const APPLICATION = '17c82e96-be03-4f38-aef3-f83d48582d97';

export const chirpstack: Encoder = (device, values, ts) => {
  const devEui = addressOf(device);
  const fCnt = Math.floor(ts / (device.intervalS * 1_000)) % 65_536;
  const uplink = {
    deduplicationId: uuidOf(`${device.id} ${ts}`),
    time: new Date(ts).toISOString().replace('Z', '023242+00:00'),
    deviceInfo: {
      tenantId: uuidOf('tenant'),
      tenantName: 'School',
      applicationId: APPLICATION,
      applicationName: 'Campus',
      deviceProfileId: uuidOf(device.kind),
      deviceProfileName: device.kind,
      deviceName: device.id,
      devEui,
    },
    devAddr: '00189440',
    ...(fCnt === 0 ? {} : { fCnt }),
    fPort: 85,
    data: 'AXVk',
    object: milesightObject(device, values),
    rxInfo: [{ gatewayId: '0016c001f153a14c', uplinkId: fCnt + 1, rssi: -97, snr: 5.2, context: 'E3OWOQ==' }],
    txInfo: {
      frequency: 486_300_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 9, codeRate: 'CR_4_5' } },
    },
  };
  return [message(`application/${APPLICATION}/device/${devEui}/event/up`, uplink)];
};

/** The same for the same text, so that a run can be repeated. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
