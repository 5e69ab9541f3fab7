/**
 * Shelly's first generation sends `sensor/temperature` in the unit that is set in the device, and says that unit in
 * `info` only: `{"tmp": {"units": "F", …}}`. What was not said is taken as delivered, °C.
 */
import type { Codec } from '../codec.ts';
import { readJson, readNumber } from '../payload.ts';
import { isObject } from '../value-path.ts';

const MAX_DEVICES = 2_000;
const MAX_KEYS = 256;
const MAX_UNIT = 8;

export function shellyGen1Units(): Codec {
  /** The device heard last stands last. */
  const units = new Map<string, string>();
  const learn = (device: string, info: unknown): void => {
    const tmp = isObject(info) ? info['tmp'] : undefined;
    const said = isObject(tmp) ? tmp['units'] : undefined;
    if (typeof said !== 'string' || said.length > MAX_UNIT) return;
    units.delete(device);
    units.set(device, said);
    const [oldest] = units.keys();
    if (units.size > MAX_DEVICES && oldest !== undefined) units.delete(oldest);
  };
  return ({ topic, payload }) => {
    const [, device = '', leaf] = topic.split('/');
    if (leaf === 'info') {
      const read = readJson(payload, MAX_KEYS);
      if (read.ok) learn(device, read.value);
      return read;
    }
    const read = readNumber(payload);
    return read.ok ? { ok: true, value: { value: read.value, unit: units.get(device) } } : read;
  };
}
