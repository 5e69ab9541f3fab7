/**
 * A device that announces itself to Home Assistant: one retained config with all its components, then its state as one
 * JSON, and an availability topic with a will. https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { addressOf, message, type TalkerOf } from './message.ts';

interface Component {
  readonly device_class: string;
  readonly unit_of_measurement?: string;
  readonly state_class?: 'measurement' | 'total_increasing';
}

const COMPONENTS: Readonly<Record<string, readonly [key: string, component: Component]>> = {
  energy_total_kwh: ['energy', { device_class: 'energy', unit_of_measurement: 'kWh', state_class: 'total_increasing' }],
  power_w: ['power', { device_class: 'power', unit_of_measurement: 'W', state_class: 'measurement' }],
  voltage_v: ['voltage', { device_class: 'voltage', unit_of_measurement: 'V', state_class: 'measurement' }],
  current_a: ['current', { device_class: 'current', unit_of_measurement: 'A', state_class: 'measurement' }],
  water_total_m3: ['water', { device_class: 'water', unit_of_measurement: 'm³', state_class: 'total_increasing' }],
  temperature_c: [
    'temperature',
    { device_class: 'temperature', unit_of_measurement: '°C', state_class: 'measurement' },
  ],
  humidity_pct: ['humidity', { device_class: 'humidity', unit_of_measurement: '%', state_class: 'measurement' }],
  battery_pct: ['battery', { device_class: 'battery', unit_of_measurement: '%', state_class: 'measurement' }],
  door_open: ['door', { device_class: 'door' }],
};

export const homeAssistant: TalkerOf = (device) => {
  const id = addressOf(device);
  const availability = `ha-sim/${id}/availability`;
  let isAnnounced = false;
  return {
    will: () => message(availability, 'offline', true),
    born: () => {
      isAnnounced = false;
      return [];
    },
    says: (values) => {
      const keys = Object.keys(values).filter((metric) => Object.hasOwn(COMPONENTS, metric));
      const state = keys.map((metric) => {
        const value = values[metric];
        return [COMPONENTS[metric]?.[0] ?? metric, metric === 'door_open' ? (value === 1 ? 'ON' : 'OFF') : value];
      });
      const config = isAnnounced ? [] : [message(`homeassistant/device/${id}/config`, announced(device, keys), true)];
      const online = isAnnounced ? [] : [message(availability, 'online', true)];
      isAnnounced = true;
      return [...config, ...online, message(`ha-sim/${id}/state`, Object.fromEntries(state))];
    },
  };
};

function announced(device: DeviceConfig, metrics: readonly string[]): object {
  const id = addressOf(device);
  const components = metrics.map((metric) => {
    const [key, component] = COMPONENTS[metric] ?? [metric, { device_class: metric }];
    const platform = metric === 'door_open' ? 'binary_sensor' : 'sensor';
    return [
      `${id}_${key}`,
      { p: platform, ...component, value_template: `{{ value_json.${key} }}`, unique_id: `${id}_${key}` },
    ];
  });
  return {
    dev: { ids: [id], name: device.id, mf: 'Campus', mdl: device.kind, sn: id },
    o: { name: 'campus-simulator', sw: '1.0' },
    availability: [{ topic: `ha-sim/${id}/availability` }],
    cmps: Object.fromEntries(components),
    state_topic: `ha-sim/${id}/state`,
    qos: 1,
  };
}
