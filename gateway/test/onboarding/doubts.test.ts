/** What a name may mean besides, and what the values of a message say against each other. */
import { describe, expect, test } from 'vitest';
import { describeMessage } from '../../src/onboarding/describe-message.ts';

type Said = Record<string, string>;

/** Per field with a proposal or a doubt: `metric × scale`, `?` when there is something to check, `-` without a metric. */
function said(payload: unknown, topic = 'meters/x1/data'): Said {
  const described = describeMessage({ topic, at: 0, others: [], payload: Buffer.from(JSON.stringify(payload)) });
  return Object.fromEntries(
    described.fields.flatMap(({ path, metric, scale, note }) => {
      if (metric === null && note === null) return [];
      expect(note === null || (note.zh !== '' && note.en !== '')).toBe(true);
      return [[path, `${metric ?? '-'}${scale === null ? '' : ` × ${scale}`}${note === null ? '' : ' ?'}`]];
    }),
  );
}

describe('what a message says as a whole', () => {
  test.each<[string, unknown, Said]>([
    [
      'a smart meter with tariffs, in kW',
      {
        energy_delivered_tariff1: '1234.567',
        energy_delivered_tariff2: '2345.678',
        energy_returned_tariff1: '0.012',
        electricity_tariff: '0002',
        power_delivered: '0.812',
        power_returned: '0.000',
        voltage_l1: '229.0',
        current_l1: 3,
        power_delivered_l1: '0.812',
        gas_delivered: '523.11',
      },
      {
        energy_delivered_tariff1: '- ?',
        energy_delivered_tariff2: '- ?',
        energy_returned_tariff1: '- ?',
        power_delivered: 'power_w × 1000 ?',
        power_returned: '- ?',
        voltage_l1: 'voltage_v_l1',
        current_l1: 'current_a_l1',
        power_delivered_l1: 'power_w_l1 × 1000 ?',
      },
    ],
    [
      'flow temperature is no flow',
      {
        media: 'water',
        total_m3: 512.25,
        target_m3: 500.5,
        consumption_at_set_date_m3: 480,
        max_flow_m3h: 1.2,
        flow_temperature_c: 11,
        external_temperature_c: 18,
        remaining_battery_life_y: 9.5,
      },
      { total_m3: 'water_total_m3', external_temperature_c: 'temperature_c' },
    ],
    [
      'a heat meter is neither electricity nor water',
      { media: 'heat', total_energy_consumption_kwh: 9876, total_volume_m3: 512.2, current_power_consumption_kw: 1.2 },
      {},
    ],
    [
      'phases on one scale',
      { Ua: 2205, Ub: 2211, Uc: 2198, Ia: 1234, Ib: 1101, Ic: 998 },
      {
        Ua: 'voltage_v_l1 × 0.1 ?',
        Ub: 'voltage_v_l2 × 0.1 ?',
        Uc: 'voltage_v_l3 × 0.1 ?',
        Ia: 'current_a_l1 × 1/1000 ?',
        Ib: 'current_a_l2 × 1/1000 ?',
        Ic: 'current_a_l3 × 1/1000 ?',
      },
    ],
    [
      'x, y and z, with the whole beside them',
      { power_x: 812, power_y: 700, power_z: 650, total_power: 2162, energy_x: 1, energy_y: 2, energy_z: 3 },
      {
        power_x: 'power_w_l1',
        power_y: 'power_w_l2',
        power_z: 'power_w_l3',
        total_power: 'power_w',
        energy_x: 'energy_total_kwh_l1',
        energy_y: 'energy_total_kwh_l2',
        energy_z: 'energy_total_kwh_l3',
      },
    ],
    ['one phase alone is not the whole', { energy_phase_x: 12.5 }, { energy_phase_x: 'energy_total_kwh_l1' }],
    [
      'R, S and T around the values',
      { R: { voltage: 229 }, S: { voltage: 230 }, T: { voltage: 231 } },
      { 'R.voltage': 'voltage_v_l1', 'S.voltage': 'voltage_v_l2', 'T.voltage': 'voltage_v_l3' },
    ],
    [
      'numbers are phases when there are three',
      { V1: 226, V2: 232, V3: 229, I1: 1, I2: 2, I3: 3 },
      {
        V1: 'voltage_v_l1',
        V2: 'voltage_v_l2',
        V3: 'voltage_v_l3',
        I1: 'current_a_l1',
        I2: 'current_a_l2',
        I3: 'current_a_l3',
      },
    ],
    ['a current in amperes is of no phase', { current_a: 1.5 }, { current_a: 'current_a' }],
    [
      'a letter is a phase where it is one elsewhere, and U × I of the phases says kW',
      { voltageA: 230.1, currentA: 8.4, voltageB: 229.3, currentB: 5.5, activePower: 3.2 },
      {
        voltageA: 'voltage_v_l1',
        currentA: 'current_a_l1',
        voltageB: 'voltage_v_l2',
        currentB: 'current_a_l2',
        activePower: 'power_w × 1000 ?',
      },
    ],
    [
      'of one phase only, too',
      { voltageA: 230.1, currentA: 14.5, activePower: 3.2 },
      { voltageA: 'voltage_v_l1', currentA: 'current_a_l1', activePower: 'power_w × 1000 ?' },
    ],
    [
      'behind transformers',
      { ua: 221, ub: 220, uc: 222, ia: 4.2, ib: 3.1, ic: 0.5, pf: 0.98, pt: 1, ct: 40, EPI: 898.2 },
      {
        ua: 'voltage_v_l1',
        ub: 'voltage_v_l2',
        uc: 'voltage_v_l3',
        ia: 'current_a_l1 ?',
        ib: 'current_a_l2 ?',
        ic: 'current_a_l3 ?',
        pf: 'power_factor',
        EPI: 'energy_total_kwh ?',
      },
    ],
    [
      'a transformer for the voltage',
      { 电压: 100, 电流: 1.5, 电压变比: 100 },
      { 电压: 'voltage_v ?', 电流: 'current_a' },
    ],
    [
      'milliamperes, held against the power',
      { voltage: 230, current: 812, power: 186 },
      { voltage: 'voltage_v', current: 'current_a × 1/1000 ?', power: 'power_w' },
    ],
    [
      'a unit that is said and cannot be',
      { voltage: 230, current: 4, power_W: 0.9 },
      { voltage: 'voltage_v', current: 'current_a', power_W: 'power_w ?' },
    ],
    [
      'three phases in kW',
      { Ua: 220, Ub: 221, Uc: 219, Ia: 1.2, Ib: 1.1, Ic: 0.9, P: 0.69, PF: 0.98, EPI: 1234.5, EPE: 1.2, Uab: 381 },
      {
        Ua: 'voltage_v_l1',
        Ub: 'voltage_v_l2',
        Uc: 'voltage_v_l3',
        Ia: 'current_a_l1',
        Ib: 'current_a_l2',
        Ic: 'current_a_l3',
        P: 'power_w × 1000 ?',
        PF: 'power_factor',
        EPI: 'energy_total_kwh',
        EPE: 'energy_export_total_kwh',
      },
    ],
    [
      'a light load is no doubt',
      { voltage: 230, current: 0.05, power: 1.2 },
      { voltage: 'voltage_v', current: 'current_a', power: 'power_w' },
    ],
  ])('%s', (_, payload, expected) => {
    expect(said(payload)).toEqual(expected);
  });

  test.each<[string, unknown, Said]>([
    [
      'an inverter, the day in Wh',
      { YieldDay: 1234, YieldTotal: 567.8, Power: 812 },
      { YieldDay: 'energy_today_kwh × 1/1000 ?', YieldTotal: 'energy_export_total_kwh ?', Power: 'power_w' },
    ],
    ['one string of panels', { PV1EnergyToday: 7.4 }, { PV1EnergyToday: 'energy_today_kwh' }],
    ['a bare total beside panels', { energy_total: 4567, dc_power: 850 }, { energy_total: 'energy_total_kwh ?' }],
    [
      'to whom it was delivered',
      { energy_delivered: 1234.5, energy_returned: 1.5 },
      { energy_delivered: 'energy_total_kwh ?', energy_returned: 'energy_export_total_kwh' },
    ],
    [
      'tariffs that add up',
      { import_kwh: 300, import_t1_kwh: 100, import_t2_kwh: 200 },
      { import_kwh: 'energy_total_kwh', import_t1_kwh: '- ?', import_t2_kwh: '- ?' },
    ],
    [
      'tariffs that do not',
      { energy_kwh: 1234, energy_t2_kwh: 200 },
      { energy_kwh: 'energy_total_kwh ?', energy_t2_kwh: '- ?' },
    ],
    [
      'day and night',
      { energy_day: 500, energy_night: 300, energy: 800 },
      { energy_day: '- ?', energy_night: '- ?', energy: 'energy_total_kwh' },
    ],
    [
      'Chinese meters',
      {
        正向有功总电能: 10,
        反向有功总电能: 1,
        正向有功尖电能: 1,
        正向有功峰电能: 2,
        正向有功平电能: 3,
        正向有功谷电能: 4,
      },
      {
        正向有功总电能: 'energy_total_kwh',
        反向有功总电能: 'energy_export_total_kwh',
        正向有功尖电能: '- ?',
        正向有功峰电能: '- ?',
        正向有功平电能: '- ?',
        正向有功谷电能: '- ?',
      },
    ],
    [
      'a tariff first, then the register',
      { 低谷用电: 4.4, 高峰用电: 0.6, 用电量: 5, 每小时用电量: 0.1 },
      { 低谷用电: '- ?', 高峰用电: '- ?', 用电量: 'energy_total_kwh' },
    ],
    ['one tariff and the register', { 低谷用电: 4.4, 用电量: 5 }, { 低谷用电: '- ?', 用电量: 'energy_total_kwh ?' }],
    [
      'tariffs of other countries and what is fed in',
      { Hochtarif_kWh: 4.5, Niedertarif_kWh: 3.5, Netzeinspeisung_kWh: 1.5, energy_kWh: 8 },
      {
        Hochtarif_kWh: '- ?',
        Niedertarif_kWh: '- ?',
        Netzeinspeisung_kWh: 'energy_export_total_kwh',
        energy_kWh: 'energy_total_kwh',
      },
    ],
    [
      'a day above what was sent out',
      { energyToday: 5.5, exportTotal_kWh: 0.5 },
      { energyToday: 'energy_today_kwh', exportTotal_kWh: 'energy_export_total_kwh' },
    ],
    ['one socket of several', { 'Socket 2 energy': 4.5 }, { 'Socket 2 energy': 'energy_total_kwh_ch2' }],
    ['one channel of several', { 'Channel 2 energy': 4.5 }, { 'Channel 2 energy': 'energy_total_kwh_ch2' }],
    [
      'spans, money and demand',
      { 日用电量: 5, 当月用电量: 100, 剩余电量: 10, 剩余金额: 5, 最大需量: 0.8, 零线电流: 0.1, AB线电压: 381 },
      { 日用电量: 'energy_today_kwh' },
    ],
    [
      'Chinese water',
      { 累计流量: 1234.5, 瞬时流量: 40, 日用水量: 1.2, 月用水量: 30, 反向累计流量: 0.1, 压力: 0.35 },
      { 累计流量: 'water_total_m3', 瞬时流量: 'flow_lph ?' },
    ],
    [
      'since the last message',
      { water: 1, consumption_since_last_uplink: 12, last_run_volume: 3, total_volume: 512.2 },
      { total_volume: 'water_total_m3' },
    ],
    ['a current that is a reading', { m3: { current: 512.3 }, liter: { current: 5 } }, {}],
    [
      'gas beside a meter',
      { voltage: 230, total_gas_m3: 2569.6, gas_m3: 2, total_liter_m3: 12.5 },
      { voltage: 'voltage_v', total_liter_m3: 'water_total_m3' },
    ],
    [
      'fractions of a watt-hour',
      { wh: 8.98, voltage: 230 },
      { wh: 'energy_total_kwh × 1/1000 ?', voltage: 'voltage_v' },
    ],
    [
      'both ways together, and tariffs by their letters',
      { EP: 21.6, EPI: 20.5, EPE: 1.1, EPIJ: 1, EPIF: 2, EPIP: 16.5, EPIG: 1 },
      {
        EPI: 'energy_total_kwh',
        EPE: 'energy_export_total_kwh',
        EPIJ: '- ?',
        EPIF: '- ?',
        EPIP: '- ?',
        EPIG: '- ?',
      },
    ],
    [
      'A+ and A-, which are no phase',
      { 'Energy A+ (kWh)': 12.5, 'Energy A- (kWh)': 1.5 },
      { 'Energy A+ (kWh)': 'energy_total_kwh', 'Energy A- (kWh)': 'energy_export_total_kwh' },
    ],
    ['consumption, of which time', { power_consumption: 2690 }, { power_consumption: 'energy_total_kwh ?' }],
    [
      'forward and reverse',
      { Energy: { Forward: 12.5, Reverse: 1 } },
      { 'Energy.Forward': 'energy_total_kwh', 'Energy.Reverse': 'energy_export_total_kwh' },
    ],
  ])('energy and water: %s', (_, payload, expected) => {
    expect(said(payload)).toEqual(expected);
  });

  test.each<[string, unknown, Said]>([
    ['a good battery', { battery_ok: 1 }, { battery_ok: 'battery_low' }],
    ['a recording that is normal', { 录像状态: '正常' }, { 录像状态: 'camera_recording' }],
    ['a share of one', { battery: 0.95 }, { battery: 'battery_pct × 100 ?' }],
    ['degrees Fahrenheit', { temperature_F: 68.5 }, { temperature_F: '- ?' }],
    ['degrees said beside', { temp: 71.6, unit: 'F' }, { temp: '- ?' }],
    ['degrees said beside, with a sign', { temperature: 71.6, temperature_unit: '°F' }, { temperature: '- ?' }],
    ['degrees said once', { tempUnit: 'F', probe: { Temperature: 71.6 } }, { 'probe.Temperature': '- ?' }],
    ['degrees among units', { temperature: 295.2, units: { temperature: 'K' } }, { temperature: '- ?' }],
    ['Celsius said beside', { temp: 21.5, unit: '℃' }, { temp: 'temperature_c' }],
    ['Celsius said once', { Temperature: 21.5, TempUnit: 'C' }, { Temperature: 'temperature_c' }],
    [
      'units behind the numbers',
      { P: '3.2 kW', U: '230V', T: '21.5 °C', temp: '71.6 °F', EPI: '1234,5 kWh', 水量: '12,5 m³', battery: '3.1 V' },
      {
        P: 'power_w',
        U: 'voltage_v',
        temp: 'temperature_c',
        EPI: 'energy_total_kwh',
        水量: 'water_total_m3',
        battery: 'battery_mv',
      },
    ],
    ['a unit that nobody knows', { power: '5 hp', name: '5 rooms', 电压: '5 kW' }, { power: '- ?', 电压: '- ?' }],
    ['a number that may be either', { power_kW: '1,234 kW' }, {}],
    ['words that begin alike', { human: 1, template: 3, conv_factor: 1, load: 0.4, pa: 101_325, p: 0.35 }, {}],
    [
      'what leaks besides water',
      { earth_leakage: 0, leakage_current: 0, gas_leak: 0, open_window_detection: 'OFF' },
      {},
    ],
    ['a counter of something', { counter: 12, boot_counter: 3 }, { counter: 'pulse_total ?' }],
    ['an outlet that is open', { socket_status: 'open', breaker_open: true }, {}],
    ['a cell and the weather', { cpu_temperature: 55, dew_point_temp: 9, target_temperature: 21 }, {}],
  ])('others: %s', (_, payload, expected) => {
    expect(said(payload)).toEqual(expected);
  });
});
