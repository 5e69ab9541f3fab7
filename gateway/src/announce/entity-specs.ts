/** What of a device Home Assistant gets to see, by metric, in the words and classes of its MQTT integration. */
import type { DeviceKind } from '#contract/enums.ts';

export interface EntitySpec {
  /** Last part of the entity's id. */
  readonly key: string;
  /** Key in the state message; `online` is worked out from the device's state, all others are metrics. */
  readonly metric: string;
  readonly component: 'sensor' | 'binary_sensor';
  readonly name: string;
  readonly deviceClass: string | undefined;
  readonly stateClass: 'total_increasing' | 'measurement' | undefined;
  readonly unit: string | undefined;
  readonly precision: number | undefined;
  /** A level that says nothing once it is old. */
  readonly expires: boolean;
}

const register = (
  key: string,
  metric: string,
  name: string,
  deviceClass: string,
  unit: string,
  precision?: number,
): EntitySpec => ({
  ...{ key, metric, name, deviceClass, unit, precision },
  ...{ component: 'sensor' as const, stateClass: 'total_increasing' as const, expires: false },
});
const level = (key: string, metric: string, name: string, deviceClass: string, unit?: string): EntitySpec => ({
  ...{ key, metric, name, deviceClass, unit, precision: undefined },
  ...{ component: 'sensor' as const, stateClass: 'measurement' as const, expires: true },
});
const state = (key: string, metric: string, name: string, deviceClass: string): EntitySpec => ({
  ...{ key, metric, name, deviceClass, unit: undefined, precision: undefined },
  ...{ component: 'binary_sensor' as const, stateClass: undefined, expires: false },
});

const SPECS: readonly EntitySpec[] = [
  register('energy', 'energy_total_kwh', '累计电量', 'energy', 'kWh', 2),
  register('energy_export', 'energy_export_total_kwh', '反向累计电量', 'energy', 'kWh', 2),
  register('water', 'water_total_m3', '累计用水', 'water', 'm³'),
  level('power', 'power_w', '功率', 'power', 'W'),
  level('voltage', 'voltage_v', '电压', 'voltage', 'V'),
  level('current', 'current_a', '电流', 'current', 'A'),
  level('power_factor', 'power_factor', '功率因数', 'power_factor'),
  level('flow', 'flow_lph', '流量', 'volume_flow_rate', 'L/h'),
  level('temperature', 'temperature_c', '温度', 'temperature', '°C'),
  level('humidity', 'humidity_pct', '湿度', 'humidity', '%'),
  level('battery', 'battery_pct', '电池电量', 'battery', '%'),
  state('door', 'door_open', '门', 'door'),
  state('online', 'online', '在线', 'connectivity'),
  state('recording', 'camera_recording', '录像', 'running'),
  state('leak', 'water_leak', '漏水', 'moisture'),
  state('valve', 'valve_open', '阀门', 'opening'),
  state('tamper', 'tamper', '防拆', 'tamper'),
  state('battery_low', 'battery_low', '电池低', 'battery'),
  state('fault', 'device_alert', '设备自报故障', 'problem'),
];

/** Shown from the start, before the first value. */
const ALWAYS: Readonly<Record<DeviceKind, readonly string[]>> = {
  'electricity-meter': ['energy_total_kwh', 'power_w'],
  'water-meter': ['water_total_m3'],
  door: ['door_open'],
  camera: ['online'],
  switch: ['online'],
  nvr: ['online'],
  sensor: [],
};

/** @param known metrics the device has ever had a value of */
export function entitiesOf(kind: DeviceKind, known: ReadonlySet<string>): readonly EntitySpec[] {
  const always = ALWAYS[kind];
  // `online` of a meter is its availability, which every entity of it has.
  return SPECS.filter(({ metric }) => always.includes(metric) || (metric !== 'online' && known.has(metric)));
}
