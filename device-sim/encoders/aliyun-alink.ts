/**
 * Devices made for Aliyun's IoT platform, Alink 1.0: `params` as `{identifier: {value, time}}`, epoch ms; identifiers are
 * chosen per product. https://help.aliyun.com/zh/iot/user-guide/device-properties-events-and-services
 */
import { addressOf, type Encoder, message } from './message.ts';
import { type Names, ownNames } from './own-names.ts';

const NAMES: Names = {
  energy_total_kwh: { name: 'TotalEnergy' },
  power_w: { name: 'ActivePower' },
  voltage_v: { name: 'Voltage' },
  current_a: { name: 'Current' },
  power_factor: { name: 'PowerFactor' },
  water_total_m3: { name: 'TotalWater' },
  temperature_c: { name: 'Temperature' },
  humidity_pct: { name: 'Humidity' },
  battery_pct: { name: 'BatteryPercentage' },
  door_open: { name: 'DoorState' },
};

export const aliyunAlink: Encoder = (device, values, ts) => {
  const params = ownNames(device, values, NAMES).map(({ name, value }) => [name, { value, time: ts }]);
  return [
    message(`/sys/${addressOf(device)}/thing/event/property/post`, {
      id: String(ts % 4_294_967_296),
      version: '1.0',
      sys: { ack: 0 },
      params: Object.fromEntries(params),
      method: 'thing.event.property.post',
    }),
  ];
};
