/** `emit` and `emit_by_key` of a profile, compiled to closures. */
import type { EmitByKey, EmitSpec } from '#contract/config/profile.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { Compiler } from './compiler.ts';
import { type Convert, compileConversion, compileSuffix, suffixed } from './conversion.ts';
import { excerpt, isUnknown, toNumber } from './payload.ts';
import { addFault, addSample, addWord, type Run } from './run.ts';
import { type Captures, parseKeyPattern } from './topic-pattern.ts';
import type { Reach } from './value-path.ts';

/** Takes what it wants from a value; `address` is the device the value belongs to. */
export type Emit = (value: unknown, captures: Captures, address: string, ts: number | undefined, run: Run) => void;

type Spec = Omit<EmitSpec, 'path' | 'const' | 'ratio' | 'when_present' | 'when_absent' | 'reduce'>;
type Put = (raw: unknown, captures: Captures, address: string, ts: number | undefined, run: Run) => void;

export function compileEmit(spec: EmitSpec, compiler: Compiler): Emit {
  checkConversion(spec, compiler);
  const put = putter(spec, spec.reduce === 'sum');
  const holds = compileWhen(spec, compiler);
  const source = compileSource(spec, compiler);
  return (value, captures, address, ts, run) => {
    if (holds !== undefined && !holds(value, captures)) return;
    put(source(value, captures), captures, address, ts, run);
  };
}

export function compileEmitByKey(spec: EmitByKey, compiler: Compiler): Emit {
  const literal = new Map<string, Put>();
  const patterns: { readonly match: (key: string) => Captures | undefined; readonly put: Put }[] = [];
  const noInterest: Put = (_, __, ___, ____, run) => {
    run.taken += 1;
  };
  for (const [key, target] of Object.entries(spec.keys)) {
    const at = compiler.at('keys', key);
    const parsed = at.parsed(parseKeyPattern(key));
    if (parsed === undefined) continue;
    const inner = at.withCaptures(parsed.names);
    if (target !== null) checkConversion(target, inner);
    const put = target === null ? noInterest : putter(target, false);
    if (parsed.literal === undefined) patterns.push({ match: parsed.match, put });
    else literal.set(parsed.literal, put);
  }
  const keyOf =
    typeof spec.key === 'string'
      ? compiler.at('key').template(spec.key)
      : compiler.at('key', 'path').paths(spec.key.path);
  const reach = compiler.at('value').paths(spec.value);
  const holds = compileWhen(spec, compiler);
  const other = spec.others === undefined ? undefined : compileOthers(spec.others, compiler.at('others'));
  return (value, captures, address, ts, run) => {
    if (holds !== undefined && !holds(value, captures)) return;
    const key = keyOf(value, captures);
    if (typeof key !== 'string') return;
    const put = literal.get(key);
    if (put !== undefined) return put(reach(value, captures), captures, address, ts, run);
    for (const pattern of patterns) {
      const found = pattern.match(key);
      if (found === undefined) continue;
      return pattern.put(reach(value, captures), { ...captures, ...found }, address, ts, run);
    }
    other?.(reach(value, captures), { ...captures, key }, address, ts, run);
  };
}

/** A name that the profile does not know: words that are no number are no fault, and wait for devices.yaml to map them. */
function compileOthers(others: NonNullable<EmitByKey['others']>, compiler: Compiler): Put {
  const { name, map } = typeof others === 'string' ? { name: others, map: undefined } : others;
  const nameOf = compiler.withCaptures(['key']).template(name);
  const convert = map === undefined ? toNumber : compileConversion({ metric: '', map });
  return (raw, captures, address, ts, run) => {
    const metric = nameOf(raw, captures);
    const value = convert(raw);
    if (metric === undefined) return;
    if (value !== undefined && !Number.isNaN(value)) addSample(run, { address, metric, value, ts, raw });
    else if (typeof raw === 'string' && !isUnknown(raw)) addWord(run, { address, name: metric, raw, ts });
  };
}

/** Converts a raw value, or every member of an array, and adds the sample or the fault. */
function putter(spec: Spec, sum: boolean): Put {
  const convert = compileConversion(spec);
  const name = spec.suffix === undefined ? undefined : compileSuffix(spec.metric, spec.suffix);
  const perItem = spec.suffix?.from === 'index' && name !== undefined ? name : undefined;
  const one = (raw: unknown, metric: string | undefined, address: string, ts: number | undefined, run: Run): void => {
    const value = convert(raw);
    if (value === undefined) return;
    if (metric === undefined) addFault(run, 'bad-value', `${spec.metric}: no metric for this channel`, address);
    else if (Number.isNaN(value)) addFault(run, 'bad-value', `${metric}: ${excerpt(raw)}`, address);
    else addSample(run, { address, metric, value, ts });
  };
  return (raw, captures, address, ts, run) => {
    if (raw === undefined || raw === null) return;
    run.taken += 1;
    if (Array.isArray(raw)) {
      if (sum) return one(total(raw, plain), suffixed(spec.metric, spec.suffix, name, captures), address, ts, run);
      if (perItem !== undefined) {
        for (const [n, item] of raw.entries()) one(item, perItem(String(n)), address, ts, run);
        return;
      }
    }
    one(raw, suffixed(spec.metric, spec.suffix, name, captures), address, ts, run);
  };
}

const plain = compileConversion({ metric: '' });

/** A sum with an unknown part is unknown: missing is not zero. */
function total(items: readonly unknown[], convert: Convert): number | null | string {
  let sum = 0;
  for (const item of items) {
    const value = convert(item);
    if (value === undefined) return null;
    if (Number.isNaN(value)) return excerpt(items);
    sum += value;
  }
  return items.length === 0 ? null : sum;
}

function compileSource(spec: EmitSpec, compiler: Compiler): Reach {
  if (spec.const !== undefined) {
    const { const: constant } = spec;
    return () => constant;
  }
  if (spec.ratio === undefined) return compiler.at('path').paths(spec.path ?? ['.']);
  const num = compiler.at('ratio', 'num').paths(spec.ratio.num);
  const den = compiler.at('ratio', 'den').paths(spec.ratio.den);
  const { scale } = spec.ratio;
  return (value, captures) => {
    const above = plain(num(value, captures));
    const below = plain(den(value, captures));
    return above === undefined || below === undefined || below === 0 ? undefined : (above / below) * scale;
  };
}

function compileWhen(
  spec: Pick<EmitSpec, 'when_present' | 'when_absent'>,
  compiler: Compiler,
): ((value: unknown, captures: Captures) => boolean) | undefined {
  const { when_present: present, when_absent: absent } = spec;
  if (present === undefined && absent === undefined) return undefined;
  const wanted = present === undefined ? undefined : compiler.at('when_present').paths(present);
  const unwanted = absent === undefined ? undefined : compiler.at('when_absent').paths(absent);
  return (value, captures) =>
    (wanted === undefined || wanted(value, captures) !== undefined) &&
    (unwanted === undefined || unwanted(value, captures) === undefined);
}

function checkConversion(spec: Spec, compiler: Compiler): void {
  const info = metricInfo(spec.metric);
  if (spec.invert === true && info?.kind !== 'state') {
    compiler
      .at('invert')
      .problem(`${spec.metric} 不是开关量，不能取反`, `${spec.metric} is not a state, it cannot be inverted`);
  }
  if (spec.suffix === undefined) return;
  if (!/_(?:l[1-3]|ch\d{1,2})$/.test(spec.metric)) {
    if (spec.suffix.from !== 'index') compiler.at('suffix', 'from').capture(spec.suffix.from);
    return;
  }
  compiler.at('suffix').problem(`${spec.metric} 已带后缀`, `${spec.metric} already has a suffix`);
}
