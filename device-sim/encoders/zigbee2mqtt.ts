/** Zigbee2MQTT: one JSON per friendly name (which may contain `/`). `contact: true` means closed; it carries no time. */
import { addressOf, type Encoder, message } from './message.ts';

export const zigbee2mqtt: Encoder = (device, values) => {
  const topic = `zigbee2mqtt/${addressOf(device)}`;
  const v = (name: string): number | undefined => values[name];
  const linkquality = 60 + ((device.id.length * 7) % 120);
  switch (device.kind) {
    case 'door':
      return [
        message(topic, { contact: v('door_open') !== 1, battery: v('battery_pct'), voltage: 2_985, linkquality }),
      ];
    case 'sensor':
      return [
        message(topic, {
          temperature: v('temperature_c'),
          humidity: v('humidity_pct'),
          battery: v('battery_pct'),
          linkquality,
        }),
      ];
    default:
      return [
        message(topic, {
          state: 'ON',
          energy: v('energy_total_kwh'),
          power: v('power_w'),
          voltage: v('voltage_v'),
          current: v('current_a'),
          linkquality,
        }),
      ];
  }
};
