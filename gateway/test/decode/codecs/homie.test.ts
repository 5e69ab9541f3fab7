import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHomieCodec } from '../../../src/decode/codecs/homie.ts';
import { AT, campusDecoder, frame } from '../campus.ts';

/** fast-check prints seed and path of a failure. */
const RUNS = { numRuns: Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 1_000) };

type Hear = (topic: string, payload: string | object) => unknown;

function listener(): Hear {
  const codec = createHomieCodec();
  return (topic, payload) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const read = codec({ topic: `homie/${topic}`, payload: Buffer.from(text), at: AT });
    if (!read.ok) throw new Error(read.detail);
    return read.value;
  };
}

const described = (properties: object, more: object = {}) => ({ homie: '5.0', nodes: { n: { properties } }, ...more });

describe('what a property is', () => {
  test('is said in version 4 by topics of its own, and may come after the first value', () => {
    const hear = listener();
    expect(hear('m/n/energy', '1500')).toMatchObject({ name: 'n/energy', value: 1500 });
    hear('m/n/energy/$unit', 'Wh');
    expect(hear('m/n/energy', '1500')).toMatchObject({ quantity: 'kWh', value: 1.5 });
  });

  test('is not remembered under a name of any length', () => {
    const hear = listener();
    const name = 'x'.repeat(127);
    for (const topic of [`m/n/${name}`, `m/n/${name}/$unit`, `5/m/$alert/${name}`, `5/m/n/${name}`])
      expect(hear(topic, '1')).toBeNull();
    hear('5/m/$description', described({ [name]: { datatype: 'integer', unit: 'kWh' } }));
    expect(hear(`5/m/n/${name.slice(2)}`, '1')).toMatchObject({ value: 1 });
  });

  test('is said in version 5 by the description, which replaces what was known', () => {
    const hear = listener();
    hear('5/m/$description', described({ total: { datatype: 'integer', unit: 'kWh' } }));
    expect(hear('5/m/n/total', '7')).toMatchObject({ quantity: 'kWh', value: 7 });
    hear('5/m/$description', described({ total: { datatype: 'integer', unit: 'm³' } }));
    expect(hear('5/m/n/total', '7')).toMatchObject({ quantity: 'm³', value: 7 });
    hear('5/m/$description', '');
    expect(hear('5/m/n/total', '7')).toEqual({ device: 'm', name: 'n/total', value: 7 });
  });

  test('is of one version and one base: the same id elsewhere is another device', () => {
    const hear = listener();
    hear('m/n/total/$unit', 'kWh');
    expect(hear('5/m/n/total', '7')).not.toHaveProperty('quantity');
  });

  test.each([
    ['open', 'closed,open', 'true', true],
    ['open', 'open,closed', 'true', false],
    ['contact', 'closed,open', 'true', false],
    ['contact', 'open,closed', 'true', true],
    ['contact', undefined, 'false', false],
  ])('a %s whose false and true are %s: %s is %s', (name, format, text, wanted) => {
    const hear = listener();
    hear('5/m/$description', described({ [name]: { datatype: 'boolean', ...(format && { format }) } }));
    expect(hear(`5/m/n/${name}`, text)).toMatchObject({ value: wanted });
  });

  test('of two of one kind is for a person to say', () => {
    const hear = listener();
    const socket = { datatype: 'float', unit: 'W' };
    hear('5/m/$description', described({ left: socket, right: socket }));
    expect(hear('5/m/n/left', '40')).toEqual({ device: 'm', name: 'n/left', value: 40 });
    const decoder = campusDecoder([
      { id: 'strip', profile: 'homie', address: 'm', fields: { 'n/left': 'power_w_ch1' } },
    ] as never);
    const say = (topic: string, payload: unknown) => decoder.decode(frame(`homie/5/m/${topic}`, payload));
    say('$description', described({ left: socket, right: socket }));
    expect(say('n/left', '40').readings).toMatchObject([{ device: 'strip', metric: 'power_w_ch1', value: 40 }]);
    expect(say('n/right', '50').readings).toEqual([]);
  });
});

describe('a tree', () => {
  const tree = (): Hear => {
    const hear = listener();
    hear('5/hub/$description', described({}, { children: ['a', 'b'] }));
    hear('5/a/$description', described({}, { root: 'hub' }));
    hear('5/c/$description', described({}, { root: 'hub', parent: 'a' }));
    for (const id of ['hub', 'a', 'c']) hear(`5/${id}/$state`, 'ready');
    return hear;
  };

  test('is lost with its root, at any depth, and comes back as far as it had been there', () => {
    const hear = tree();
    expect(hear('5/hub/$state', 'lost')).toMatchObject({ online: 0, children: { a: 0, b: 0, c: 0 } });
    expect(hear('5/a/$state', 'ready')).toMatchObject({ online: 0 });
    hear('5/hub/$state', 'init');
    expect(hear('5/hub/$state', 'ready')).toMatchObject({ online: 1, children: { a: 1, c: 1 } });
    expect(hear('5/a/$state', 'ready')).toMatchObject({ online: 1 });
  });

  test('says nothing of its children when the root only changes its description', () => {
    const hear = tree();
    hear('5/hub/$state', 'init');
    expect(hear('5/hub/$state', 'ready')).toMatchObject({ children: {} });
  });

  test('a child that is lost or gone is gone alone', () => {
    expect(tree()('5/a/$state', 'lost')).toMatchObject({ device: 'a', online: 0, children: {} });
    expect(tree()('5/hub/$state', 'disconnected')).toEqual({ device: 'hub', online: 0 });
  });
});

describe('an alert', () => {
  test('is over when none is left, and said so with the next word', () => {
    const hear = listener();
    expect(hear('5/d/$alert/a', 'low')).toMatchObject({ alert: 1 });
    hear('5/d/$alert/b', 'lower');
    expect(hear('5/d/$alert/a', '')).toBeNull();
    expect(hear('5/d/n/x', '1')).not.toHaveProperty('alert');
    expect(hear('5/d/$alert/b', '')).toBeNull();
    expect(hear('5/d/$state', 'init')).toBeNull();
    expect(hear('5/d/n/x', '1')).toMatchObject({ alert: 0 });
    expect(hear('5/d/n/x', '1')).not.toHaveProperty('alert');
  });

  test('raised anew before the all-clear is no all-clear', () => {
    const hear = listener();
    hear('5/d/$alert/a', '');
    expect(hear('5/d/$alert/a', ' ')).toMatchObject({ alert: 1 });
    expect(hear('5/d/n/x', '1')).not.toHaveProperty('alert');
  });
});

describe('nothing is said by', () => {
  test.each([
    ['$broadcast/alert', 'Intruder'],
    ['5/$broadcast/alert', 'Intruder'],
    ['d/$homie', '4.0'],
    ['d/$nodes', 'n,m'],
    ['d/n/$type', 'x'],
    ['d/n/p/set', '1'],
    ['5/d/n/p/$target', '1'],
    ['5/d/n/p', ''],
    ['5/d/$state', 'init'],
    ['5/d/$state', 'sleeping'],
    ['5/d/$state', ''],
    ['5/d', 'x'],
    ['5', 'x'],
    ['', ''],
  ])('%s %s', (topic, payload) => {
    expect(listener()(topic, payload)).toBeNull();
  });
});

test('a removed device is forgotten with what it had said', () => {
  const hear = listener();
  hear('m/n/total/$unit', 'kWh');
  hear('m/$state', '');
  expect(hear('m/n/total', '7')).not.toHaveProperty('quantity');
});

test('a description announces its device', () => {
  const decoder = campusDecoder([]);
  const text = described({ total: { datatype: 'float', unit: 'kWh' } }, { name: 'Cellar' });
  const { proposals } = decoder.decode(frame('homie/5/m/$description', text));
  expect(proposals).toMatchObject([{ profile: 'homie', address: 'm', name: 'Cellar', kind: 'electricity-meter' }]);
});

test('for any bytes on any topic: no throw, only finite numbers', () => {
  const codec = createHomieCodec();
  const level = fc.constantFrom(
    ...['5', 'd', 'e', 'n', 'p', '$state', '$description', '$alert', '$unit', '$datatype', '$format', '', '__proto__'],
  );
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .constantFrom('ready', 'lost', 'init', 'W', 'boolean', 'true', '1e999', '-0', '{"root":"d","children":["e",5]}')
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(level, { maxLength: 6 }), payload, (levels, bytes) => {
      const read = codec({ topic: ['homie', ...levels].join('/'), payload: bytes, at: AT });
      const value = read.ok && typeof read.value === 'object' ? Object.values(read.value ?? {}) : [];
      for (const one of value) if (typeof one === 'number') expect(Number.isFinite(one)).toBe(true);
    }),
    RUNS,
  );
});

test('devices are bounded: the one silent longest is forgotten', () => {
  const hear = listener();
  hear('m/n/total/$unit', 'kWh');
  for (let n = 0; n < 2_000; n += 1) hear(`other-${n}/$state`, 'ready');
  expect(hear('m/n/total', '7')).not.toHaveProperty('quantity');
});
