/**
 * `zigbee2mqtt/bridge/devices`, the list of the network, to devices that can be offered: those that measure something
 * the gateway knows, by what they expose. Lamps and buttons, what is disabled, unsupported or still being asked, are known
 * and not offered.
 */
import type { DeviceKind } from '#contract/enums.ts';
import type { Codec } from '../codec.ts';
import { readJson } from '../payload.ts';
import { isObject } from '../value-path.ts';
import { createZigbeeUnits, withUnits } from './zigbee2mqtt-units.ts';

interface Announced {
  readonly address: string;
  readonly name: string;
  readonly kind: DeviceKind | undefined;
  /** False: known to be there, and measures nothing that could be stored. */
  readonly offered: boolean;
  readonly manufacturer: unknown;
  readonly model: unknown;
}

const MAX_KEYS = 1_000;
const MAX_MEMBERS = 256;
const MAX_DEPTH = 3;
const WORTH = ['water_leak', 'temperature', 'humidity', 'tamper', 'flow'];

/**
 * `zigbee2mqtt-devices` gives what can be offered, and learns the units; `zigbee2mqtt-units` reads the state of a device and
 * puts a unit that is not the usual one of its name beside the value: `{power: 1.2}` as `{power: {value: 1.2, unit: kW}}`.
 */
export function createZigbee2mqtt(): { readonly devices: Codec; readonly units: Codec } {
  const memory = createZigbeeUnits();
  return {
    devices: ({ topic, payload }) => {
      const base = topic.slice(0, Math.max(0, topic.indexOf('/')));
      if (payload.length === 0) return { ok: true, value: [] };
      const read = readJson(payload, MAX_KEYS);
      if (!read.ok) return read;
      if (!Array.isArray(read.value)) return { ok: false, detail: 'not a list of devices' };
      memory.learn(base, read.value);
      return { ok: true, value: read.value.flatMap((entry: unknown) => announced(entry) ?? []) };
    },
    units: ({ topic, payload }) => {
      const read = readJson(payload, MAX_MEMBERS);
      const slash = topic.indexOf('/');
      const units = memory.unitsOf(topic.slice(0, Math.max(0, slash)), topic.slice(slash + 1));
      return units === undefined || !read.ok || !isObject(read.value)
        ? read
        : { ...read, value: withUnits(read.value, units) };
    },
  };
}

function announced(entry: unknown): Announced | undefined {
  if (!isObject(entry) || entry['type'] === 'Coordinator') return undefined;
  const { friendly_name: address, description } = entry;
  if (typeof address !== 'string' || address === '') return undefined;
  const definition = isObject(entry['definition']) ? entry['definition'] : {};
  const kind = kindOf(namesOf(definition['exposes'], MAX_DEPTH));
  const isReady = entry['disabled'] !== true && entry['supported'] !== false && entry['interview_completed'] !== false;
  const offered = isReady && kind !== undefined;
  // People may describe a device in Zigbee2MQTT; that is a better name than its topic.
  const name = typeof description === 'string' && description.trim() !== '' ? description : address;
  return { address, name, kind, offered, manufacturer: definition['vendor'], model: definition['model'] };
}

function kindOf(names: ReadonlySet<string>): DeviceKind | undefined {
  if (names.has('contact')) return 'door';
  if (names.has('energy') || names.has('power')) return 'electricity-meter';
  if (names.has('water_consumed')) return 'water-meter';
  return WORTH.some((name) => names.has(name)) ? 'sensor' : undefined;
}

/** Properties it exposes; a switch or a climate control holds its own in `features`. */
function namesOf(exposes: unknown, depth: number): ReadonlySet<string> {
  const names = new Set<string>();
  if (!Array.isArray(exposes) || depth === 0) return names;
  for (const expose of exposes) {
    if (!isObject(expose)) continue;
    const { property, name, endpoint, features } = expose;
    // Channels of a double plug: `energy_l1`, exposed as `energy` of the endpoint `l1`.
    const own = typeof endpoint === 'string' ? name : (property ?? name);
    if (typeof own === 'string') names.add(own);
    for (const inner of namesOf(features, depth - 1)) names.add(inner);
  }
  return names;
}
