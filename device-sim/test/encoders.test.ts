import { describe, expect, onTestFinished, test } from 'vitest';
import { devicesConfig } from '#contract/config/devices.ts';
import { waitFor } from '../../gateway/test/wait-for.ts';
import { encoderOf } from '../encoders/encoder-of.ts';
import { startFleet } from '../fleet.ts';
import type { Values } from '../signals/device-values.ts';
import { smallCampus } from './small-campus.ts';
import { startBroker } from './test-broker.ts';

const METER: Values = {
  energy_total_kwh: 6.294,
  power_w: 2_635.4,
  voltage_v: 227.1,
  current_a: 11.661,
  power_factor: 0.99,
};
const TS = Date.parse('2026-03-04T10:00:05+08:00');

function encode(profile: string, kind: string, values: Values, address?: string) {
  const [device] = devicesConfig.parse({
    devices: [{ id: 'it', name: 'it', kind, profile, place: 'floor', ...(address === undefined ? {} : { address }) }],
  }).devices;
  const encoder = encoderOf(profile);
  if (device === undefined || encoder === undefined) throw new Error(profile);
  const messages = encoder(device, values, TS, { site: 'main', localTime: () => '2026-03-04T10:00:05' });
  return messages.map(({ topic, payload }) => [
    topic,
    payload.toString().startsWith('{') ? JSON.parse(payload.toString()) : payload,
  ]);
}

describe('speaks like', () => {
  test('a Tasmota plug: local time, kWh in Total', () => {
    expect(encode('tasmota', 'electricity-meter', METER, 'plug_1')).toEqual([
      [
        'tele/plug_1/SENSOR',
        {
          Time: '2026-03-04T10:00:05',
          ENERGY: expect.objectContaining({
            Total: 6.294,
            Power: 2_635.4,
            Voltage: 227.1,
            Current: 11.661,
            Factor: 0.99,
          }),
        },
      ],
    ]);
  });

  test('a Zigbee2MQTT contact: true is closed, the name may contain a slash', () => {
    const [[topic, body] = []] = encode('zigbee2mqtt', 'door', { door_open: 1, battery_pct: 91 }, 'gate_east/door');
    expect(topic).toBe('zigbee2mqtt/gate_east/door');
    expect(body).toMatchObject({ contact: false, battery: 91, voltage: 2_985 });
    const [[, closed] = []] = encode('zigbee2mqtt', 'door', { door_open: 0 });
    expect(closed).toMatchObject({ contact: true });
  });

  test('a Zigbee2MQTT plug and a climate sensor', () => {
    expect(encode('zigbee2mqtt', 'electricity-meter', METER)[0]?.[1]).toMatchObject({ energy: 6.294, power: 2_635.4 });
    expect(encode('zigbee2mqtt', 'sensor', { temperature_c: 4.2 })[0]?.[1]).toMatchObject({ temperature: 4.2 });
  });

  test('a Shelly of the first generation: one scalar a topic, energy in Wh', () => {
    expect(encode('shelly-gen1', 'electricity-meter', METER, 'shellyem3')).toEqual([
      ['shellies/shellyem3/emeter/0/power', '2635.40'],
      ['shellies/shellyem3/emeter/0/pf', '0.99'],
      ['shellies/shellyem3/emeter/0/current', '11.66'],
      ['shellies/shellyem3/emeter/0/voltage', '227.10'],
      ['shellies/shellyem3/emeter/0/total', '6294.0'],
    ]);
    expect(encode('shelly-gen1', 'door', { door_open: 1 })).toEqual([['shellies/it/sensor/state', 'open']]);
  });

  test('a Shelly of the second: JSON per component, energy in Wh', () => {
    const [[topic, body] = []] = encode('shelly-gen2', 'electricity-meter', METER, 'shellyplus1pm-44');
    expect(topic).toBe('shellyplus1pm-44/status/switch:0');
    expect(body).toMatchObject({ apower: 2_635.4, aenergy: { total: 6_294 } });
  });

  test('Frigate: status per role, rates in stats', () => {
    expect(encode('frigate', 'camera', { camera_fps: 5, camera_recording: 0 }, 'canteen')).toEqual([
      ['frigate/canteen/status/detect', 'online'],
      ['frigate/canteen/status/record', 'disabled'],
      ['frigate/stats', { cameras: { canteen: expect.objectContaining({ camera_fps: 5 }) } }],
    ]);
  });
});

test('devices of other ecosystems share one bridge session, and without one stay silent', async () => {
  const devices = [
    { id: 'z-door', name: 'z', kind: 'door', profile: 'zigbee2mqtt', place: 'floor', address: 'a/b', intervalS: 0.2 },
    { id: 'plug', name: 'p', kind: 'electricity-meter', profile: 'tasmota', place: 'room-301', intervalS: 0.2 },
    { id: 'odd', name: 'o', kind: 'sensor', profile: 'no-such-thing', place: 'floor', intervalS: 0.2 },
  ];
  const broker = await startBroker();
  const said: string[] = [];
  const config = smallCampus({ devices });
  const fleet = await startFleet({
    config,
    mqttUrl: broker.url,
    bridge: 'z2m',
    log: (sentence) => void said.push(sentence),
  });
  onTestFinished(() => fleet.stop());
  expect(fleet.connected()).toMatchObject({ devices: 22, sessions: 21 });
  expect(said).toEqual(['odd: profile no-such-thing cannot be simulated']);
  const from = (topic: string) => broker.received.filter((message) => message.topic === topic);
  await waitFor(() => {
    expect(from('zigbee2mqtt/a/b').length).toBeGreaterThan(2);
    expect(from('tele/plug/SENSOR').length).toBeGreaterThan(2);
  }, 8_000);
  expect(new Set([...from('zigbee2mqtt/a/b'), ...from('tele/plug/SENSOR')].map(({ client }) => client))).toEqual(
    new Set(['z2m']),
  );
  const alone = await startFleet({ config, mqttUrl: broker.url });
  onTestFinished(() => alone.stop());
  expect(alone.connected()).toMatchObject({ devices: 20, sessions: 20 });
});
