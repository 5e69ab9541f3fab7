import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createZigbee2mqtt } from '../../../src/decode/codecs/zigbee2mqtt-devices.ts';
import { AT, campusDecoder, frame } from '../campus.ts';

const TOPIC = 'zigbee2mqtt/bridge/devices';
const numeric = (name: string, more: object = {}) => ({ type: 'numeric', name, property: name, access: 1, ...more });
const entry = (name: string, exposes: unknown[], more: object = {}) => ({
  ieee_address: '0x00158d0001020304',
  type: 'EndDevice',
  supported: true,
  disabled: false,
  friendly_name: name,
  definition: { vendor: 'Maker', model: 'M-1', description: 'what it is', exposes },
  interview_completed: true,
  ...more,
});
const contact = { type: 'binary', name: 'contact', property: 'contact', value_on: false, value_off: true };

const decode = (message: unknown) => campusDecoder([]).decode(frame(TOPIC, message, { retain: true }));
const kinds = (message: unknown) => decode(message).proposals.map(({ address, kind }) => `${address} ${kind}`);

describe('what is offered', () => {
  test('name, maker, model and kind of a device', () => {
    const result = decode([entry('gate_east/door', [contact, numeric('battery')], { description: '东门' })]);
    expect(result.proposals).toEqual([
      {
        profile: 'zigbee2mqtt',
        address: 'gate_east/door',
        name: '东门',
        kind: 'door',
        manufacturer: 'Maker',
        model: 'M-1',
      },
    ]);
    expect(result).toMatchObject({ readings: [], heard: [], quarantine: [], ignored: false });
  });

  test('a kind for everything that measures', () => {
    expect(
      kinds([
        entry('plug', [{ type: 'switch', features: [numeric('state')] }, numeric('power'), numeric('energy')]),
        entry('double-plug', [numeric('energy', { property: 'energy_l1', endpoint: 'l1' })]),
        entry('water', [numeric('water_consumed')]),
        entry('leak', [numeric('water_leak')]),
        entry('climate', [numeric('temperature'), numeric('humidity')]),
        entry('radiator', [{ type: 'climate', features: [numeric('temperature')] }]),
      ]),
    ).toEqual([
      'plug electricity-meter',
      'double-plug electricity-meter',
      'water water-meter',
      'leak sensor',
      'climate sensor',
      'radiator sensor',
    ]);
  });

  test.each([
    ['the coordinator', { ...entry('Coordinator', []), type: 'Coordinator', definition: null }],
    ['a device that is switched off', entry('x', [contact], { disabled: true })],
    ['one that Zigbee2MQTT does not know', entry('x', [contact], { supported: false, definition: null })],
    ['one that is still being asked', entry('x', [contact], { interview_completed: false })],
    ['a button', entry('x', [numeric('battery'), { type: 'enum', name: 'action', property: 'action' }])],
    ['one without a name', entry('', [contact])],
    ['no object', 'door'],
  ])('%s is not offered', (_name, one) => {
    expect(kinds([one, entry('door', [contact])])).toEqual(['door door']);
  });
});

test('a large network fits, up to 256 KiB', () => {
  const names = Array.from({ length: 200 }, (_, n) => `room-${n}/door`);
  const exposes = [contact, numeric('battery'), numeric('voltage', { description: 'x'.repeat(600) })];
  const message = names.map((name) => entry(name, exposes));
  expect(Buffer.byteLength(JSON.stringify(message))).toBeGreaterThan(128 * 1024);
  expect(decode(message).proposals).toHaveLength(200);
  expect(campusDecoder([]).topicPolicy(TOPIC)).toEqual({ maxBytes: 256 * 1024, retainable: true });
});

test.each([
  ['no list', { devices: [] }],
  ['no JSON', '[{'],
])('%s is a bad payload', (_name, message) => {
  expect(decode(message).quarantine).toMatchObject([{ reason: 'bad-payload', profile: 'zigbee2mqtt' }]);
});

test('no JSON makes it throw', () => {
  const codec = createZigbee2mqtt().devices;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.array(fc.json()).map((all) => `[${all.join(',')}]`),
      ),
      (payload) => {
        const read = codec({ payload: Buffer.from(payload), topic: TOPIC, at: AT });
        expect(typeof read.ok).toBe('boolean');
      },
    ),
    { numRuns: 1_000 },
  );
});
