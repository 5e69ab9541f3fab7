import { expect, test } from 'vitest';
import { nameWords, underscored } from '../../src/shared/name-words.ts';

test.each([
  ['PV1EnergyToday', 'pv 1 energy today'],
  ['pv1energytoday', 'pv 1 energy today'],
  ['ExportActive', 'export active'],
  ['266FAF_ENERGY_ExportActive', '266 faf energy export active'],
  ['266FAF_ENERGY_Total', '266 faf energy total'],
  ['YieldDay', 'yield day'],
  ['yieldtotal', 'yield total'],
  ['PowerL1', 'power l1'],
  ['powerl2', 'power l2'],
  ['total_kWh', 'total kwh'],
  ['totalM3', 'total m3'],
  ['total_m3', 'total m3'],
  ['totalm3', 'total m3'],
  ['energy_delivered_tariff1', 'energy delivered tariff 1'],
  ['E_in', 'e in'],
  ['Ua', 'ua'],
  ['EPI', 'epi'],
  ['TotalActivePowerKW', 'total active power kw'],
  ['flow m³/h', 'flow m3h'],
  ['total_kvarh', 'total kvarh'],
  ['正向有功总电能', '正向有功总电能'],
  ['A相电压', 'a 相电压'],
  ['费率1电能kWh', '费率 1 电能 kwh'],
  // No unit: the room is called A.
  ['RoomA', 'room a'],
  ['currentmA', 'current ma'],
  ['i_mA', 'i ma'],
  // Words that only look as if they were two.
  ['temperature', 'temperature'],
  ['payload', 'payload'],
  ['network', 'network'],
  ['', ''],
])('%s', (name, words) => {
  expect(nameWords(name).join(' ')).toBe(words);
});

test('a long name costs no more than its length', () => {
  const started = performance.now();
  for (let n = 0; n < 200; n++) underscored('energytotal'.repeat(1_000));
  for (let n = 0; n < 200; n++) underscored(`${'energy'.repeat(6)}x`);
  expect(performance.now() - started).toBeLessThan(2_000);
});
