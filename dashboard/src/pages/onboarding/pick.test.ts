import { describe, expect, it } from 'vitest';
import {
  baseOf,
  draftPicks,
  metricsMatching,
  proposedMap,
  proposedPick,
  recordedAs,
  sameScale,
  scaleOf,
  unitsOf,
  withMetric,
} from './pick.ts';

describe('a factor', () => {
  it('is a number or 1/n, and the same however it is written', () => {
    expect([scaleOf('0.1'), scaleOf('1/1000'), scaleOf(' 5 ')]).toEqual([0.1, '1/1000', 5]);
    expect([scaleOf(''), scaleOf('0'), scaleOf('x'), scaleOf('2/3')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([sameScale('0.001', '1/1000'), sameScale('10', '1'), sameScale('', '')]).toEqual([true, false, true]);
  });

  it('is offered as a unit, the metric’s own first', () => {
    expect(unitsOf('energy_total_kwh')[0]).toEqual(['kWh', '1']);
    expect(unitsOf('power_w_l2').find(([unit]) => unit === 'kW')?.[1]).toBe('1000');
    expect(unitsOf('door_open')).toEqual([]);
  });
});

describe('a value', () => {
  const of = (metric: string, scale = '1') => ({ path: 'a', metric, scale });
  it('is what the gateway would record', () => {
    expect(recordedAs(of('energy_total_kwh', '1/1000'), 1_234)).toBe(1.234);
    expect(recordedAs(of('power_w'), '12.5')).toBe(12.5);
    expect(recordedAs(of('power_w', '1000'), '3.2 kW')).toBe(3_200);
    expect(recordedAs(of('power_w'), '3.2 hp')).toBeUndefined();
    expect(recordedAs(of('humidity_pct'), 140)).toBeUndefined();
    expect(recordedAs(of('power_w'), 'off')).toBeUndefined();
    expect(recordedAs({ ...of('door_open'), map: { true: 0, false: 1, other: null } }, false)).toBe(1);
    expect(recordedAs({ ...of('door_open'), map: { true: 0, other: null } }, 'other')).toBeUndefined();
  });

  it('becomes a part of the profile: states by their words, the rest by a factor', () => {
    const picks = draftPicks([
      { path: 'e', metric: 'energy_total_kwh', scale: '1/1000' },
      { path: 'p', metric: 'power_w', scale: '1' },
      { path: 'd', metric: 'door_open', scale: '1', map: { open: 1, closed: 0 } },
      { path: 'bad', metric: 'voltage_v', scale: 'x' },
    ]);
    expect(picks).toEqual([
      { path: 'e', metric: 'energy_total_kwh', scale: '1/1000' },
      { path: 'p', metric: 'power_w' },
      { path: 'd', metric: 'door_open', map: { open: 1, closed: 0 } },
    ]);
  });

  it('takes what is proposed, and new words or none with another metric', () => {
    const field = { path: 'a', sample: 1, metric: 'power_w', scale: 1_000, map: null, note: null };
    expect(proposedPick(field, 'a', [])).toEqual({ path: 'a', metric: 'power_w', scale: '1000' });
    expect(proposedPick(undefined, 'a', ['1'])).toEqual({ path: 'a', metric: '', scale: '1' });
    const door = withMetric(proposedPick(field, 'a', []), 'door_open', ['true']);
    expect(door).toEqual({ path: 'a', metric: 'door_open', scale: '1', map: { true: 1, false: 0 } });
    expect(withMetric(door, 'power_w', [])).toEqual({ path: 'a', metric: 'power_w', scale: '1' });
  });

  it('in words nobody knows is left to the person', () => {
    expect(proposedMap(['Open', 'CLOSED', 'ajar', 'askew'], 'door_open')).toEqual({
      Open: 1,
      CLOSED: 0,
      ajar: 1,
      askew: null,
    });
    // “Normal” says no to a fault; of a recording it is left to a person.
    expect(proposedMap(['normal', 'alarm'], 'device_alert')).toEqual({ normal: 0, alarm: 1 });
    expect(proposedMap(['normal', 'off'], 'camera_recording')).toEqual({ normal: null, off: 0 });
  });
});

it('metrics are found in both languages, by unit and by id', () => {
  expect(metricsMatching('湿度')).toEqual(['humidity_pct']);
  expect(metricsMatching('ENERGY kwh')).toContain('energy_total_kwh');
  expect(metricsMatching('nothing like it')).toEqual([]);
  expect(metricsMatching('').length).toBeGreaterThan(20);
  expect([baseOf('power_w_l2'), baseOf('energy_total_kwh_ch12'), baseOf('power_w')]).toEqual([
    'power_w',
    'energy_total_kwh',
    'power_w',
  ]);
});
