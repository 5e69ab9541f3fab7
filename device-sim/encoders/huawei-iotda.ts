/**
 * Devices made for Huawei Cloud IoTDA: properties by service, `event_time` in UTC without separators; names are chosen per
 * product, here `<service>.<property>`. https://support.huaweicloud.com/api-iothub/iot_06_v5_3010.html
 */
import { addressOf, type Encoder, message } from './message.ts';
import { type Names, ownNames } from './own-names.ts';

const NAMES: Names = {
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

export const huaweiIotda: Encoder = (device, values, ts) => {
  const services = new Map<string, Record<string, number>>();
  for (const { name, value } of ownNames(device, values, NAMES)) {
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
