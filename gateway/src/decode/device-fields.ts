/** What devices.yaml says of one device's values: what its own names mean, and the transformers it is wired behind. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { metricInfo } from '#contract/metrics.ts';
import { type Convert, compileConversion } from './conversion.ts';
import type { Sample } from './run.ts';

interface Compiled {
  readonly fields: ReadonlyMap<string, { readonly metric: string; readonly convert: Convert }>;
  readonly ratio: DeviceConfig['ratio'];
}

/**
 * @returns the sample as it is to be stored, with a value that is not finite where it is out of range; undefined for a
 *   name of its own that nobody has said the meaning of
 */
export function deviceFields(): (device: DeviceConfig, sample: Sample) => Sample | undefined {
  const memory = new WeakMap<DeviceConfig, Compiled>();
  const compiledOf = (device: DeviceConfig): Compiled => {
    const known = memory.get(device);
    if (known !== undefined) return known;
    const fields = Object.entries(device.fields ?? {}).map(
      ([name, spec]): [string, { metric: string; convert: Convert }] => [
        name,
        { metric: spec.metric, convert: compileConversion(spec) },
      ],
    );
    const compiled = { fields: new Map(fields), ratio: device.ratio };
    memory.set(device, compiled);
    return compiled;
  };
  return (device, sample) => {
    if (device.fields === undefined && device.ratio === undefined)
      return sample.metric.includes(':') ? undefined : sample;
    const { fields, ratio } = compiledOf(device);
    const colon = sample.metric.indexOf(':');
    if (colon < 0) return transformed(sample, ratio);
    // People write the name as the device says it, or as the profile's comments and tests do.
    const field = fields.get(sample.metric.slice(colon + 1)) ?? fields.get(sample.metric);
    if (field === undefined) return undefined;
    const value = field.convert(sample.value);
    return value === undefined ? undefined : transformed({ ...sample, metric: field.metric, value }, ratio);
  };
}

/** A meter behind current and voltage transformers counts what passes through itself, not what the building draws. */
function transformed(sample: Sample, ratio: DeviceConfig['ratio']): Sample {
  if (ratio === undefined) return sample;
  const { ct, pt } = ratio;
  const unit = metricInfo(sample.metric)?.unit;
  const factor = unit === undefined ? 1 : (FACTORS[unit]?.(ct, pt) ?? 1);
  return factor === 1 ? sample : { ...sample, value: Math.round(sample.value * factor * 1e9) / 1e9 };
}

const both = (ct: number, pt: number): number => ct * pt;
const FACTORS: Readonly<Record<string, (ct: number, pt: number) => number>> = {
  kWh: both,
  W: both,
  var: both,
  VA: both,
  A: (ct) => ct,
  V: (_, pt) => pt,
};
