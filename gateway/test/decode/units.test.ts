import { describe, expect, test } from 'vitest';
import { fromUnit } from '../../src/decode/units.ts';

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
