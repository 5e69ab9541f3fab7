/** Shelly. Gen1: one scalar per topic, emeter energy in Wh. Gen2 and later: JSON per component, energy in Wh. */
import { addressOf, type Encoder, message } from './message.ts';

export const shellyGen1: Encoder = (device, values) => {
  const prefix = `shellies/${addressOf(device)}`;
  const text = (leaf: string, value: number | undefined, decimals: number) =>
    value === undefined ? [] : [message(`${prefix}/${leaf}`, value.toFixed(decimals))];
  if (device.kind === 'door') {
    return [
      message(`${prefix}/sensor/state`, values['door_open'] === 1 ? 'open' : 'close'),
      ...text('sensor/battery', values['battery_pct'], 0),
    ];
  }
  const kwh = values['energy_total_kwh'];
  return [
    ...text('emeter/0/power', values['power_w'], 2),
    ...text('emeter/0/pf', values['power_factor'], 2),
    ...text('emeter/0/current', values['current_a'], 2),
    ...text('emeter/0/voltage', values['voltage_v'], 2),
    ...text('emeter/0/total', kwh === undefined ? undefined : kwh * 1_000, 1),
  ];
};

export const shellyGen2: Encoder = (device, values, ts) => {
  const kwh = values['energy_total_kwh'] ?? 0;
  return [
    message(`${addressOf(device)}/status/switch:0`, {
      id: 0,
      source: 'init',
      output: true,
      apower: values['power_w'],
      voltage: values['voltage_v'],
      current: values['current_a'],
      aenergy: { total: Math.round(kwh * 1e6) / 1e3, minute_ts: Math.floor(ts / 60_000) * 60 },
    }),
  ];
};
