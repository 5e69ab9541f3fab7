/** What an entity of Home Assistant is, by its class, its unit and its names. */
import { describe, expect, test } from 'vitest';
import { metricInfo } from '#contract/metrics.ts';
import { targetOf } from '../../src/decode/codecs/home-assistant-metric.ts';

describe('what an entity is', () => {
  const sensor = {
    component: 'sensor',
    deviceClass: '',
    unit: '',
    stateClass: '',
    diagnostic: false,
    words: '',
  } as const;
  const total = { ...sensor, deviceClass: 'energy', unit: 'kWh', stateClass: 'total_increasing' };
  test.each<readonly [string, Parameters<typeof targetOf>[0], string | undefined]>([
    ['a register', { ...total }, 'energy_total_kwh'],
    ['of state class total', { ...total, stateClass: 'total' }, 'energy_total_kwh'],
    ['an amount of no register', { ...total, stateClass: 'measurement' }, undefined],
    ['today, whatever its state class', { ...total, words: 'energy_today' }, 'energy_today_kwh'],
    ['今日', { ...total, words: '今日用电' }, 'energy_today_kwh'],
    ['yesterday', { ...total, words: 'x energy yesterday' }, undefined],
    ['this month', { ...total, words: 'value_json.energy_month' }, undefined],
    ['returned', { ...total, words: 'energy_returned' }, 'energy_export_total_kwh'],
    ['of a phase', { ...total, words: 'total l2 energy' }, 'energy_total_kwh_l2'],
    ['of phase c', { ...total, words: 'phase_c_energy' }, 'energy_total_kwh_l3'],
    ['in a unit nobody knows', { ...total, unit: 'BTU' }, undefined],
    ['in a unit from the prototype', { ...total, unit: 'constructor' }, undefined],
    ['a class from the prototype', { ...sensor, deviceClass: 'toString' }, undefined],
    ['camelCase today', { ...total, words: 'roof PV1EnergyToday' }, 'energy_today_kwh'],
    ['an inverter’s day', { ...total, words: 'YieldDay' }, 'energy_today_kwh'],
    ['an inverter’s total', { ...total, words: 'YieldTotal' }, 'energy_export_total_kwh'],
    ['camelCase export', { ...total, words: 'ENERGY_ExportActive' }, 'energy_export_total_kwh'],
    ['generated', { ...total, words: 'generated energy (total)' }, 'energy_export_total_kwh'],
    ['sent out today', { ...total, words: 'energyReturnedToday' }, undefined],
    ['one tariff', { ...total, words: 'Energy Consumed Tariff 1' }, undefined],
    ['one tariff, short', { ...total, words: 'total_power_import_t1_kwh' }, undefined],
    ['peak hours', { ...total, words: '峰电量' }, undefined],
    ...[
      '低谷用电',
      '高峰用电',
      '夜间电量',
      '时段用电',
      '每小时用电量',
      'Hochtarif',
      'Niedertarif',
      'Strom Nachttarif',
    ].map((words) => [words, { ...total, words }, undefined] as const),
    ...['Heures creuses', 'Heures pleines', 'Energy HC', 'Energy HP', 'Punta', 'Valle', 'Llano'].map(
      (words) => [words, { ...total, words }, undefined] as const,
    ),
    ...['输出电量', 'Netzeinspeisung'].map((words) => [words, { ...total, words }, 'energy_export_total_kwh'] as const),
    ...['Socket 2 energy', 'Channel 2 energy', 'energy_ch2', 'Outlet 2 Energy', '2路电量'].map(
      (words) => [words, { ...total, words }, 'energy_total_kwh_ch2'] as const,
    ),
    ['power of a socket', { ...sensor, deviceClass: 'power', unit: 'W', words: 'Socket 2 power' }, 'power_w_ch2'],
    ...['用电量', '总用电量', 'Stromverbrauch', 'Total energy', 'HP heat pump energy', 'Energy 2'].map(
      (words) => [words, { ...total, words }, 'energy_total_kwh'] as const,
    ),
    ['delivered, to whom is not said', { ...total, words: 'energy_delivered' }, undefined],
    ['delivered to the grid', { ...total, words: 'energy delivered to grid' }, 'energy_export_total_kwh'],
    ['taken from the grid', { ...total, words: 'total_power_import_kwh' }, 'energy_total_kwh'],
    ['one string of several', { ...total, words: 'PV2 Energy Total' }, undefined],
    ['into a battery', { ...total, words: 'battery charge total' }, undefined],
    ['heat', { ...total, words: 'heating energy' }, undefined],
    ['a heat pump', { ...total, words: 'heat_pump energy' }, 'energy_total_kwh'],
    ['a bare total of an inverter', { ...total, words: 'total', deviceName: '_roof_inverter_' }, undefined],
    ['one that begins anew', { ...total, stateClass: 'total', resets: true }, undefined],
    ['since the last run', { ...total, words: 'EnergyLastRun' }, undefined],
    ['of phase 1, in camelCase', { ...total, words: 'energyTotalL1' }, 'energy_total_kwh_l1'],
    ['power sent out', { ...sensor, deviceClass: 'power', unit: 'W', words: 'powerReturned' }, undefined],
    ['the power limit', { ...sensor, deviceClass: 'power', unit: 'W', words: 'maxPower' }, undefined],
    ['power in MW', { ...sensor, deviceClass: 'power', unit: 'MW' }, 'power_w'],
    ['phase b by its letter', { ...sensor, deviceClass: 'voltage', unit: 'V', words: 'voltageB' }, 'voltage_v_l2'],
    ['phase a, or amperes', { ...sensor, deviceClass: 'current', unit: 'A', words: 'current_a' }, undefined],
    ['between two phases', { ...sensor, deviceClass: 'voltage', unit: 'V', words: 'voltage_ab' }, undefined],
    ['what leaks', { ...sensor, deviceClass: 'current', unit: 'mA', words: 'leakageCurrent' }, undefined],
    ['a dew point', { ...sensor, deviceClass: 'temperature', unit: '°C', words: 'Dew point' }, undefined],
    ['a set point', { ...sensor, deviceClass: 'temperature', unit: '°C', words: 'targetTemperature' }, undefined],
    ['the ground', { ...sensor, deviceClass: 'humidity', unit: '%', words: 'soilHumidity' }, undefined],
    ['a battery in volts', { ...sensor, deviceClass: 'voltage', unit: 'V', words: 'batteryVoltage' }, 'battery_mv'],
    ['gas that flows', { ...sensor, deviceClass: 'volume_flow_rate', unit: 'm³/h', words: 'gas flow' }, undefined],
    ['water that ran back', { ...total, deviceClass: 'water', unit: 'm³', words: 'reverseVolume' }, undefined],
    ['water today', { ...total, deviceClass: 'water', unit: 'm³', words: 'daily' }, undefined],
    ['a chip', { ...sensor, deviceClass: 'temperature', unit: '°C', diagnostic: true }, undefined],
    ['a cell', { ...sensor, deviceClass: 'voltage', unit: 'mV', diagnostic: true }, 'battery_mv'],
    ['a radio', { ...sensor, unit: 'lqi', diagnostic: true }, 'link_quality'],
    ['a window', { ...sensor, component: 'binary_sensor' as const, deviceClass: 'window' }, 'door_open'],
    [
      'wet soil',
      { ...sensor, component: 'binary_sensor' as const, deviceClass: 'moisture', words: 'soil wet' },
      undefined,
    ],
    [
      'a valve',
      { ...sensor, component: 'binary_sensor' as const, deviceClass: 'opening', words: 'mainValve' },
      undefined,
    ],
    ['smoke', { ...sensor, component: 'binary_sensor' as const, deviceClass: 'smoke' }, undefined],
  ])('%s', (_name, entity, metric) => {
    expect(targetOf(entity)?.metric).toBe(metric);
    if (metric !== undefined) expect(metricInfo(metric)).toBeDefined();
  });
});
