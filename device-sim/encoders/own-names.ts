/** Names that a vendor's tool lets people choose: those of devices.yaml `fields`, else what the papers use in examples. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Values } from '../signals/device-values.ts';

export interface OwnName {
  readonly name: string;
  /** The device's value is the metric's divided by this: 1/1000 for Wh. */
  readonly scale?: number;
}

/** Names of metrics; a metric without a name is not sent. */
export type Names = Readonly<Record<string, OwnName>>;

/** What the device sends: its own name, the raw value, and the metric it stands for. */
export interface Named {
  readonly name: string;
  readonly value: number;
  readonly metric: string;
}

export function ownNames(device: DeviceConfig, values: Values, usual: Names): Named[] {
  const named: Named[] = [];
  for (const [metric, value] of Object.entries(values)) {
    const [name, to] = Object.entries(device.fields ?? {}).find(([, field]) => field?.metric === metric) ?? [];
    if (name !== undefined && to) named.push({ name, value: rawOf(to, value), metric });
    else if (Object.hasOwn(usual, metric)) {
      const { name, scale = 1 } = usual[metric] ?? { name: metric };
      named.push({ name, value: rounded(value / scale), metric });
    }
  }
  return named;
}

type Field = NonNullable<NonNullable<DeviceConfig['fields']>[string]>;

function rawOf(field: Field, value: number): number {
  const {
    scale = 1,
    offset = 0,
    invert = false,
  } = 'scale' in field || 'offset' in field || 'invert' in field ? field : {};
  const factor = typeof scale === 'string' ? 1 / Number(scale.slice(2)) : scale;
  return rounded(((invert ? 1 - value : value) - offset) / factor);
}

/** Without the dust of binary fractions. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
