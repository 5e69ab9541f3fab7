import { describe, expect, test } from 'vitest';
import { describeMessage } from '../../src/onboarding/describe-message.ts';
import { scoreOf, vectors } from './proposal-score.ts';

const AT = Date.UTC(2026, 2, 2);
const described = (topic: string, payload: unknown, others: string[] = []) =>
  describeMessage({
    ...{ topic, at: AT, others },
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  });

/** Per field: metric, and the scale or map that leads to it. */
function proposed(topic: string, payload: unknown): Record<string, unknown> {
  return Object.fromEntries(
    described(topic, payload).fields.flatMap(({ path, metric, scale, map }) =>
      metric === null ? [] : [[path, map ?? (scale === null ? metric : `${metric} × ${scale}`)]],
    ),
  );
}

test.each([
  [
    'Chinese electricity',
    'm/1',
    { 有功电能: 12.5, 功率: 812, A相电压: 231, A相电流: 2.5, 功率因数: 0.95 },
    {
      有功电能: 'energy_total_kwh',
      功率: 'power_w',
      A相电压: 'voltage_v_l1',
      A相电流: 'current_a_l1',
      功率因数: 'power_factor',
    },
  ],
  [
    'Chinese water',
    '水表/7',
    { 水量: 123.5, 瞬时流量: 40, 电池电压: 3.6 },
    { 水量: 'water_total_m3', 瞬时流量: 'flow_lph', 电池电压: 'battery_mv × 1000' },
  ],
  [
    'Chinese door',
    'door/9',
    { 门状态: '关', 电池电量: 80 },
    {
      门状态: { 开: 1, 打开: 1, 开门: 1, 开启: 1, 已开: 1, 关: 0, 关闭: 0, 关门: 0, 关好: 0, 已关: 0 },
      电池电量: 'battery_pct',
    },
  ],
  [
    'units in names',
    'm/1',
    { total_kWh: 10, power_kW: 1.2, u_mV: 230_000, i_mA: 1200 },
    {
      total_kWh: 'energy_total_kwh',
      power_kW: 'power_w × 1000',
      u_mV: 'voltage_v × 1/1000',
      i_mA: 'current_a × 1/1000',
    },
  ],
  [
    'Wh by name and by size',
    'm/1',
    { energy_Wh: 5, power: 1 },
    { energy_Wh: 'energy_total_kwh × 1/1000', power: 'power_w' },
  ],
  [
    'a contact that is true when closed',
    'z/door',
    { contact: true, battery: 97, linkquality: 80 },
    { contact: { true: 0, false: 1 }, battery: 'battery_pct', linkquality: 'link_quality' },
  ],
  ['capitals stay capitals', 'z/door', { door: 'OPEN' }, { door: { OPEN: 1, OPENED: 1, CLOSED: 0, CLOSE: 0 } }],
  [
    'the meter of the guide',
    'watermeter/WM2301/data',
    { sn: 'WM2301', t: 1_772_409_600, flow: { total: 1_234_567, rate: 0.18 }, valve: 'open', bat: 3.58 },
    {
      'flow.total': 'water_total_m3 × 1/1000',
      'flow.rate': 'flow_lph × 1000',
      valve: { open: 1, opened: 1, closed: 0, close: 0 },
      bat: 'battery_mv × 1000',
    },
  ],
  [
    'names and units beside the value',
    'p/1',
    {
      points: [
        { name: 'power', unit: 'kW', value: 1.5 },
        { name: 'temperature', value: 21 },
      ],
    },
    { 'points[0].value': 'power_w × 1000', 'points[1].value': 'temperature_c' },
  ],
  [
    'a leak, and a battery that is low',
    's/1',
    { water_leak: false, battery_low: true, tamper: false },
    { water_leak: 'water_leak', battery_low: 'battery_low', tamper: 'tamper' },
  ],
  [
    'tenths',
    's/1',
    { temperature: 215, humidity: 481 },
    { temperature: 'temperature_c × 0.1', humidity: 'humidity_pct × 0.1' },
  ],
  ['a bare number, by its topic', 'home/kitchen/power', '812.5', { '.': 'power_w' }],
  [
    'nothing that is none',
    's/1',
    { uptime: 12, version: '1.2', energy_yesterday: 4, power_on_behavior: 'off', level: 3, name: 'x' },
    {},
  ],
])('%s', (_, topic, payload, expected) => {
  expect(proposed(topic, payload)).toEqual(expected);
});

test('every value has a path that a profile can write, and a note where two readings are possible', () => {
  const { fields } = described('m/1', { 'odd.key': { a: [1, { b: true }] }, energy: 1_234_567, nothing: null });
  expect(fields.map(({ path, sample }) => [path, sample])).toEqual([
    ['["odd.key"].a[0]', 1],
    ['["odd.key"].a[1].b', true],
    ['energy', 1_234_567],
    ['nothing', null],
  ]);
  expect(fields.find(({ path }) => path === 'energy')).toMatchObject({
    scale: '1/1000',
    note: { en: expect.stringContaining('Wh') },
  });
});

test.each([
  ['an id', 'watermeter/WM2301/data', [], {}, 1],
  ['a MAC', 'up/A4:C1:38:00:11:22/x', [], {}, 1],
  ['the level in which topics of one shape differ', 'a/kitchen/b', ['a/hall/b', 'a/attic/b'], {}, 1],
  ['not the word at the end of one device', 'tele/plug-a/SENSOR', ['tele/plug-a/STATE', 'tele/plug-a/LWT'], {}, 1],
  ['what the message calls itself', 'iot/one/two', [], { sn: 'two' }, 2],
  ['none', 'sensor/state', [], {}, undefined],
])('the device level: %s', (_, topic, others, payload, level) => {
  expect(described(topic, payload, others).deviceLevel ?? undefined).toBe(level);
});

test('times: only what is near the arrival, named ones first', () => {
  const { times } = described('m/1', {
    seq: 1_772_409_601,
    t: 1_772_409_600,
    ms: { ts: AT },
    when: '2026-03-02T08:00:00+08:00',
    old: '2026-03-02 08:00:00',
    up: 40,
  });
  expect(times).toEqual([
    { path: 't', unit: 's', sample: 1_772_409_600 },
    { path: 'ms.ts', unit: 'ms', sample: AT },
    { path: 'when', unit: 'iso', sample: '2026-03-02T08:00:00+08:00' },
    { path: 'old', unit: 'local', sample: '2026-03-02 08:00:00' },
  ]);
});

test('times: in whatever unit and hand they come, and no serial number is one', () => {
  const times = (message: object): (readonly [string, unknown])[] =>
    described('m/1', message).times.map(({ path, unit }) => [path, unit] as const);
  expect(times({ ts: AT * 1_000 })).toEqual([['ts', 'us']]);
  expect(times({ ts: AT * 1_000_000, p: 5 })).toEqual([['ts', 'ns']]);
  expect(times({ time: '20260302080000', sn: '202603020001' })).toEqual([['time', 'local']]);
  expect(times({ time: 20260302080000 })).toEqual([['time', 'local']]);
  expect(times({ at: '2026年3月2日 8:00' })).toEqual([['at', 'local']]);
  expect(times({ at: '2026-03-02 08:00:00+08' })).toEqual([['at', 'iso']]);
  expect(times({ time: '19980302080000', date: 46_083.5, ts: 1e300 })).toEqual([]);
});

test('bytes that firmware ends or marks are a text, and what is no number is unknown', () => {
  const read = (payload: string): object => {
    const { decode, fields } = describeMessage({ topic: 't', at: AT, others: [], payload: Buffer.from(payload) });
    return { decode, fields: fields.map(({ path, sample }) => [path, sample]) };
  };
  expect(read('\ufeff{"t":nan,"p":40,}\0')).toEqual({
    decode: 'json',
    fields: [
      ['t', null],
      ['p', 40],
    ],
  });
  expect(read('21.5\0\0')).toEqual({ decode: 'number', fields: [['.', 21.5]] });
  expect(read('nan')).toEqual({ decode: 'number', fields: [['.', null]] });
  expect(read('open\0')).toEqual({ decode: 'text', fields: [['.', 'open']] });
});

test('bytes that are no text have no fields; text and numbers have one', () => {
  expect(describeMessage({ topic: 't', at: AT, others: [], payload: Buffer.from([0x68, 0x01, 0xff]) })).toMatchObject({
    decode: 'binary',
    fields: [],
  });
  expect(described('t/door', 'open')).toMatchObject({
    decode: 'text',
    kind: 'door',
    fields: [{ path: '.', sample: 'open' }],
  });
  expect(described('t/x', '12')).toMatchObject({ decode: 'number', fields: [{ path: '.', sample: 12 }] });
});

describe('the messages of the catalogue', () => {
  // Their units are told in messages of their own, which the wizard does not see.
  const apart = new Set(['home-assistant', 'homie', 'native']);
  // Its values have numbers instead of names.
  const isNumbered = ({ id }: { readonly id: string }): boolean => id.startsWith('adw300');
  const scores = [...vectors()]
    .filter(([name]) => !apart.has(name))
    .map(([name, file]) => ({
      name,
      ...scoreOf({ ...file, messages: file.messages.filter((one) => !isNumbered(one)) }),
    }));

  test('at least nine of ten main values are proposed as what they are', () => {
    const hits = scores.reduce((sum, score) => sum + score.hits, 0);
    const missed = scores.flatMap((score) => score.missed);
    expect(hits).toBeGreaterThan(200);
    expect(hits / (hits + missed.length), missed.join('\n')).toBeGreaterThanOrEqual(0.9);
  });

  test('hardly anything is proposed as what it is not', () => {
    const wrong = scores.flatMap((score) => score.wrong);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(8);
  });
});
