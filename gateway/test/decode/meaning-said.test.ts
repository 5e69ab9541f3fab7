import { describe, expect, test } from 'vitest';
import { campusDecoder, frame, oneRule } from './campus.ts';

const P = 'metric: power_w';

function take(body: string, payload: unknown): string[] {
  const trace = campusDecoder([], [oneRule(body)]).trace(frame('t/d', payload));
  return [
    ...trace.readings.map(({ address, metric, value }) => `${address}.${metric}=${value}`),
    ...trace.faults.map(({ reason }) => `!${reason}`),
  ];
}

describe('units, words, phases and channels as a message says them', () => {
  test.each([
    ['words of a state', '{metric: door_open, path: v}', 'CLOSE', ['d.door_open=0']],
    [
      'words of a map in any case',
      '{metric: door_open, path: v, map: {Open: 1, Shut: 0}}',
      ' SHUT\0',
      ['d.door_open=0'],
    ],
    ['an inverted name', '{metric: door_open, path: v, invert: true}', 'TRUE', ['d.door_open=0']],
    ['an inverted name that says the state', '{metric: door_open, path: v, invert: true}', 'open', ['d.door_open=1']],
    ['a unit of its own', '{metric: temperature_c, path: v, unit: °F}', 59, ['d.temperature_c=15']],
    [
      'a unit beside the value',
      `{${P}, path: v.value, unit: {path: v.unit}}`,
      { value: 1.2, unit: 'kW' },
      ['d.power_w=1200'],
    ],
    [
      'a unit instead of the scale',
      `{${P}, path: v.value, scale: 7, unit: {path: v.unit}}`,
      { value: 5, unit: 'W' },
      ['d.power_w=5'],
    ],
    ['no unit, so the scale', `{${P}, path: v, scale: 7, unit: {path: u}}`, 5, ['d.power_w=35']],
    [
      'a unit nobody knows',
      `{${P}, path: v.value, unit: {path: v.unit}}`,
      { value: 5, unit: 'hp' },
      ['d.property:v.value=5'],
    ],
    ['what is sure', '{metric: battery_pct, path: v, sure: [6, 100]}', 6, ['d.battery_pct=6']],
    ['what is not', '{metric: battery_pct, path: v, sure: [6, 100]}', 3.1, ['d.property:v=3.1']],
    [
      'what is beyond the metric, and not sure',
      '{metric: power_factor, path: v, sure: [-1, 1]}',
      90,
      ['d.property:v=90'],
    ],
    ['a word where it is not sure', '{metric: battery_pct, path: v, sure: [6, 100]}', 'full', ['!bad-value']],
  ])('%s', (_name, emit, v, wanted) => {
    expect(take(`emit: [${emit}]`, { v })).toEqual(wanted);
  });

  test.each([
    ['b', 'd.power_w_l2=5'],
    ['B', 'd.power_w_l2=5'],
    ['z', 'd.power_w_l3=5'],
    ['3', 'd.power_w_l3=5'],
    ['q', 'd.property:power_q=5'],
    ['4', 'd.property:power_4=5'],
  ])('a phase called %s', (phase, wanted) => {
    const body =
      'each: [{emit_by_key: {key: "{key}", keys: {"power_{p}": {metric: power_w, suffix: {from: p, as: l}}}}}]';
    expect(take(body, { [`power_${phase}`]: 5 })).toEqual([wanted]);
  });

  test.each([
    ['100', 'd.power_w_ch100=5'],
    ['999', 'd.power_w_ch999=5'],
    ['1000', 'd.property:sw:1000.p=5'],
    ['0E', 'd.property:sw:0E.p=5'],
  ])('a channel called %s', (channel, wanted) => {
    const body = 'each: [{key: "sw:{n}", emit: [{metric: power_w, path: p, suffix: {from: n, as: ch}}]}]';
    expect(take(body, { [`sw:${channel}`]: { p: 5 } })).toEqual([wanted]);
  });

  test('a rule captures what the message says once for all its parts', () => {
    const body =
      'capture: {unit: u}\nroot: body\neach: [{key: "t{n}", emit: [{metric: temperature_c, unit: "{unit}", suffix: {from: n, as: ch}}]}]';
    expect(take(body, { u: 'F', body: { t1: 32, t2: 212 } })).toEqual([
      'd.temperature_c_ch1=0',
      'd.temperature_c_ch2=100',
    ]);
    expect(take(body, { body: { t1: 32 } })).toEqual(['d.temperature_c_ch1=32']);
  });
});
