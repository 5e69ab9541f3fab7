import { describe, expect, test } from 'vitest';
import { fromUnit, quantityIn, unitOf } from '#contract/units.ts';

describe('a unit that stands in the message', () => {
  test.each([
    ['temperature_c', 'F', 59, 15],
    ['temperature_c', '°F', 32, 0],
    ['temperature_c', 'fahrenheit', 212, 100],
    ['temperature_c', 'C', 21.5, 21.5],
    ['temperature_c_ch2', '℃', 21.5, 21.5],
    ['temperature_c', 'K', 273.15, 0],
    ['power_w', 'kW', 1.2, 1_200],
    ['power_w', 'mW', 1_500, 1.5],
    ['power_w', 'MW', 0.5, 500_000],
    ['energy_total_kwh', 'Wh', 812_500, 812.5],
    ['water_total_m3', 'L', 20.5, 0.0205],
    ['water_total_m3', 'm³', 20.5, 20.5],
    ['water_total_m3', 'gal', 1_000, 3.785411784],
    ['flow_lph', 'm³/h', 0.25, 250],
    ['battery_mv', 'V', 3.1, 3_100],
    ['reactive_var', 'VAR', 5, 5],
    ['power_factor_l2', '%', 95, 0.95],
    ['link_quality', 'lqi', 120, 120],
    ['door_open', 'x', 1, 1],
  ])('%s in %s', (metric, unit, said, wanted) => {
    expect(fromUnit(metric, unit)?.(said)).toBeCloseTo(wanted, 9);
  });

  test.each([
    ['temperature_c', '°R'],
    ['temperature_c', 'kWh'],
    ['power_w', 'A'],
    ['water_total_m3', 'kWh'],
    ['pulse_total', 'L'],
    ['power_factor', 'x'],
    ['energy_total_kwh', '__proto__'],
    ['energy_total_kwh', 'constructor'],
  ])('%s in %s is not guessed', (metric, unit) => {
    expect(fromUnit(metric, unit)).toBeUndefined();
  });
});

test.each([
  ['MWH', 1_000],
  ['KWH', 1],
  ['MV', 1e6],
  ['mv', 0.001],
  ['Ma', 0.001],
])('%s without regard to case', (said, factor) => {
  const unit = unitOf(said);
  expect(unit && unit.up / unit.down).toBe(factor);
});

test.each(['mw', 'Mw', 'mva', 'MVAR'])('%s may be milli or mega', (said) => {
  expect(unitOf(said)).toBeUndefined();
});

describe('a number and its unit in one text', () => {
  test.each<[string, number, string]>([
    ['3.2 kW', 3.2, 'kW'],
    ['230V', 230, 'V'],
    ['21.5 °C', 21.5, '°C'],
    ['-3℃', -3, '℃'],
    ['12,5 m³', 12.5, 'm³'],
    ['0,125 m3', 0.125, 'm3'],
    ['1234,567 kWh', 1234.567, 'kWh'],
    ['1,234.5 kWh', 1234.5, 'kWh'],
    ['1.234,5 kWh', 1234.5, 'kWh'],
    ['45 %RH', 45, '%RH'],
    ['1.2e3 L/min', 1200, 'L/min'],
    [' 812\u00a0度 ', 812, '度'],
    ['5 hp', 5, 'hp'],
  ])('%s', (text, value, unit) => expect(quantityIn(text)).toEqual({ value, unit }));

  test.each([
    '3.2',
    'kW',
    '1,234 kWh',
    '1,23,4 kWh',
    '1.2.3 kW',
    '0x1F',
    '3.2 kW h',
    '10:30',
    '2026-03-02',
    '12 3 V',
    'v1.2',
    'nan °C',
    `${'9'.repeat(40)} W`,
    '',
  ])('%j is none', (text) => expect(quantityIn(text)).toBeUndefined());
});
