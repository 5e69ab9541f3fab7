/**
 * ESPHome: `<prefix>/<component>/<object_id>/state`, a text number or ON/OFF, retained and QoS 0 by default; birth and
 * will on `<prefix>/status`. Object ids are the names in the node's YAML in lower case.
 * https://esphome.io/components/mqtt
 */
import { addressOf, type Message, type TalkerOf } from './message.ts';
import { type Names, ownNames } from './own-names.ts';

const SENSORS: Names = {
  energy_total_kwh: { name: 'total_energy' },
  power_w: { name: 'power' },
  voltage_v: { name: 'voltage' },
  current_a: { name: 'current' },
  power_factor: { name: 'power_factor' },
  water_total_m3: { name: 'water_total' },
  temperature_c: { name: 'temperature' },
  humidity_pct: { name: 'humidity' },
  battery_pct: { name: 'battery' },
  door_open: { name: 'front_door' },
};

export const esphome: TalkerOf = (device) => {
  const prefix = addressOf(device);
  const retained = (leaf: string, payload: string): Message => {
    return { topic: `${prefix}/${leaf}`, payload, qos: 0, retain: true };
  };
  return {
    will: () => retained('status', 'offline'),
    born: () => [retained('status', 'online')],
    says: (values) =>
      ownNames(device, values, SENSORS).map(({ name, value, metric }) =>
        metric === 'door_open'
          ? retained(`binary_sensor/${name}/state`, value === 1 ? 'ON' : 'OFF')
          : retained(`sensor/${name}/state`, String(value)),
      ),
  };
};
