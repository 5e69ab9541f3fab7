/** What a discovery config teaches, what it cannot, and what it must not touch. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHomeAssistant } from '../../src/decode/codecs/home-assistant.ts';
import { readDiscovery } from '../../src/decode/codecs/home-assistant-discovery.ts';
import { createHomeAssistantMemory } from '../../src/decode/codecs/home-assistant-memory.ts';
import { messageOf, parseTemplate } from '../../src/decode/codecs/home-assistant-template.ts';
import { AT, campusDecoder, frame } from './campus.ts';

const read = (template: unknown, payload: unknown): unknown =>
  parseTemplate(template)?.(messageOf(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))));

describe('templates', () => {
  test.each([
    ['{{ value }}', '7.5', '7.5'],
    [undefined, ' 7.5 ', '7.5'],
    ['{{value|float}}', '7.5', '7.5'],
    ['{{ value_json }}', '3', 3],
    ['{{ value_json.a.b }}', { a: { b: 1 } }, 1],
    ['{{ value_json["a b"] }}', { 'a b': 1 }, 1],
    ["{{ value_json['ENERGY'].Power[1] }}", { ENERGY: { Power: [1, 2] } }, 2],
    ['{{- value_json.a | float(0) | round(2) -}}', { a: 1.234 }, 1.234],
    ['{{ value_json.a | is_defined }}', { a: null }, null],
    ['{{ value_json.a }}', 'no json', undefined],
    ['{{ value_json.a }}', { b: 1 }, undefined],
    // Own members only, and a default is no measurement.
    ['{{ value_json.constructor }}', {}, undefined],
    ['{{ value_json.toString.name }}', {}, undefined],
    ['{{ value_json.a | float(0) }}', {}, undefined],
    ['{{ value_json[0] }}', [9], 9],
  ])('%s', (template, payload, expected) => {
    expect(parseTemplate(template)).toBeTypeOf('function');
    expect(read(template, payload)).toEqual(expected);
  });

  test.each(
    [
      "{{ 'ON' if value_json.contact else 'OFF' }}",
      '{{ value_json.a * 2 }}',
      '{{ value_json.a + value_json.b }}',
      '{{ value_json.a | default(0) }}',
      '{{ value_json.a | multiply(3) }}',
      '{{ states("sensor.x") }}',
      '{% if value_json.a %}1{% endif %}',
      '{{ value_json.a }} kWh',
      '{{ value_json[value] }}',
      '{{ value_json.a.__class__() }}',
      '{{ value | timestamp_custom }}',
      '{{ value_jsonx }}',
      '',
      'value_json.a',
      `{{ value_json${'.a'.repeat(400)} }}`,
      7,
      { template: 'x' },
    ].filter((template) => template !== ''),
  )('not run: %s', (template) => {
    expect(parseTemplate(template)).toBeUndefined();
  });
});

const config = (id: string, more: object = {}, device: object = {}) => ({
  unique_id: `${id}_t`,
  device_class: 'temperature',
  unit_of_measurement: '°C',
  state_topic: `${id}/state`,
  device: { identifiers: [id], name: id, ...device },
  ...more,
});
const HALL = { id: 'hall', profile: 'home-assistant', address: 'hall-1', kind: 'sensor' };

function campus(devices: readonly { id: string; profile: string; address: string; kind: string }[] = [HALL]) {
  const decoder = campusDecoder([...devices]);
  return {
    decoder,
    say: (topic: string, payload: unknown) =>
      decoder.decode(frame(topic, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)))),
  };
}

describe('in the decoder', () => {
  test('a word in the name of the device is none of its entities', () => {
    const { say } = campus([HALL]);
    const device = { name: 'Day care max' };
    say('homeassistant/sensor/hall/config', config('hall-1', { name: 'Day care max temperature' }, device));
    expect(say('hall-1/state', '20').readings).toMatchObject([{ metric: 'temperature_c', value: 20 }]);
  });

  test('an id of digits and letters holds no words', () => {
    const { say } = campus([{ ...HALL, kind: 'electricity-meter' }]);
    const mac = { unique_id: '12ab34cd5678_voltage', device_class: 'voltage', unit_of_measurement: 'V' };
    say('homeassistant/sensor/hall/config', config('hall-1', mac));
    expect(say('hall-1/state', '230').readings).toMatchObject([{ metric: 'voltage_v', value: 230 }]);
  });

  test('a topic of no config stays an unknown topic, before and after it was one of a config', () => {
    const { say } = campus();
    expect(say('hall-1/state', '20').quarantine).toMatchObject([{ reason: 'unknown-topic', profile: undefined }]);
    expect(say('homeassistant/sensor/hall/config', config('hall-1')).proposals).toMatchObject([
      { profile: 'home-assistant', address: 'hall-1', name: 'hall-1', kind: 'sensor' },
    ]);
    expect(say('hall-1/state', '20').readings).toMatchObject([{ device: 'hall', metric: 'temperature_c', value: 20 }]);
    expect(say('homeassistant/sensor/hall/config', '')).toMatchObject({ remember: true, quarantine: [] });
    expect(say('hall-1/state', '20').quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
  });

  test('a device announced and not configured is said by its address', () => {
    const { say } = campus([]);
    say('homeassistant/sensor/hall/config', config('hall-1'));
    expect(say('hall-1/state', '20').quarantine).toMatchObject([{ reason: 'unknown-device', address: 'hall-1' }]);
  });

  test('the profile that knows the device has the message', () => {
    const plug = { id: 'plug', profile: 'zigbee2mqtt', address: 'plug', kind: 'electricity-meter' };
    const both = campus([plug, HALL]);
    both.say(
      'homeassistant/sensor/x/config',
      config('hall-1', { state_topic: 'zigbee2mqtt/plug', value_template: '{{ value_json.power }}' }),
    );
    expect(
      both.say('zigbee2mqtt/plug', { power: 21 }).readings.map(({ device, metric }) => `${device} ${metric}`),
    ).toEqual(['plug power_w']);
    const one = campus([HALL]);
    one.say(
      'homeassistant/sensor/x/config',
      config('hall-1', { state_topic: 'zigbee2mqtt/plug', value_template: '{{ value_json.power }}' }),
    );
    expect(
      one.say('zigbee2mqtt/plug', { power: 21 }).readings.map(({ device, metric }) => `${device} ${metric}`),
    ).toEqual(['hall temperature_c']);
  });

  test('no topic may carry or keep more because this profile looks at all of them', () => {
    const { decoder } = campus();
    expect(decoder.topicPolicy('any/topic')).toEqual({ maxBytes: 65_536, retainable: false });
    expect(decoder.topicPolicy('homeassistant/sensor/x/config')).toEqual({ maxBytes: 65_536, retainable: true });
  });

  test('a template that would have to be run is told once, and its entity is not taken', () => {
    const { say } = campus();
    const bad = config('hall-1', { value_template: '{{ value_json.t / 10 }}' });
    expect(say('homeassistant/sensor/hall/config', bad).quarantine).toMatchObject([
      { reason: 'bad-value', address: 'hall-1', detail: expect.stringContaining('value_json.t / 10') },
    ]);
    const two = {
      dev: { ids: 'hall-1' },
      stat_t: 'hall-1/state',
      cmps: {
        a: { p: 'sensor', ...bad },
        b: { p: 'sensor', ...config('hall-1', { unique_id: 'ok', val_tpl: '{{ value_json.ok }}' }) },
      },
    };
    expect(say('homeassistant/device/hall/config', two).quarantine).toHaveLength(1);
    expect(say('homeassistant/device/hall/config', two).quarantine).toHaveLength(0);
    expect(say('hall-1/state', { t: 205, ok: 20 }).readings.map(({ value }) => value)).toEqual([20]);
  });

  test('words that are no value are told with the device, unknown ones are a sign of life', () => {
    const { say } = campus([{ ...HALL, kind: 'door' }]);
    say('homeassistant/binary_sensor/hall/config', config('hall-1', { device_class: 'door' }));
    expect(say('hall-1/state', 'open').quarantine).toMatchObject([{ reason: 'bad-value', address: 'hall-1' }]);
    expect(say('hall-1/state', 'None')).toMatchObject({ readings: [], quarantine: [], heard: ['hall'] });
    expect(say('hall-1/state', 'off').readings).toMatchObject([{ metric: 'door_open', value: 0 }]);
  });

  test('it is gone: no sign of life; the bridge is gone: nothing is said of the device', () => {
    const { say } = campus([HALL, { id: 'bridge', profile: 'home-assistant', address: 'bridge-1', kind: 'switch' }]);
    const available = (topic: string, via: object) => config('hall-1', { availability: [{ topic }] }, via);
    say('homeassistant/sensor/hall/config', available('hall-1/alive', {}));
    expect(say('hall-1/alive', 'offline')).toMatchObject({ readings: [{ metric: 'online', value: 0 }], heard: [] });
    expect(say('hall-1/alive', 'online')).toMatchObject({
      readings: [{ metric: 'online', value: 1 }],
      heard: ['hall'],
    });
    expect(say('hall-1/alive', 'maybe').quarantine).toMatchObject([{ reason: 'bad-value' }]);
    say('homeassistant/sensor/hall/config', available('bridge/alive', { via_device: 'bridge-1' }));
    expect(say('bridge/alive', 'online')).toMatchObject({ readings: [{ device: 'bridge' }], heard: ['bridge'] });
    expect(say('hall-1/alive', 'offline').quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
  });

  test('one that many devices share is the bridge’s, said or not', () => {
    const { say } = campus();
    for (const id of ['hall-1', 'hall-2']) say(`homeassistant/sensor/${id}/config`, config(id, { avty_t: 'hub/LWT' }));
    expect(say('hub/LWT', 'offline')).toMatchObject({ readings: [], heard: [], quarantine: [] });
  });

  test('“fields” says what a value without a metric is', () => {
    const entry = { ...HALL, fields: { flow_in: { metric: 'flow_lph', scale: 2 } } };
    const decoder = campusDecoder([entry]);
    decoder.decode(
      frame(
        'homeassistant/sensor/x/config',
        Buffer.from(
          JSON.stringify(config('hall-1', { unique_id: 'flow_in', device_class: undefined, unit_of_measurement: 'x' })),
        ),
      ),
    );
    expect(decoder.decode(frame('hall-1/state', Buffer.from('4'))).readings).toMatchObject([
      { metric: 'flow_lph', value: 8 },
    ]);
  });

  test('home-assistant switched off leaves unknown topics what they are', () => {
    const { say } = campus([HALL, { ...HALL, id: 'gym', address: 'gym-1' }]);
    say('homeassistant/sensor/hall/config', config('hall-1', { value_template: '{{ value_json.t }}' }));
    say('homeassistant/sensor/gym/config', config('gym-1', { value_template: '{{ value_json.t }}' }));
    // Of two senders: one alone costs the profile nothing.
    for (let n = 0; n < 120; n += 1) say(n % 2 === 0 ? 'hall-1/state' : 'gym-1/state', 'no json');
    expect(say('hall-1/state', '{"t":1}').quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
    expect(say('homeassistant/sensor/hall/config', config('hall-1')).quarantine).toMatchObject([
      { reason: 'profile-disabled' },
    ]);
    expect(say('made/up', '1').quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
  });

  test('garbage configs do not switch it off, and what it announces itself it does not read', () => {
    const { say } = campus();
    for (let n = 0; n < 150; n += 1) expect(say('homeassistant/sensor/hall/config', '[1').quarantine).toHaveLength(1);
    expect(say('homeassistant/sensor/own/config', config('hall-1', { origin: { name: 'houqin' } })).ignored).toBe(true);
    expect(say('hall-1/state', '20').quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
    expect(say('homeassistant/sensor/hall/config', config('hall-1')).quarantine).toEqual([]);
  });

  test('Home Assistant comes and goes: of no interest to any profile', () => {
    const { say } = campus([{ ...HALL, profile: 'esphome', address: 'homeassistant' }]);
    expect(say('homeassistant/status', 'online')).toMatchObject({ ignored: true, readings: [], heard: [] });
  });
});

describe('memory', () => {
  test('bounded in configs and in entities; a removed one makes room', () => {
    const memory = createHomeAssistantMemory();
    const many = (id: string, count: number) => {
      const parts = Array.from({ length: count }, (_, n) => [
        `c${n}`,
        { p: 'sensor', stat_t: `${id}/${n}`, uniq_id: `${id}-${n}` },
      ]);
      const said = readDiscovery(`homeassistant/device/${id}/config`, {
        dev: { ids: id },
        cmps: Object.fromEntries(parts),
      });
      if (said === undefined) throw new Error('no announcement');
      return said;
    };
    expect(many('big', 600).entities).toHaveLength(500);
    const big = Array.from({ length: 40 }, (_, n) => memory.put(`big${n}`, many(`big${n}`, 500)));
    expect(big).toEqual(big.map(() => true));
    expect(memory.put('one', many('one', 1))).toBe(false);
    expect(memory.put('big0', undefined)).toBe(true);
    expect(memory.put('one', many('one', 1))).toBe(true);
    expect(memory.use('one/0')?.entities).toHaveLength(1);
    expect(memory.use('big0/0')).toBeUndefined();
  });

  test('two of a kind on one device: neither is believed, until one is taken back', () => {
    const { config: read, state } = createHomeAssistant();
    const input = (topic: string, payload: unknown) => ({
      topic,
      at: AT,
      payload: Buffer.from(payload === '' ? '' : JSON.stringify(payload)),
    });
    const items = () => state(input('d/state', 7));
    const part = (id: string) => config('d', { unique_id: id });
    read(input('homeassistant/sensor/a/config', part('a')));
    expect(items()).toMatchObject({ value: { items: [{ metric: 'temperature_c' }] } });
    read(input('homeassistant/sensor/b/config', part('b')));
    expect(items()).toMatchObject({ value: { items: [{ own: 'a' }, { own: 'b' }] } });
    read(input('homeassistant/sensor/b/config', ''));
    expect(items()).toMatchObject({ value: { items: [{ metric: 'temperature_c' }] } });
  });
});

describe('for any config and any state', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'sensor',
      'binary_sensor',
      'energy',
      'kWh',
      'total',
      '{{ value_json.a }}',
      '{{ value }}',
      't/state',
      '~',
      '~/x',
      'ON',
      '__proto__',
    ),
  );
  const value = fc.oneof(
    word,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(word, { maxLength: 3 }),
    fc.dictionary(word, word, { maxKeys: 4 }),
  );
  const keys = fc.constantFrom(
    '~',
    'dev',
    'device',
    'o',
    'cmps',
    'components',
    'p',
    'stat_t',
    'state_topic',
    'val_tpl',
    'dev_cla',
    'unit_of_meas',
    'stat_cla',
    'uniq_id',
    'avty',
    'avty_t',
    'ids',
    'cns',
    'pl_on',
    'name',
    'a',
  );
  const entity = fc.dictionary(keys, value, { maxKeys: 10 });
  const any = fc.oneof(
    fc.jsonValue(),
    entity,
    fc.record({ dev: entity, cmps: fc.dictionary(word, entity, { maxKeys: 4 }), stat_t: fc.constant('t/state') }),
    fc.record({
      device_class: word,
      unit_of_measurement: word,
      state_class: word,
      state_topic: fc.constant('t/state'),
      value_template: word,
      unique_id: word,
    }),
  );
  const RUNS = { numRuns: Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 1_000) };

  test('nothing is thrown and every number is finite', () => {
    const decoder = campusDecoder([]);
    fc.assert(
      fc.property(
        fc.constantFrom('sensor', 'binary_sensor', 'device', 'light'),
        fc.array(any, { maxLength: 4 }),
        fc.array(fc.jsonValue(), { maxLength: 4 }),
        (component, configs, states) => {
          const say = (topic: string, said: unknown) =>
            decoder.trace({ topic, payload: Buffer.from(said === '' ? '' : JSON.stringify(said)), at: AT });
          for (let n = 0; n < 4; n += 1) say(`homeassistant/${component}/x${n}/config`, configs[n] ?? '');
          for (const said of [...states, { a: 1e308 }, { a: '9e999' }, 'ON']) {
            for (const { value: number } of say('t/state', said).readings) expect(Number.isFinite(number)).toBe(true);
          }
        },
      ),
      RUNS,
    );
  });
});
