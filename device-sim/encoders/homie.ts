/**
 * Homie, versions 4 (tag `homie-4`) and 5: the device describes itself while `init`, becomes `ready`, then sends values.
 * Everything retained; QoS 1 in version 4, 2 in version 5; the will says `lost`. https://homieiot.github.io/specification
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { addressOf, type Message, type Talker, type TalkerOf } from './message.ts';
import { type Names, ownNames } from './own-names.ts';

/** Node and property of each metric. */
const PLACES: Names = {
  energy_total_kwh: { name: 'main/energy' },
  power_w: { name: 'main/power' },
  voltage_v: { name: 'main/voltage' },
  current_a: { name: 'main/current' },
  water_total_m3: { name: 'main/water' },
  flow_lph: { name: 'main/flow' },
  temperature_c: { name: 'climate/temperature' },
  humidity_pct: { name: 'climate/humidity' },
  battery_pct: { name: 'main/battery' },
  door_open: { name: 'door/open' },
};

const UNITS: Readonly<Record<string, string>> = {
  energy_total_kwh: 'kWh',
  power_w: 'W',
  voltage_v: 'V',
  current_a: 'A',
  water_total_m3: 'm³',
  flow_lph: 'L/h',
  temperature_c: '°C',
  humidity_pct: '%',
  battery_pct: '%',
};

interface Property {
  readonly node: string;
  readonly property: string;
  readonly metric: string;
  readonly value: number;
}

export const homie: TalkerOf = (device) => {
  const version = device.tags.includes('homie-4') ? 4 : 5;
  const root = version === 4 ? `homie/${addressOf(device)}` : `homie/5/${addressOf(device)}`;
  const retained = (leaf: string, payload: string): Message => {
    return { topic: `${root}/${leaf}`, payload, qos: version === 4 ? 1 : 2, retain: true };
  };
  let isDescribed = false;
  const says: Talker['says'] = (values, ts) => {
    const properties = ownNames(device, values, PLACES).map(({ name, value, metric }) => {
      const [node = '', property = ''] = name.split('/');
      return { node, property, value, metric };
    });
    const before = isDescribed ? [] : described(device, properties, ts, version);
    isDescribed = true;
    return [
      ...before.map(([leaf, payload]) => retained(leaf, payload)),
      ...properties.map(({ node, property, metric, value }) =>
        retained(`${node}/${property}`, metric === 'door_open' ? String(value === 1) : String(value)),
      ),
    ];
  };
  return {
    will: () => retained('$state', 'lost'),
    born: () => {
      isDescribed = false;
      return [];
    },
    says,
  };
};

type Leaf = readonly [leaf: string, payload: string];

function described(device: DeviceConfig, properties: readonly Property[], ts: number, version: 4 | 5): Leaf[] {
  const nodes = Map.groupBy(properties, ({ node }) => node);
  const body = version === 4 ? attributes(device, nodes) : [description(device, nodes, ts)];
  return [['$state', 'init'], ...body, ['$state', 'ready']];
}

/** Version 4: a topic for each attribute. */
function attributes(device: DeviceConfig, nodes: ReadonlyMap<string, readonly Property[]>): Leaf[] {
  const leaves: Leaf[] = [
    ['$homie', '4.0.0'],
    ['$name', device.id],
    ['$extensions', ''],
    ['$nodes', [...nodes.keys()].join(',')],
  ];
  for (const [node, properties] of nodes) {
    leaves.push([`${node}/$name`, node], [`${node}/$type`, device.kind]);
    leaves.push([`${node}/$properties`, properties.map(({ property }) => property).join(',')]);
    for (const { property, metric } of properties) {
      leaves.push([`${node}/${property}/$name`, property], [`${node}/${property}/$datatype`, datatypeOf(metric)]);
      const unit = UNITS[metric];
      if (unit !== undefined) leaves.push([`${node}/${property}/$unit`, unit]);
    }
  }
  return leaves;
}

/** Version 5: one document. */
function description(device: DeviceConfig, nodes: ReadonlyMap<string, readonly Property[]>, ts: number): Leaf {
  const described = [...nodes].map(([node, properties]) => {
    const members = properties.map(({ property, metric }) => {
      const unit = UNITS[metric];
      const more = metric === 'door_open' ? { format: 'closed,open' } : unit === undefined ? {} : { unit };
      return [property, { name: property, datatype: datatypeOf(metric), ...more }];
    });
    return [node, { name: node, properties: Object.fromEntries(members) }];
  });
  const document = { homie: '5.0', name: device.id, version: ts, nodes: Object.fromEntries(described) };
  return ['$description', JSON.stringify(document)];
}

function datatypeOf(metric: string): string {
  return metric === 'door_open' ? 'boolean' : 'float';
}
