/**
 * Sparkplug B 3.0: an edge node with the meters behind it. NBIRTH and DBIRTH give names and aliases, DDATA aliases alone;
 * `seq` counts every message of the node but NDEATH, 0 to 255; NDEATH is the will and carries the `bdSeq` of the NBIRTH
 * it belongs to; the command Node Control/Rebirth is answered with new births. Nothing is retained.
 * A device's address is `<node>/<device>`, or `<node>` alone for the node itself.
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Values } from '../signals/device-values.ts';
import { addressOf, type Message, type Talker, type TalkerOf } from './message.ts';
import { type Names, ownNames } from './own-names.ts';
import { type SparkplugMetric, sparkplugBytes } from './sparkplug-payload.ts';

const GROUP = 'Campus';
const REBIRTH = 'Node Control/Rebirth';

const NAMES: Names = {
  energy_total_kwh: { name: 'Energy/Total kWh' },
  power_w: { name: 'Power/Active W' },
  voltage_v: { name: 'Voltage/Average V' },
  current_a: { name: 'Current/Average A' },
  water_total_m3: { name: 'Water/Total L', scale: 1 / 1_000 },
  temperature_c: { name: 'Temperature/Air C' },
  humidity_pct: { name: 'Humidity/Air %' },
  battery_pct: { name: 'Battery/Level %' },
  door_open: { name: 'Door/Open' },
};

interface EdgeNode {
  /** Of the connection that is open or being opened; -1 before the first. */
  bdSeq: number;
  seq: number;
  /** Devices that were born since the node was. */
  readonly born: Set<string>;
  /** What each device said last, for births on command. */
  readonly last: Map<string, readonly SparkplugMetric[]>;
}

/** @returns talkers of one fleet: devices of a node share its connection and its `seq`. */
export function createSparkplugNodes(): TalkerOf {
  const nodes = new Map<string, EdgeNode>();
  return (device) => {
    const [name = '', ...rest] = addressOf(device).split('/');
    const node = nodes.get(name) ?? { bdSeq: -1, seq: 0, born: new Set<string>(), last: new Map() };
    nodes.set(name, node);
    return talkerOf(device, name, rest.join('/'), node);
  };
}

function talkerOf(device: DeviceConfig, name: string, part: string, node: EdgeNode): Talker {
  const send = (type: string, ts: number, metrics: readonly SparkplugMetric[], who = ''): Message => {
    const seq = node.seq;
    node.seq = (seq + 1) % 256;
    const topic = `spBv1.0/${GROUP}/${type}/${name}${who === '' ? '' : `/${who}`}`;
    return { topic, payload: sparkplugBytes({ timestamp: ts, metrics, seq }), qos: 0, retain: false };
  };
  const bdSeq = (): SparkplugMetric => ({ name: 'bdSeq', dataType: 'Int64', value: node.bdSeq });
  const nodeBirth = (ts: number): Message => {
    node.seq = 0;
    node.born.clear();
    const control: SparkplugMetric = { name: REBIRTH, timestamp: ts, dataType: 'Boolean', value: false };
    return send('NBIRTH', ts, [{ ...bdSeq(), timestamp: ts }, control, ...(node.last.get('') ?? [])]);
  };
  const says = (values: Values, ts: number): Message[] => {
    const metrics = measured(device, values, ts);
    node.last.set(part, metrics);
    const known = part === '' || node.born.has(part);
    node.born.add(part);
    if (!known) return [send('DBIRTH', ts, metrics, part)];
    const data = metrics.map(({ name: _, ...rest }) => ({ ...rest, withoutType: true }));
    return [send(part === '' ? 'NDATA' : 'DDATA', ts, data, part)];
  };
  return {
    connection: name,
    will: () => {
      node.bdSeq = (node.bdSeq + 1) % 256;
      const payload = sparkplugBytes({ metrics: [bdSeq()] });
      return { topic: `spBv1.0/${GROUP}/NDEATH/${name}`, payload, qos: 1, retain: false };
    },
    listens: [`spBv1.0/${GROUP}/NCMD/${name}`],
    born: (ts) => [nodeBirth(ts)],
    says,
    // The only command a meter's node knows; its name stands in the command as text.
    hears: (payload, _, ts) => {
      if (!payload.includes(REBIRTH)) return [];
      const births = [nodeBirth(ts)];
      for (const [who, metrics] of node.last) {
        if (who === '') continue;
        node.born.add(who);
        births.push(send('DBIRTH', ts, metrics, who));
      }
      return births;
    },
  };
}

function measured(device: DeviceConfig, values: Values, ts: number): SparkplugMetric[] {
  return ownNames(device, values, NAMES).map(({ name, value, metric }, index) => {
    const common = { name, alias: aliasOf(device, index), timestamp: ts };
    if (metric === 'door_open') return { ...common, dataType: 'Boolean', value: value === 1 };
    if (metric === 'water_total_m3' && !Object.hasOwn(device.fields ?? {}, name)) {
      return { ...common, dataType: 'UInt64', value: Math.round(value) };
    }
    return { ...common, dataType: metric.includes('_total_') ? 'Double' : 'Float', value };
  });
}

/** An alias means one metric in the whole node: a thousand to each of its devices. */
function aliasOf(device: DeviceConfig, index: number): number {
  let hash = 7;
  for (const char of addressOf(device)) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
  return hash * 1_000 + index;
}
