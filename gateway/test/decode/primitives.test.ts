import { describe, expect, test } from 'vitest';
import { AT, campusDecoder, frame, oneRule } from './campus.ts';

/** What a rule takes from a payload: `address.metric=value`, faults as `!reason`. */
function take(body: string, payload: unknown, topic = 't/d'): string[] {
  const trace = campusDecoder([], [oneRule(body)]).trace(frame(topic, payload));
  return [
    ...trace.readings.map(
      ({ address, metric, value, ts }) => `${address}.${metric}=${value}${ts === undefined ? '' : `@${ts - AT}`}`,
    ),
    ...trace.faults.map(({ reason }) => `!${reason}`),
  ];
}

const P = 'metric: power_w';

describe('values', () => {
  test.each([
    ['a number', 12.5, ['d.power_w=12.5']],
    ['a number as text', ' 12.5 ', ['d.power_w=12.5']],
    ['zero', 0, ['d.power_w=0']],
    ['null is unknown', null, []],
    ['an empty text is unknown', '', []],
    ['NaN is unknown', 'NaN', []],
    ['so it is in other hands', '-nan(ind)', []],
    ['unavailable is unknown', 'unavailable', []],
    ['a word is a bad value', 'many', ['!bad-value']],
    ['hexadecimal is no number', '0x10', ['!bad-value']],
    ['Infinity is no number', 'Infinity', ['!bad-value']],
    ['an exponent beyond the range', '1e999', ['!bad-value']],
    ['an object', { a: 1 }, ['!bad-value']],
    ['an array that nothing reduces', [1, 2], ['!bad-value']],
    ['more than the metric may be', 2e8, ['!bad-value']],
    ['its unit behind it', '3.2 kW', ['d.power_w=3200']],
    ['its unit behind it, out of range', '3.2 GW', ['!bad-value']],
    ['a unit of something else is offered', '3.2 hp', ['d.property:v=3.2']],
    ['thousands or decimals', '1,234 kW', ['!bad-value']],
  ])('%s', (_name, v, wanted) => {
    expect(take(`emit: [{${P}, path: v}]`, { v })).toEqual(wanted);
  });

  test('a missing member is skipped, the others are taken', () => {
    expect(take(`emit: [{${P}, path: a}, {metric: voltage_v, path: b}]`, { b: 230 })).toEqual(['d.voltage_v=230']);
  });

  test('a bad member spoils only itself', () => {
    expect(take(`emit: [{${P}, path: a}, {metric: voltage_v, path: b}]`, { a: 'x', b: 230 })).toEqual([
      'd.voltage_v=230',
      '!bad-value',
    ]);
  });
});

describe('conversions', () => {
  test.each([
    ['scale', `{${P}, path: v, scale: 1000}`, 0.25, ['d.power_w=250']],
    ['scale as a fraction', '{metric: energy_total_kwh, path: v, scale: 1/60000}', 600_000, ['d.energy_total_kwh=10']],
    [
      'scale leaves no binary noise',
      '{metric: energy_total_kwh, path: v, scale: 0.001}',
      131881.85,
      ['d.energy_total_kwh=131.88185'],
    ],
    [
      'a unit that is said counts instead of a scale',
      '{metric: energy_total_kwh, path: v, scale: 1/1000}',
      '1841 Wh',
      ['d.energy_total_kwh=1.841'],
    ],
    ['a decimal comma before a unit', '{metric: water_total_m3, path: v}', '12,5 m³', ['d.water_total_m3=12.5']],
    ['degrees in the text', '{metric: temperature_c, path: v}', '71.6 °F', ['d.temperature_c=22']],
    ['volts of a battery', '{metric: battery_mv, path: v}', '3.1V', ['d.battery_mv=3100']],
    ['a signal', '{metric: link_quality, path: v}', '-71 dBm', ['d.link_quality=-71']],
    ['a state has no unit', '{metric: door_open, path: v}', '1 V', ['!bad-value']],
    ['offset after scale', '{metric: temperature_c, path: v, scale: 0.1, offset: -40}', 615, ['d.temperature_c=21.5']],
    ['map', '{metric: door_open, path: v, map: {open: 1, closed: 0}}', 'open', ['d.door_open=1']],
    ['map of a boolean', '{metric: door_open, path: v, map: {"true": 0, "false": 1}}', true, ['d.door_open=0']],
    ['map to unknown', '{metric: door_open, path: v, map: {open: 1, "?": null}}', '?', []],
    ['map of any other word', '{metric: online, path: v, map: {online: 1, "*": 0}}', 'stopped', ['d.online=0']],
    ['any other word is not null', '{metric: online, path: v, map: {online: 1, "*": 0}}', null, []],
    ['any other word is not “unavailable”', '{metric: online, path: v, map: {online: 1, "*": 0}}', 'unavailable', []],
    ['a word that is not in the map', '{metric: online, path: v, map: {online: 1}}', 'stopped', ['!bad-value']],
    [
      'invert after map',
      '{metric: door_open, path: v, map: {"ON": 1, "OFF": 0}, invert: true}',
      'ON',
      ['d.door_open=0'],
    ],
    ['round', '{metric: storage_used_pct, path: v, round: 1}', 53.68, ['d.storage_used_pct=53.7']],
    ['range', '{metric: temperature_c, path: v, range: [-40, 80]}', 999, ['!bad-value']],
    ['const', '{metric: online, const: 1}', 'anything', ['d.online=1']],
    ['ratio', '{metric: storage_used_pct, ratio: {num: v, den: w, scale: 100}}', 3, ['d.storage_used_pct=75']],
    ['reduce', `{${P}, path: v, reduce: sum}`, [1, 2, 3.5], ['d.power_w=6.5']],
    ['reduce of a single number', `{${P}, path: v, reduce: sum}`, 7, ['d.power_w=7']],
    ['a sum with an unknown part is unknown', `{${P}, path: v, reduce: sum}`, [1, null, 3], []],
    ['a sum with a bad part is bad', `{${P}, path: v, reduce: sum}`, [1, 'x', 3], ['!bad-value']],
    [
      'phases of an array',
      `{${P}, path: v, suffix: {from: index, as: l, plus: 1}}`,
      [1, null, 3],
      ['d.power_w_l1=1', 'd.power_w_l3=3'],
    ],
    [
      'a fourth phase does not exist',
      `{${P}, path: v, suffix: {from: index, as: l, plus: 1}}`,
      [1, 2, 3, 4],
      ['d.power_w_l1=1', 'd.power_w_l2=2', 'd.power_w_l3=3', '!bad-value'],
    ],
  ])('%s', (_name, emit, v, wanted) => {
    expect(take(`emit: [${emit}]`, { v, w: 4 })).toEqual(wanted);
  });

  test('a ratio over nothing is unknown', () => {
    expect(take('emit: [{metric: storage_used_pct, ratio: {num: v, den: w}}]', { v: 1, w: 0 })).toEqual([]);
  });
});

describe('conditions and paths', () => {
  test('when_present and when_absent tell units apart', () => {
    const body =
      'emit: [{metric: battery_mv, path: v, when_present: [b, c]}, {metric: voltage_v, path: v, when_absent: [b, c]}]';
    expect(take(body, { v: 3000, c: null })).toEqual(['d.battery_mv=3000']);
    expect(take(body, { v: 230 })).toEqual(['d.voltage_v=230']);
  });

  test('the first alternative that is known wins', () => {
    expect(
      take(`emit: [{${P}, path: [a, b.c, 'd["e.f"]', "g[1]"]}]`, { a: null, b: {}, d: { 'e.f': 5 }, g: [1, 2] }),
    ).toEqual(['d.power_w=5']);
    expect(take(`emit: [{${P}, path: [a, "g[1]"]}]`, { g: [1, 2] })).toEqual(['d.power_w=2']);
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'a member named %s costs only itself, and is told by name',
    (key) => {
      const payload = `{"v":1,"${key}":7,"a":{"${key}":{"v":2},"w":230},"l":[{"${key}":3}]}`;
      const body = `emit: [{${P}, path: v}, {metric: voltage_v, path: a.w}, {metric: current_a, path: a.v}]`;
      const { readings, faults } = campusDecoder([], [oneRule(body)]).trace(frame('t/d', payload));
      expect(readings.map(({ metric, value }) => `${metric} ${value}`)).toEqual(['power_w 1', 'voltage_v 230']);
      expect(faults).toMatchObject([{ reason: 'bad-value', byDevice: true }]);
      expect(faults[0]?.detail).toContain(key);
      expect(take(`unpack: d\nemit: [{${P}, path: d.v}]`, { d: payload })).toEqual(['d.power_w=1', '!bad-value']);
    },
  );

  test('a member named toString is one like any other', () => {
    expect(take(`emit: [{${P}, path: toString}]`, '{"toString":5,"hasOwnProperty":1}')).toEqual(['d.power_w=5']);
  });

  test('paths see own members only', () => {
    expect(take(`emit: [{${P}, path: [constructor, toString]}]`, { a: 1 })).toEqual([]);
    expect(take(`emit: [{${P}, path: [toString.length, a.length]}]`, { a: 'four' })).toEqual([]);
    expect(take(`emit: [{${P}, path: a.length}]`, { a: [1, 2] })).toEqual([]);
  });

  test('root and its alternatives', () => {
    const body = `root: [x.y, .]\nemit: [{${P}, path: v}]`;
    expect(take(body, { x: { y: { v: 1 } }, v: 2 })).toEqual(['d.power_w=1']);
    expect(take(body, { v: 2 })).toEqual(['d.power_w=2']);
  });

  test('require decides whether a rule applies', () => {
    const body = `require: [{path: dir, is: up}, {path: simulated, not: true}]\nemit: [{${P}, path: v}]`;
    expect(take(body, { dir: 'up', v: 1 })).toEqual(['d.power_w=1']);
    expect(take(body, { dir: 'down', v: 1 })).toEqual([]);
    expect(take(body, { dir: 'up', simulated: true, v: 1 })).toEqual([]);
  });

  test('unpack reads JSON that stands as text in JSON', () => {
    const body = `match: "t/{gateway}"\nunpack: d\neach: [{in: d, device: "{key}", emit: [{${P}, path: p}]}]`;
    expect(take(body, { d: '{"m1":{"p":5},"m2":{"p":6}}', o: 5 })).toEqual(['m1.power_w=5', 'm2.power_w=6']);
    expect(take(body, { d: { m1: { p: 5 } } })).toEqual(['m1.power_w=5']);
    expect(take(body, { d: '' })).toEqual([]);
    expect(take(body, { d: '{"m1":' })).toEqual(['!bad-payload']);
    expect(take(body, { d: '{"__proto__":{"p":5}}' })).toEqual(['!bad-value']);
    expect(take(body, { d: `${'['.repeat(20)}${']'.repeat(20)}` })).toEqual(['!bad-payload']);
  });

  test('wrap puts the payload under what the topic says', () => {
    const body = `match: "t/{device}/{part}"\nwrap: "{part}"\nemit: [{${P}, path: 'em:0.v'}]`;
    expect(take(body, { v: 3 }, 't/d/em:0')).toEqual(['d.power_w=3']);
    expect(take(body, { v: 3 }, 't/d/other')).toEqual([]);
  });
});

describe('devices', () => {
  test('a template of captures', () => {
    expect(take(`match: "t/{a}/{b}"\ndevice: "{a}/x-{b}"\nemit: [{${P}, path: v}]`, { v: 1 }, 't/p/q')).toEqual([
      'p/x-q.power_w=1',
    ]);
  });

  test('a path, alternatives, a number', () => {
    expect(take(`device: {path: [ids.eui, id]}\nemit: [{${P}, path: v}]`, { id: 4711, v: 1 })).toEqual([
      '4711.power_w=1',
    ]);
  });

  test('a message without its device is bad', () => {
    expect(take(`device: {path: id}\nemit: [{${P}, path: v}]`, { v: 1 })).toEqual(['!bad-payload']);
    expect(take(`device: {path: id}\nemit: [{${P}, path: v}]`, { id: '', v: 1 })).toEqual(['!bad-payload']);
  });
});

describe('each and emit_by_key', () => {
  test('members of an object, the key as device', () => {
    expect(
      take(`each: [{in: cams, device: "{key}", emit: [{metric: camera_fps, path: fps}]}]`, {
        cams: { a: { fps: 1 }, b: { fps: null }, c: { fps: 3 } },
      }),
    ).toEqual(['a.camera_fps=1', 'c.camera_fps=3']);
  });

  test('a key pattern with its capture as suffix', () => {
    const body = `each: [{key: "switch:{n}", emit: [{${P}, path: w, suffix: {from: n, as: ch, bare: 0}}]}]`;
    expect(take(body, { 'switch:0': { w: 1 }, 'switch:2': { w: 2 }, 'switch:x': { w: 3 }, other: { w: 4 } })).toEqual([
      'd.power_w=1',
      'd.power_w_ch2=2',
      'd.property:switch:x.w=3',
    ]);
  });

  test('a name and value list', () => {
    const body =
      'each: [{in: data, require: {path: err, is: ["0", 0]}, emit_by_key: {key: {path: name}, value: value, keys: {energy: energy_total_kwh, kw: {metric: power_w, scale: 1000}}}}]';
    const data = [
      { name: 'energy', value: '478.492', err: '0' },
      { name: 'kw', value: '1.5', err: 0 },
      { name: 'energy', value: '0', err: '1' },
      { name: 'other', value: '9', err: '0' },
    ];
    expect(take(body, { data })).toEqual(['d.energy_total_kwh=478.492', 'd.power_w=1500']);
  });

  test('a topic level as key', () => {
    const body =
      'match: "{device}/sensor/{name}/state"\ndecode: number\nemit_by_key: {key: "{name}", keys: {power: power_w, "power_l{n}": {metric: power_w, suffix: {from: n, as: l}}}}';
    expect(take(body, '812.5', 'm/sensor/power/state')).toEqual(['m.power_w=812.5']);
    expect(take(body, '7', 'm/sensor/power_l3/state')).toEqual(['m.power_w_l3=7']);
    expect(take(body, 'nan', 'm/sensor/power/state')).toEqual([]);
    expect(take(body, '7', 'm/sensor/uptime/state')).toEqual([]);
  });

  test('each item with its own time, else that of the message', () => {
    const body = `ts: {path: time, unit: ms}\nroot: body\nemit: [{${P}, path: w}]\neach: [{in: history, ts: {path: at, unit: s}, emit: [{${P}, path: w}]}]`;
    const history = [{ at: AT / 1_000 - 60, w: 2 }, { w: 3 }];
    expect(take(body, { time: AT - 500, body: { w: 1, history: history.slice(0, 1) } })).toEqual([
      'd.power_w=1@-500',
      'd.power_w=2@-60000',
    ]);
    expect(take(body, { time: AT - 500, body: { history } })).toEqual(['d.power_w=2@-60000', 'd.power_w=3@-500']);
  });

  test('properties of services: one inside the other', () => {
    const body =
      'each: [{in: services, ts: {path: at, unit: iso-compact}, each: [{in: properties, emit_by_key: {key: "{key}", value: [value, .], keys: {Power: power_w}}}]}]';
    expect(
      take(body, {
        services: [
          { at: '20260302T000000Z', properties: { Power: 5, Mode: 2 } },
          { properties: { Power: { value: 6 } } },
        ],
      }),
    ).toEqual(['d.power_w=5@0', 'd.power_w=6']);
  });
});

describe('payload kinds', () => {
  test('number', () => {
    expect(take(`decode: number\nemit: [{${P}}]`, ' 20.58\n')).toEqual(['d.power_w=20.58']);
    expect(take(`decode: number\nemit: [{${P}}]`, 'nan')).toEqual([]);
    expect(take(`decode: number\nemit: [{${P}}]`, 'on')).toEqual(['!bad-payload']);
  });

  test('json-or-text', () => {
    const body = 'decode: json-or-text\nroot: [state, .]\nemit: [{metric: online, map: {online: 1, offline: 0}}]';
    expect(take(body, 'offline')).toEqual(['d.online=0']);
    expect(take(body, { state: 'online' })).toEqual(['d.online=1']);
    expect(take(body, '{"state":')).toEqual(['!bad-payload']);
  });

  test('not JSON, too deep, too many members', () => {
    const body = `emit: [{${P}, path: v}]`;
    expect(take(body, 'v=1')).toEqual(['!bad-payload']);
    expect(take(body, `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`)).toEqual(['!bad-payload']);
    expect(take(body, `${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toEqual(['!bad-payload']);
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`k${n}`, n]));
    expect(take(body, many)).toEqual(['!bad-payload']);
    expect(take(`maxKeys: 300\n${body}`, { ...many, v: 1 })).toEqual(['d.power_w=1']);
  });

  test('more than 1,000 values: nothing is taken', () => {
    const body = `each: [{in: all, emit: [{${P}, path: w}]}]`;
    const all = (count: number) => ({ all: Array.from({ length: count }, (_, w) => ({ w })) });
    expect(take(body, all(1_000))).toHaveLength(1_000);
    expect(take(body, all(1_001))).toEqual(['!too-large']);
  });
});

describe('names of a device’s own', () => {
  test('others get a name, words count where the profile says what they mean', () => {
    const body =
      'match: "{device}/b/{n}"\ndecode: text\nemit_by_key: {key: "{n}", keys: {door: {metric: door_open, map: {"ON": 1, "OFF": 0}}}, others: {name: "property:{key}", map: {"ON": 1, "OFF": 0}}}';
    expect(take(body, 'ON', 'x/b/door')).toEqual(['x.door_open=1']);
    expect(take(body, 'ON', 'x/b/reed')).toEqual(['x.property:reed=1']);
    expect(take(body, 'maybe', 'x/b/reed')).toEqual([]);
    expect(take(body, 'maybe', 'x/b/door')).toEqual(['!bad-value']);
  });

  test('a name of no interest is none of the others', () => {
    const body = 'each: [{emit_by_key: {key: "{key}", keys: {a: power_w, sn: null}, others: "property:{key}"}}]';
    expect(take(body, { a: 1, sn: 12, c: 3 })).toEqual(['d.power_w=1', 'd.property:c=3']);
  });

  test('words of an element, in names and addresses, three levels deep', () => {
    const body = `match: "t/{gateway}"
each:
  - in: devices
    device: {path: id}
    each:
      - in: services
        capture: {service: [name, id]}
        each:
          - {in: values, emit_by_key: {key: "{key}", keys: {p: power_w}, others: "property:{service}.{key}"}}`;
    const message = {
      devices: [
        {
          id: 'a',
          services: [
            { name: 'm', values: { p: 1, q: 2 } },
            { id: 7, values: { q: 3 } },
          ],
        },
        { id: 'b', services: [{ values: { q: 4 } }] },
      ],
    };
    expect(take(body, message, 't/g')).toEqual([
      'a.power_w=1',
      'a.property:m.q=2',
      'a.property:7.q=3',
      'b.property:.q=4',
    ]);
  });
});

describe('what is no value', () => {
  test('a fault that the device tells is noted, and speaks for the profile', () => {
    const body =
      'each: [{in: data, capture: {what: n, code: e}, require: {path: e, not: 0}, refuse: "{what}: error {code}"}]';
    const trace = campusDecoder([], [oneRule(body)]).trace(frame('t/d', { data: [{ n: 'p', e: 3 }, { e: 0 }] }));
    expect(trace.faults).toEqual([{ reason: 'bad-value', detail: 'p: error 3', address: 'd', byDevice: true }]);
    expect(trace.readings).toEqual([]);
  });

  test('a sign of life without a value', () => {
    const decoder = campusDecoder([{ id: 'd', profile: 'one' }], [oneRule('emit: []')]);
    expect(decoder.decode(frame('t/d', {}))).toMatchObject({ heard: ['d'], readings: [], quarantine: [] });
  });

  test('ignore with require ignores only that', () => {
    const rules = `id: two
name: {zh: 二, en: two}
rules:
  - {id: asked, match: "t/{device}", require: {path: dir, is: down}, ignore: true}
  - {id: said, match: "t/{device}", emit: [{metric: power_w, path: v}]}
tests: [{id: t, topic: t/d, payload: {}, expect: []}]
`;
    const decoder = campusDecoder([], [rules]);
    expect(decoder.trace(frame('t/d', { dir: 'down', v: 1 }))).toMatchObject({ ignored: true, readings: [] });
    expect(decoder.trace(frame('t/d', { v: 1 })).readings).toMatchObject([{ value: 1 }]);
  });

  test('on a shared topic what the rule turns away is somebody else’s', () => {
    const body = (shared: boolean): string => `shared: ${shared}\nrequire: {path: dir, is: up}\nemit: []`;
    const reasons = (shared: boolean) => {
      const { quarantine, ignored } = campusDecoder([], [oneRule(body(shared))]).decode(frame('t/d', { dir: 'down' }));
      return { ignored, reasons: quarantine.map(({ reason }) => reason) };
    };
    expect(reasons(false)).toEqual({ ignored: true, reasons: [] });
    expect(reasons(true)).toEqual({ ignored: false, reasons: ['unknown-topic'] });
  });
});

test('a payload that is a number and its unit', () => {
  expect(take('decode: number\nemit: [{metric: voltage_v}]', '230.5 V')).toEqual(['d.voltage_v=230.5']);
  expect(take('decode: number\nemit: [{metric: voltage_v}]', 'some V')).toEqual(['!bad-payload']);
});
