/** Acrel ADW300 with 4G or WiFi: numbered data items, powers in kW, every value of one instant in one message. */
import { addressOf, type Encoder, message } from './message.ts';

const ITEMS: Readonly<Record<string, readonly [id: number, scale: number]>> = {
  voltage_v_l1: [1, 1],
  voltage_v_l2: [2, 1],
  voltage_v_l3: [3, 1],
  current_a_l1: [7, 1],
  current_a_l2: [8, 1],
  current_a_l3: [9, 1],
  power_w_l1: [10, 1_000],
  power_w_l2: [11, 1_000],
  power_w_l3: [12, 1_000],
  power_w: [13, 1_000],
  power_factor: [25, 1],
  energy_total_kwh: [28, 1],
  energy_export_total_kwh: [29, 1],
};
const RATIO = [
  { id: 34, val: 1 },
  { id: 35, val: 1 },
];

export const acrel: Encoder = (device, values, ts) => {
  const sn = addressOf(device);
  const items = Object.entries(values).flatMap(([metric, value]) => {
    const [id, scale] = ITEMS[metric] ?? [];
    return id === undefined || scale === undefined ? [] : [{ id, val: value / scale }];
  });
  const point = [{ id: 0, val: sn }, ...items, ...RATIO];
  return [message(`/gw/acrelHW/ADW300/data/${sn}`, { data: [{ tp: ts, point }] })];
};
