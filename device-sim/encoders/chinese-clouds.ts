/** Devices made for Aliyun's and Huawei's clouds, and the edge collection of USR's DTUs: names are chosen per product. */
import { addressOf, type Encoder, message } from './message.ts';
import { type Names, ownNames } from './own-names.ts';

const ALINK: Names = {
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

/** Alink 1.0: `params` as `{identifier: {value, time}}`, epoch ms. https://help.aliyun.com/zh/iot/user-guide/device-properties-events-and-services */
export const aliyunAlink: Encoder = (device, values, ts) => {
  const params = ownNames(device, values, ALINK).map(({ name, value }) => [name, { value, time: ts }]);
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

const IOTDA: Names = {
  energy_total_kwh: { name: 'Meter.totalEnergy' },
  power_w: { name: 'Meter.activePower' },
  voltage_v: { name: 'Meter.voltage' },
  current_a: { name: 'Meter.current' },
  water_total_m3: { name: 'Meter.totalWater' },
  temperature_c: { name: 'Climate.temperature' },
  humidity_pct: { name: 'Climate.humidity' },
  battery_pct: { name: 'Battery.level' },
  door_open: { name: 'Door.open' },
};

/**
 * IoTDA: properties by service, `event_time` in UTC without separators.
 * https://support.huaweicloud.com/api-iothub/iot_06_v5_3010.html
 */
export const huaweiIotda: Encoder = (device, values, ts) => {
  const services = new Map<string, Record<string, number>>();
  for (const { name, value } of ownNames(device, values, IOTDA)) {
    const [service = '', ...property] = name.split('.');
    services.set(service, { ...services.get(service), [property.join('.')]: value });
  }
  const event_time = `${new Date(ts).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  return [
    message(`$oc/devices/${addressOf(device)}/sys/properties/report`, {
      services: [...services].map(([service_id, properties]) => ({ service_id, properties, event_time })),
    }),
  ];
};

const USR: Names = {
  energy_total_kwh: { name: 'energy' },
  power_w: { name: 'power' },
  voltage_v: { name: 'voltage' },
  current_a: { name: 'current' },
  water_total_m3: { name: 'water' },
  temperature_c: { name: 'temperature' },
  humidity_pct: { name: 'humidity' },
  door_open: { name: 'door' },
};

/** USR edge collection: values are texts, `err: "0"` is a bus that answered; the topic is free, as set in the tool. */
export const usrDtu: Encoder = (device, values) => {
  const r_data = ownNames(device, values, USR).map(({ name, value }) => ({ name, value: String(value), err: '0' }));
  return [message(device.upTopic ?? '/PubTopic1', { params: { dir: 'up', id: addressOf(device), r_data } })];
};
