/** What devices.yaml says of one device's values: what its own names mean, and the transformers it is wired behind. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { metricInfo } from '#contract/metrics.ts';
import { type Convert, compileConversion } from './conversion.ts';
import type { Outcome } from './profile-router.ts';
import type { Sample } from './run.ts';
import { parsePath, type Reach } from './value-path.ts';

/** Null: said to be of no interest. */
type Field = { readonly metric: string; readonly convert: Convert; readonly hasWords: boolean } | null;

interface Compiled {
  readonly fields: ReadonlyMap<string, Field>;
  readonly paths: readonly { readonly name: string; readonly reach: Reach; readonly field: NonNullable<Field> }[];
  readonly ratio: DeviceConfig['ratio'];
}

/** A sample, and the name under which `fields` has it. */
export interface Named {
  readonly name: string;
  readonly sample: Sample;
}

export interface DeviceFields {
  /**
   * @returns the sample as it is to be stored, with a value that is not finite where it is out of range; undefined for a
   *   name of its own that has no meaning in devices.yaml
   */
  stored(device: DeviceConfig, sample: Sample): Sample | undefined;
  /** What no rule of the profile reads and `fields` does: words, and members of the message by their path. */
  beyond(device: DeviceConfig, address: string, outcome: Outcome, topic: string): readonly Named[];
  /** Names in `fields` that this message has a value for. */
  used(device: DeviceConfig, address: string, outcome: Outcome, topic: string): readonly string[];
  /** Whether `fields` says what a name means, or that it is of no interest. */
  has(device: DeviceConfig, name: string): boolean;
}

export function deviceFields(): DeviceFields {
  const memory = new WeakMap<DeviceConfig, Compiled>();
  const compiledOf = (device: DeviceConfig): Compiled => {
    const known = memory.get(device);
    if (known !== undefined) return known;
    const compiled = compiledFields(device);
    memory.set(device, compiled);
    return compiled;
  };
  return {
    stored: (device, sample) => {
      if (device.fields === undefined && device.ratio === undefined)
        return sample.metric.includes(':') ? undefined : sample;
      const { fields, ratio } = compiledOf(device);
      if (!sample.metric.includes(':')) return transformed(sample, ratio);
      const field = fieldOf(fields, sample.metric);
      if (field === undefined || field === null) return undefined;
      const value = numberOf(field, sample);
      return value === undefined ? undefined : transformed({ ...sample, metric: field.metric, value }, ratio);
    },
    beyond: (device, address, { samples, words = [], bases = [] }, topic) => {
      if (device.fields === undefined) return [];
      const { fields, paths, ratio } = compiledOf(device);
      const found: Named[] = [];
      const add = (
        name: string,
        field: NonNullable<Field>,
        raw: unknown,
        at: Pick<Sample, 'ts'> & { backfill?: boolean },
      ): void => {
        const value = raw === undefined || raw === null ? undefined : field.convert(raw);
        if (value === undefined) return;
        const said = {
          address,
          metric: field.metric,
          value,
          ts: at.ts,
          raw,
          ...(at.backfill === true && { backfill: true as const }),
        };
        found.push({ name: bare(name), sample: transformed(said, ratio) });
      };
      const taken = new Set<string>();
      for (const sample of samples)
        if (sample.raw !== undefined && sample.address === address) taken.add(bare(sample.metric));
      for (const { address: speaker, name, raw, ts } of words) {
        const field = speaker === address ? fieldOf(fields, name) : undefined;
        if (field === undefined || field === null) continue;
        taken.add(bare(name));
        add(name, field, raw, { ts });
      }
      for (const base of bases) {
        if (base.address !== address) continue;
        const whole = typeof base.value === 'object' ? undefined : tailOf(topic, address);
        for (const { name, reach, field } of paths)
          if (!taken.has(bare(name)))
            add(
              name,
              field,
              whole === undefined ? reach(base.value, {}) : name === whole ? base.value : undefined,
              base,
            );
      }
      return found;
    },
    used: (device, address, { samples, words = [], bases = [] }, topic) => {
      const { fields, paths } = compiledOf(device);
      const own = [...samples.filter(({ raw }) => raw !== undefined), ...words.map(named)].flatMap((one) =>
        one.address === address ? [one.metric, bare(one.metric)] : [],
      );
      const said = new Set(own);
      const isIn = ({ name, reach }: Compiled['paths'][number]): boolean =>
        bases.some(
          ({ address: speaker, value }) =>
            speaker === address &&
            (typeof value === 'object' ? reach(value, {}) !== undefined : name === tailOf(topic, address)),
        );
      const byPath = paths.filter(isIn).map(({ name }) => name);
      return [...[...fields.keys()].filter((name) => said.has(name) || said.has(bare(name))), ...byPath];
    },
    has: (device, name) => device.fields !== undefined && fieldOf(compiledOf(device).fields, name) !== undefined,
  };
}

const named = ({ name, ...rest }: NonNullable<Outcome['words']>[number]) => ({ ...rest, metric: name });

function compiledFields(device: DeviceConfig): Compiled {
  const fields = new Map<string, Field>();
  const paths: Compiled['paths'][number][] = [];
  for (const [name, spec] of Object.entries(device.fields ?? {})) {
    const field =
      spec === null
        ? null
        : { metric: spec.metric, convert: compileConversion(spec), hasWords: 'map' in spec && spec.map !== undefined };
    fields.set(name, field);
    const path = parsePath(name);
    if (field !== null) paths.push({ name, field, reach: path.ok ? path.value : () => undefined });
  }
  return { fields, paths, ratio: device.ratio };
}

/** People write the name as the device says it, or as the profile's comments and tests do. */
const fieldOf = (fields: Compiled['fields'], name: string): Field | undefined =>
  fields.get(bare(name)) ?? fields.get(name);

/** `property:flow` is `flow`. */
const bare = (name: string): string => (/^[a-z]+:/.test(name) ? name.slice(name.indexOf(':') + 1) : name);

/** What a profile made of a word (`ON` is 1) is the value, unless the words themselves are mapped. */
function numberOf({ convert, hasWords }: NonNullable<Field>, { value, raw }: Sample): number | undefined {
  const said = hasWords && raw !== undefined ? convert(raw) : Number.NaN;
  return Number.isNaN(said) ? convert(value) : said;
}

/**
 * What a topic says besides its device: the name of a payload that is one value. `tele/plug/UPTIME` of `plug` is `UPTIME`.
 */
export function tailOf(topic: string, address: string): string {
  const inside = `/${topic}/`;
  const at = inside.indexOf(`/${address}/`);
  const tail = at < 0 ? topic : inside.slice(at + address.length + 2, -1);
  return tail === '' ? topic : tail;
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
