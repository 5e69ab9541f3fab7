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

describe('units that the list announces', () => {
  const said = (exposes: unknown[], state: object): string[] => {
    const decoder = campusDecoder([]);
    const frames = [frame(TOPIC, [entry('x/y', exposes)]), frame('zigbee2mqtt/x/y', state)];
    const [, trace] = frames.map((one) => decoder.trace(one));
    return (trace?.readings ?? []).map(({ metric, value }) => `${metric}=${value}`);
  };
  const water = (unit: string, description: string): object => numeric('water_consumed', { unit, description });

  test.each([
    [
      'litres of a register',
      [water('L', 'Total water consumption')],
      { water_consumed: 812_406 },
      ['water_total_m3=812.406'],
    ],
    [
      'cubic metres of one',
      [water('m³', 'Normalized cumulative water volume.')],
      { water_consumed: 12.5 },
      ['water_total_m3=12.5'],
    ],
    ['litres of the last run', [water('L', 'Last irrigation water consumption')], { water_consumed: 20.5 }, []],
    ['litres of which nothing is said', [water('L', 'Liters of water consumed')], { water_consumed: 20.5 }, []],
    ['a total of the day', [water('L', 'Daily water consumption total')], { water_consumed: 20.5 }, []],
    ['milliamperes', [numeric('current', { unit: 'mA' })], { current: 310 }, ['current_a=0.31']],
    ['kilowatts of a phase', [numeric('power_phase_b', { unit: 'kW' })], { power_phase_b: 1.2 }, ['power_w_l2=1200']],
    [
      'a power factor in percent',
      [numeric('power_factor', { unit: '%' })],
      { power_factor: 95 },
      ['power_factor=0.95'],
    ],
    [
      'volts of a battery',
      [numeric('battery'), numeric('voltage', { unit: 'V' })],
      { battery: 90, voltage: 3.1 },
      ['battery_pct=90', 'battery_mv=3100'],
    ],
    ['the usual unit', [numeric('power', { unit: 'W' })], { power: 5 }, ['power_w=5']],
    ['a unit that nobody knows', [numeric('power', { unit: 'hp' })], { power: 5 }, ['property:power.value=5']],
  ])('%s', (_name, exposes, state, wanted) => {
    expect(said(exposes, state)).toEqual(wanted);
  });

  test('the next list replaces what the one before said', () => {
    const decoder = campusDecoder([]);
    const power = (): number | undefined => decoder.trace(frame('zigbee2mqtt/x/y', { power: 5 })).readings[0]?.value;
    decoder.trace(frame(TOPIC, [entry('x/y', [numeric('power', { unit: 'kW' })])]));
    expect(power()).toBe(5_000);
    decoder.trace(frame(TOPIC, [entry('x/y', [numeric('power', { unit: 'W' })])]));
    expect(power()).toBe(5);
  });

  test('the list is kept over a restart', () => {
    expect(decode([entry('x/y', [numeric('power', { unit: 'kW' })])]).remember).toBe(true);
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
