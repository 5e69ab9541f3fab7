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
  // A 3EM has three emeters, one a phase; what is not told by phase is on the first.
  return [0, 1, 2].flatMap((n) => {
    const of = (metric: string) => values[`${metric}_l${n + 1}`] ?? (n === 0 ? values[metric] : undefined);
    const kwh = of('energy_total_kwh');
    return [
      ...text(`emeter/${n}/power`, of('power_w'), 2),
      ...text(`emeter/${n}/pf`, of('power_factor'), 2),
      ...text(`emeter/${n}/current`, of('current_a'), 2),
      ...text(`emeter/${n}/voltage`, of('voltage_v'), 2),
      ...text(`emeter/${n}/total`, kwh === undefined ? undefined : kwh * 1_000, 1),
    ];
  });
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
