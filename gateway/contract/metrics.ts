/**
 * Every metric a reading may carry: unit, kind, plausible range and names.
 * Plain data, no validator: decoder hot path, wall bundle and simulator share it.
 */
import type { Text } from './enums.ts';

/** register: a counter that only grows. interval: an amount over [ts, ts + length). gauge: a level. state: 0 or 1. */
export type MetricKind = 'register' | 'interval' | 'gauge' | 'state';

export interface MetricInfo {
  readonly kind: MetricKind;
  /** SI or customary unit as printed; '' for states and counts. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly name: Text;
}

const of = (kind: MetricKind, unit: string, min: number, max: number, zh: string, en: string): MetricInfo => ({
  kind,
  unit,
  min,
  max,
  name: { zh, en },
});
const state = (zh: string, en: string): MetricInfo => of('state', '', 0, 1, zh, en);

export const METRICS: Readonly<Record<string, MetricInfo>> = Object.freeze({
  energy_total_kwh: of('register', 'kWh', 0, 1e10, '电表读数', 'Energy register'),
  energy_export_total_kwh: of('register', 'kWh', 0, 1e10, '反向电量读数', 'Exported energy register'),
  water_total_m3: of('register', 'm³', 0, 1e9, '水表读数', 'Water register'),
  pulse_total: of('register', '', 0, 1e15, '脉冲累计', 'Pulse count'),
  energy_kwh: of('interval', 'kWh', 0, 1e6, '时段用电量', 'Energy in interval'),
  water_m3: of('interval', 'm³', 0, 1e6, '时段用水量', 'Water in interval'),
  power_w: of('gauge', 'W', -1e8, 1e8, '功率', 'Power'),
  voltage_v: of('gauge', 'V', 0, 1e6, '电压', 'Voltage'),
  current_a: of('gauge', 'A', -1e6, 1e6, '电流', 'Current'),
  power_factor: of('gauge', '', -1, 1, '功率因数', 'Power factor'),
  reactive_var: of('gauge', 'var', -1e8, 1e8, '无功功率', 'Reactive power'),
  apparent_va: of('gauge', 'VA', 0, 1e8, '视在功率', 'Apparent power'),
  flow_lph: of('gauge', 'L/h', -1e7, 1e7, '流量', 'Flow'),
  temperature_c: of('gauge', '°C', -90, 1000, '温度', 'Temperature'),
  humidity_pct: of('gauge', '%', 0, 100, '湿度', 'Humidity'),
  battery_pct: of('gauge', '%', 0, 100, '电池电量', 'Battery'),
  battery_mv: of('gauge', 'mV', 0, 1e5, '电池电压', 'Battery voltage'),
  link_quality: of('gauge', '', -200, 1000, '信号质量', 'Link quality'),
  camera_fps: of('gauge', 'fps', 0, 1000, '帧率', 'Frame rate'),
  camera_clock_skew_s: of('gauge', 's', -1e11, 1e11, '摄像头时钟偏差', 'Camera clock skew'),
  storage_days: of('gauge', 'd', 0, 1e5, '录像保存天数', 'Days of recording kept'),
  storage_used_pct: of('gauge', '%', 0, 100, '存储已用', 'Storage used'),
  energy_today_kwh: of('gauge', 'kWh', 0, 1e7, '设备自计今日电量', "Device's own energy today"),
  door_open: state('门开', 'Door open'),
  tamper: state('防拆', 'Tamper'),
  water_leak: state('漏水', 'Water leak'),
  valve_open: state('阀门开', 'Valve open'),
  battery_low: state('电池低', 'Battery low'),
  online: state('在线', 'Online'),
  camera_online: state('摄像头在线', 'Camera online'),
  camera_recording: state('录像中', 'Camera recording'),
  camera_maintenance: state('摄像头停用检修', 'Camera under maintenance'),
  device_alert: state('设备自报故障', 'Device reports a fault'),
});

/** Phase and channel suffixes: `_l1`..`_l3`, `_ch0`..`_ch999`: devices number what is added to them from 100 on. */
export const METRIC_SUFFIX = '_(?:l[1-3]|ch\\d{1,3})$';
const SUFFIX = new RegExp(METRIC_SUFFIX);
const catalogue = new Map<string, MetricInfo>(Object.entries(METRICS));
/** With the suffixed names met so far; never asked for a base, or `power_w_l1_l2` would pass once `power_w_l1` was seen. */
const known = new Map(catalogue);
const MAX_REMEMBERED = 4_000;

/**
 * What a metric name means, with its phase or channel suffix stripped.
 * @returns undefined for a name that is not in the catalogue.
 */
export function metricInfo(name: string): MetricInfo | undefined {
  const hit = known.get(name);
  if (hit) return hit;
  const base = name.replace(SUFFIX, '');
  const info = base === name ? undefined : catalogue.get(base);
  if (info && known.size < MAX_REMEMBERED) known.set(name, info);
  return info;
}

/** The register and the interval metric that make up the consumption of a resource, in order of preference. */
export const RESOURCE_METRICS = {
  electricity: { register: 'energy_total_kwh', interval: 'energy_kwh', unit: 'kWh' },
  water: { register: 'water_total_m3', interval: 'water_m3', unit: 'm³' },
} as const;
