/** Members of messages that no rule reads: found, named, and reachable by `fields`. */
import { describe, expect, test } from 'vitest';
import { valueRefusedText } from '#contract/value-refused.ts';
import type { Decoder } from '../../src/decode/decoder.ts';
import { AT, campusDecoder, type DeviceEntry, ENDLESS, frame, oneRule } from './campus.ts';

const MIN = 60_000;
const own = oneRule(
  `
root: data
ts: {path: at, unit: ms}
emit:
  - {metric: power_w, path: [p, watts]}
  - {metric: door_open, path: lid, map: {up: 1, down: 0, "*": null}}
  - {metric: voltage_v, path: volts, when_present: mains}
emit_by_key: {key: t, value: t, keys: {t: temperature_c}}
each:
  - {key: "c{n}", emit: [{metric: current_a, path: a, suffix: {from: n, as: ch}}]}
`,
).replace('tests:', 'known: [seq, net, "*.fw"]\ntests:');

const d: DeviceEntry = { id: 'd', profile: 'one' };
const decoderOf = (device: Partial<DeviceEntry> = {}, profile = own): Decoder =>
  campusDecoder([{ ...d, ...device }], [profile], ENDLESS);
const unread = (decoder: Decoder, payload: unknown, topic = 't/d'): Record<string, unknown> =>
  Object.fromEntries(
    (decoder.decode(frame(topic, payload)).unread ?? []).flatMap(({ members }) =>
      members.map(({ name, sample }) => [name, sample]),
    ),
  );
const readings = (decoder: Decoder, payload: unknown, topic = 't/d', at = AT): string[] =>
  decoder.decode(frame(topic, payload, { at })).readings.map(({ metric, value }) => `${metric} ${value}`);

describe('names in fields', () => {
  const fields = {
    'z.a': { metric: 'power_w' },
    'z.b': { metric: 'power_w' },
    'z.c': null,
    t: { metric: 'current_a' },
  };
  const used = (payload: unknown) =>
    decoderOf({ fields: fields as NonNullable<DeviceEntry['fields']> }).decode(frame('t/d', payload)).unread?.[0]?.used;

  test('are told where the message has them, whether or not their value is one', () => {
    expect(used({ data: { z: { a: 7 } } })).toEqual(['z.a']);
    expect(used({ data: { z: { a: 7, b: 'off' } } })).toEqual(['z.a', 'z.b']);
    expect(used({ data: { other: 1 } })).toEqual([]);
  });
});

describe('members that no rule reads', () => {
  test('are those without which the message says the same: numbers, words, places in lists', () => {
    const data = {
      ...{ p: 5, watts: 6, lid: 'ajar', volts: 230, mains: true, t: 21, c1: { a: 2, b: 3, fw: '1.2' }, seq: 7 },
      ...{
        net: { ip: '192.0.2.1' },
        phase: { x: 1, y: 'no' },
        list: [4, 'five'],
        gone: null,
        off: 'unavailable',
        'a.b': 9,
      },
    };
    expect(unread(decoderOf(), { at: AT, envelope: 1, data })).toEqual({
      ...{ watts: 6, 'c1.b': 3, 'phase.x': 1, 'phase.y': 'no', 'list[0]': 4, 'list[1]': 'five', '["a.b"]': 9 },
    });
  });

  test('may change what they are from message to message: each is told by its name and what it says', () => {
    const decoder = decoderOf({ fields: { lid2: 'door_open', z: 'power_w' } });
    const told = (data: object): unknown => {
      const { readings: taken, quarantine } = decoder.decode(frame('t/d', { data }));
      return [
        taken.map(({ metric, value }) => `${metric} ${value}`),
        quarantine.map(({ reason, detail }) => [reason, detail]),
      ];
    };
    expect(told({ z: 5 })).toEqual([['power_w 5'], []]);
    const text = valueRefusedText({ name: 'z', said: 'many', metric: 'power_w' });
    expect(told({ z: 'many' })).toEqual([[], [['bad-value', text]]]);
    const object = valueRefusedText({ name: 'z', said: '{"a":{"b":1}}', metric: 'power_w' });
    expect(told({ z: { a: { b: 1 } }, p: 7 })).toEqual([['power_w 7'], [['bad-value', object]]]);
    const list = valueRefusedText({ name: 'z', said: '[1,2]', metric: 'power_w' });
    expect(told({ z: [1, 2] })).toEqual([[], [['bad-value', list]]]);
    const ajar = valueRefusedText({ name: 'lid2', said: 'askew', metric: 'door_open' });
    expect(told({ z: 5, lid2: 'askew' })).toEqual([['power_w 5'], [['bad-value', ajar]]]);
    // A device that is set up wrong says nothing against its profile.
    for (let n = 0; n < 150; n++) decoder.decode(frame('t/d', { data: { z: {} } }));
    expect(decoder.health().find(({ id }) => id === 'one')).toMatchObject({ failed: 0, disabled: false });
  });

  test('are read in the unit that stands behind them', () => {
    const fields = { z: { metric: 'power_w', scale: '1/1000' } };
    expect(readings(decoderOf({ fields }), { data: { z: '3.2 kW' } })).toEqual(['power_w 3200']);
  });

  test.each(['Power [W]', 'U{1}', 'say "x"', String.raw`back\[1]\\"`, '', 'a.b]', `long ${'n'.repeat(200)}`])(
    'are named and read by fields whatever their key is: %j',
    (key) => {
      const [name = ''] = Object.keys(unread(decoderOf(), { data: { z: { [key]: 7 } } }));
      expect(name.startsWith('z')).toBe(true);
      expect(readings(decoderOf({ fields: { [name]: { metric: 'power_w' } } }), { data: { z: { [key]: 7 } } })).toEqual(
        ['power_w 7'],
      );
    },
  );

  test('are all of them where the place of the values is empty', () => {
    expect(unread(decoderOf(), { raw: 'AQID', net: { ip: 'x' } })).toEqual({ raw: 'AQID' });
  });

  test('of a device that nobody has registered are nobody’s', () => {
    expect(unread(decoderOf({ id: 'e' }), { data: { z: 1 } })).toEqual({});
  });

  test('of several devices in one message are each device’s own', () => {
    const each = oneRule(
      'device: hub\nemit: []\neach:\n  - {in: rooms, device: "{key}", emit: [{metric: power_w, path: p}]}',
    );
    const decoder = campusDecoder(
      [
        { ...d, id: 'hub' },
        { ...d, id: 'a' },
      ],
      [each],
      ENDLESS,
    );
    const { unread: notes = [] } = decoder.decode(
      frame('t/d', { load: 3, rooms: { a: { p: 1, q: 2 }, b: { p: 1, q: 2 } } }),
    );
    expect(notes.map(({ device, members }) => [device, members])).toEqual([
      [
        'hub',
        [
          { name: 'load', sample: 3 },
          { name: 'rooms.b.p', sample: 1 },
          { name: 'rooms.b.q', sample: 2 },
        ].slice(0, 1),
      ],
      ['a', [{ name: 'q', sample: 2 }]],
    ]);
  });

  test('are looked for at first, in a message of another size, and once a minute', () => {
    const decoder = decoderOf();
    const look = (data: object, at: number): boolean =>
      decoder.decode(frame('t/d', { data }, { at })).unread !== undefined;
    const looks = [
      look({ p: 1 }, AT),
      look({ p: 2 }, AT + 1),
      look({ p: 2, q: 1 }, AT + 2),
      look({ p: 2, q: 1 }, AT + 3),
      look({ p: 2 }, AT + 4),
      look({ p: 2 }, AT + 2 * MIN),
      look({ p: 2 }, AT + MIN),
    ];
    expect(looks).toEqual([true, false, true, false, false, true, true]);
  });

  test('are bounded: long lists, wide objects, long names and deep ones', () => {
    const wide = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`k${n}`, n]));
    const names = Object.keys(
      unread(decoderOf(), {
        data: { list: Array.from({ length: 5_000 }, (_, n) => n), ['x'.repeat(200)]: 1, ...wide },
      }),
    );
    expect(names.slice(0, 3)).toEqual(['list[0]', 'list[1]', 'list[2]']);
    expect(names.length).toBeLessThanOrEqual(128);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(256);
  });

  test('are told also where their path is longer than `fields` takes: by its beginning and its end', () => {
    const deep = (end: string): unknown =>
      ['a', 'b', 'c'].reduce((inner: unknown, key) => ({ [key.repeat(120)]: inner }), { [end]: 7 });
    const { unread: [note] = [] } = decoderOf().decode(
      frame('t/d', { data: { z: { first: deep('one'), second: deep('two') } } }),
    );
    expect(note?.members.map(({ sample, isTooLong }) => [sample, isTooLong])).toEqual([
      [7, true],
      [7, true],
    ]);
    const names = note?.members.map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => name.startsWith('z.') && name.length === 256)).toBe(true);
    expect(names.map((name) => name.slice(-3))).toEqual(['one', 'two']);
  });

  test('cost no more than the budget gives', () => {
    const spent: number[] = [];
    const looks = {
      has: (_: string, amount: number) => amount <= 10,
      take: (_: string, amount: number) => void spent.push(amount),
    };
    const decoder = campusDecoder([d], [own], looks);
    expect(decoder.decode(frame('t/d', { data: { q: 1, r: 2 } })).unread).toHaveLength(1);
    expect(decoder.decode(frame('t/d', { data: { a: 1, b: 2, c: 3, e: 4 } })).unread).toEqual([]);
    expect(spent).toEqual([2 * 4]);
  });
});

describe('`fields` of a device', () => {
  const fields = {
    'phase.x': 'current_a_l1',
    'list[0]': { metric: 'power_w_ch2', scale: 1_000 },
    'phase.y': { metric: 'water_leak', map: { yes: 1, no: 0 } },
    '["a.b"]': { metric: 'humidity_pct' },
    noise: null,
  };
  const data = { p: 5, phase: { x: 1.5, y: 'no' }, list: [4], 'a.b': 900, noise: 1 };

  test('read members of its messages by their path, words and states included, with the time of the message', () => {
    const { readings: found, quarantine } = decoderOf({ fields }).decode(frame('t/d', { at: AT - 5_000, data }));
    expect(found.map(({ metric, value, ts }) => [metric, value, ts - AT])).toEqual([
      ['power_w', 5, -5_000],
      ['current_a_l1', 1.5, -5_000],
      ['power_w_ch2', 4_000, -5_000],
      ['water_leak', 0, -5_000],
    ]);
    expect(quarantine).toMatchObject([{ reason: 'bad-value', detail: expect.stringContaining('humidity_pct') }]);
  });

  test('end the loss: neither what is mapped nor what is of no interest is listed', () => {
    expect(unread(decoderOf({ fields }), { data })).toEqual({});
  });
});

describe('names of the device’s own', () => {
  const named = oneRule(
    'each:\n  - emit_by_key: {key: "{key}", others: "property:{key}", keys: {temp: temperature_c, sn: null}}',
  );
  test('are listed until devices.yaml says what they mean; words count, what is of no interest does not', () => {
    const said = { temp: 20, sn: 'A1', flow: 5, door: 'OPEN', ok: true };
    expect(unread(decoderOf({}, named), said)).toEqual({ flow: 5, door: 'OPEN', ok: true });
    const fields = {
      flow: 'flow_lph',
      'property:door': { metric: 'door_open', map: { OPEN: 1, CLOSE: 0 } },
      ok: { metric: 'device_alert', map: { true: 0, false: 1 } },
    };
    const decoder = decoderOf({ fields }, named);
    expect(unread(decoder, said)).toEqual({});
    expect(readings(decoder, said)).toEqual(['temperature_c 20', 'flow_lph 5', 'device_alert 0', 'door_open 1']);
  });
});

describe('messages that no other rule reads', () => {
  const offered = oneRule('match: "t/{device}/{rest*}"\ndecode: json-or-text\noffer: always\nshared: true');
  test('are listed for a registered device, are no sign of life, and are nobody’s otherwise', () => {
    const decoder = decoderOf({}, offered);
    expect(unread(decoder, { a: { b: 1 } }, 't/d/RESULT')).toEqual({ 'a.b': 1 });
    expect(unread(decoder, '12', 't/d/input/0')).toEqual({ 'input/0': '12' });
    expect(decoder.decode(frame('t/d/x', '1'))).toMatchObject({ heard: [], ignored: true, quarantine: [] });
    expect(decoder.decode(frame('t/other/x', '1')).quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
  });
  test('give what `fields` says', () => {
    const fields = { 'input/0': { metric: 'door_open', map: { '1': 1, '0': 0 } }, 'a.b': 'power_w' };
    const decoder = decoderOf({ fields }, offered);
    expect(readings(decoder, '1', 't/d/input/0')).toEqual(['door_open 1']);
    expect(readings(decoder, { a: { b: 7 } }, 't/d/RESULT')).toEqual(['power_w 7']);
  });
});

describe('native topics', () => {
  const native = (fields?: DeviceEntry['fields']): Decoder =>
    campusDecoder([{ id: 'n', ...(fields && { fields }) }], [], ENDLESS);
  const on = 'campus/v1/main/n/readings';
  test('a name that is no metric is quarantined and listed, until devices.yaml maps it', () => {
    const said = { power_w: 5, watts2: 7, mode: 'eco' };
    expect(unread(native(), said, on)).toEqual({ watts2: 7, mode: 'eco' });
    expect(native().decode(frame(on, said)).quarantine).toHaveLength(2);
    const mapped = native({ watts2: 'power_w_ch2', mode: null });
    expect(readings(mapped, said, on)).toEqual(['power_w 5', 'power_w_ch2 7']);
    expect(mapped.decode(frame(on, said)).quarantine).toEqual([]);
    expect(unread(native({ watts2: 'power_w_ch2', mode: null }), said, on)).toEqual({});
  });
  test('what a heartbeat adds is listed, but for what every agent says of itself', () => {
    expect(unread(native(), { uptime: 5, fw: '1', queue: 3 }, 'campus/v1/main/n/heartbeat')).toEqual({ queue: 3 });
  });
});
