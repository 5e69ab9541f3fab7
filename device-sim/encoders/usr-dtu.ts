/** Edge collection of USR's DTUs: values are texts, `err: "0"` is a bus that answered; names and topic are free, as set in the tool. */
import { addressOf, type Encoder, message } from './message.ts';
import { type Names, ownNames } from './own-names.ts';

const NAMES: Names = {
  energy_total_kwh: { name: 'energy' },
  power_w: { name: 'power' },
  voltage_v: { name: 'voltage' },
  current_a: { name: 'current' },
  water_total_m3: { name: 'water' },
  temperature_c: { name: 'temperature' },
  humidity_pct: { name: 'humidity' },
  door_open: { name: 'door' },
};

export const usrDtu: Encoder = (device, values) => {
  const r_data = ownNames(device, values, NAMES).map(({ name, value }) => ({ name, value: String(value), err: '0' }));
  return [message(device.upTopic ?? '/PubTopic1', { params: { dir: 'up', id: addressOf(device), r_data } })];
};
