/** `emit` and `emit_by_key` of a profile, compiled to closures. */
import type { EmitByKey, EmitSpec } from '#contract/config/profile.ts';
import { metricInfo } from '#contract/metrics.ts';
import { fromUnit, quantityIn } from '#contract/units.ts';
import type { Compiler } from './compiler.ts';
import { type Convert, compileConversion, compileSuffix, suffixed } from './conversion.ts';
import { excerpt, isUnknown, toNumber } from './payload.ts';
import { addFault, addSample, addWord, type Place, type Run } from './run.ts';
import { type Captures, parseKeyPattern } from './topic-pattern.ts';
import { apartAtCaptures, parsePath, type Reach } from './value-path.ts';

/** Takes what it wants from a value; `address` is the device the value belongs to. */
export type Emit = (value: unknown, captures: Captures, address: string, ts: number | undefined, run: Run) => void;

type Spec = Omit<EmitSpec, 'path' | 'const' | 'ratio' | 'when_present' | 'when_absent' | 'reduce' | 'unit'>;
/** `unit` is what the message says of it; undefined where it says nothing. */
type Put = (raw: unknown, captures: Captures, address: string, ts: number | undefined, run: Run, unit?: string) => void;
type NameOf = Place['nameOf'];
/** Whose a value is, and where it stands. */
type At = Place & { readonly address: string; readonly ts: number | undefined };

export function compileEmit(spec: EmitSpec, compiler: Compiler): Emit {
  checkConversion(spec, compiler);
  const put = putter(spec, spec.reduce === 'sum', nameOfPath(spec));
  const holds = compileWhen(spec, compiler);
  const source = compileSource(spec, compiler);
  const unitOf = compileUnit(spec.unit, compiler, spec.metric);
  return (value, captures, address, ts, run) => {
    if (holds !== undefined && !holds(value, captures)) return;
    run.node = value;
    put(source(value, captures), captures, address, ts, run, unitOf?.(value, captures));
  };
}

/** What the device itself calls the value: the path at which it stands, the metric where there is none. */
function nameOfPath({ path = [], metric }: EmitSpec): NameOf {
  const texts = path.filter((text) => text !== '.');
  const ways = texts.flatMap((text) => {
    const parsed = parsePath(text);
    return parsed.ok ? [{ reach: parsed.value, fill: filled(text) }] : [];
  });
  return ({ where, captures, node }) => {
    const hit = ways.find(({ reach }) => (reach(node, captures) ?? undefined) !== undefined) ?? ways[0];
    const own = hit === undefined ? '' : hit.fill(captures);
    const joined = [where, own].filter((part) => part !== '').join('.');
    return `property:${joined === '' ? metric : joined}`;
  };
}

/** A text with its captures put back; whether there are such captures is checked where the text is used. */
function filled(text: string): (captures: Captures) => string {
  const parts = apartAtCaptures(text.replaceAll(/\{([a-zA-Z0-9]+)=[^{}]*\}/g, '{$1}'));
  return (captures) => parts.map((part, n) => (n % 2 === 0 ? part : (captures[part] ?? ''))).join('');
}

function compileUnit(
  unit: EmitSpec['unit'],
  compiler: Compiler,
  metric = '',
): ((value: unknown, captures: Captures) => string | undefined) | undefined {
  if (unit === undefined) return undefined;
  const reach =
    typeof unit === 'string' ? compiler.at('unit').template(unit) : compiler.at('unit', 'path').paths(unit.path);
  const beside =
    typeof unit === 'string' || unit.beside === undefined
      ? undefined
      : compiler.at('unit', 'beside').paths(unit.beside);
  if (beside === undefined) return (value, captures) => unitText(reach(value, captures));
  return (value, captures) => {
    const own = unitText(reach(value, captures));
    if (own !== undefined) return own;
    const said = unitText(beside(value, captures));
    return said !== undefined && fromUnit(metric, said) !== undefined ? said : undefined;
  };
}

const unitText = (said: unknown): string | undefined =>
  typeof said === 'string' && said.trim() !== '' ? said.slice(0, MAX_UNIT) : undefined;

const MAX_UNIT = 32;

export function compileEmitByKey(spec: EmitByKey, compiler: Compiler): Emit {
  const literal = new Map<string, Put>();
  const patterns: { readonly match: (key: string) => Captures | undefined; readonly put: Put }[] = [];
  const noInterest: Put = (_, __, ___, ____, run) => {
    run.taken += 1;
  };
  const nameOf = nameOfKey(spec, compiler);
  for (const [key, target] of Object.entries(spec.keys)) {
    const at = compiler.at('keys', key);
    const parsed = at.parsed(parseKeyPattern(key));
    if (parsed === undefined) continue;
    const inner = at.withCaptures(parsed.names);
    if (target !== null) checkConversion(target, inner);
    const put = target === null ? noInterest : putter(target, false, nameOf(key));
    if (parsed.literal === undefined) patterns.push({ match: parsed.match, put });
    else literal.set(parsed.literal, put);
  }
  const keyOf =
    typeof spec.key === 'string'
      ? compiler.at('key').template(spec.key)
      : compiler.at('key', 'path').paths(spec.key.path);
  const reach = compiler.at('value').paths(spec.value);
  const holds = compileWhen(spec, compiler);
  const unitOf = compileUnit(spec.unit, compiler);
  const other = spec.others === undefined ? undefined : compileOthers(spec.others, compiler.at('others'));
  return (value, captures, address, ts, run) => {
    if (holds !== undefined && !holds(value, captures)) return;
    const key = keyOf(value, captures);
    if (typeof key !== 'string') return;
    const put = literal.get(key);
    if (put !== undefined) return put(reach(value, captures), captures, address, ts, run, unitOf?.(value, captures));
    for (const pattern of patterns) {
      const found = pattern.match(key);
      if (found === undefined) continue;
      const unit = unitOf?.(value, captures);
      return pattern.put(reach(value, captures), { ...captures, ...found }, address, ts, run, unit);
    }
    other?.(reach(value, captures), { ...captures, key }, address, ts, run);
  };
}

/** The name that `others` would give it. */
function nameOfKey({ others }: EmitByKey, compiler: Compiler): (key: string) => NameOf {
  const template = typeof others === 'string' ? others : (others?.name ?? 'property:{key}');
  const fill = compiler.withCaptures(['key']).template(template);
  return (key) => {
    const own = filled(key);
    return ({ captures }) => {
      const said = own(captures);
      return fill(undefined, { ...captures, key: said }) ?? `property:${said}`;
    };
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
function putter(spec: Spec, sum: boolean, nameOf: NameOf): Put {
  const converted = conversions(spec);
  const name = spec.suffix === undefined ? undefined : compileSuffix(spec.metric, spec.suffix);
  const perItem = spec.suffix?.from === 'index' && name !== undefined ? name : undefined;
  const { sure } = spec;
  const one = (raw: unknown, metric: string | undefined, place: At, run: Run, unit: string | undefined): void => {
    const { address, ts } = place;
    const convert = converted(unit);
    const value = convert === undefined ? bareNumber(raw) : convert(raw);
    if (value === undefined) return;
    // A unit behind the number that is none of this metric: the number stands for itself.
    const isOther = Number.isNaN(value) && typeof raw === 'string' && hasOtherUnit(spec.metric, raw);
    const isSure = convert !== undefined && !isOther && (sure === undefined || (value >= sure[0] && value <= sure[1]));
    const said = isSure && metric !== undefined ? undefined : bareNumber(raw);
    if (said !== undefined && !Number.isNaN(said) && (metric !== undefined || perItem === undefined))
      addSample(run, { address, metric: place.nameOf(place), value: said, ts, raw });
    else if (metric === undefined) addFault(run, 'bad-value', `${spec.metric}: no metric for this channel`, address);
    else if (Number.isNaN(value) || !isSure) addFault(run, 'bad-value', `${metric}: ${excerpt(raw)}`, address);
    else addSample(run, { address, metric, value, ts, place });
  };
  return (raw, captures, address, ts, run, unit) => {
    if (raw === undefined || raw === null) return;
    run.taken += 1;
    const at = { address, ts, nameOf, where: run.where, yields: run.yields, captures, node: run.node };
    if (Array.isArray(raw)) {
      if (sum) return one(total(raw, plain), suffixed(spec.metric, spec.suffix, name, captures), at, run, unit);
      if (perItem !== undefined) {
        for (const [n, item] of raw.entries()) one(item, perItem(String(n)), at, run, unit);
        return;
      }
    }
    one(raw, suffixed(spec.metric, spec.suffix, name, captures), at, run, unit);
  };
}

/** @returns undefined for a unit that is not known, or not of this metric */
function conversions(spec: Spec): (unit: string | undefined) => Convert | undefined {
  const usual = compileConversion(spec);
  const memory = new Map<string, Convert | undefined>();
  return (unit) => {
    if (unit === undefined) return usual;
    if (memory.has(unit)) return memory.get(unit);
    const own = fromUnit(spec.metric, unit);
    const convert = own === undefined ? undefined : compileConversion(spec, own);
    if (memory.size < MAX_UNITS) memory.set(unit, convert);
    return convert;
  };
}

const MAX_UNITS = 64;

const plain = compileConversion({ metric: '' });

/** Without the unit that stands behind it. */
function bareNumber(raw: unknown): number | undefined {
  const value = plain(raw);
  return Number.isNaN(value) && typeof raw === 'string' ? (quantityIn(raw)?.value ?? value) : value;
}

function hasOtherUnit(metric: string, text: string): boolean {
  const said = quantityIn(text);
  return said !== undefined && fromUnit(metric, said.unit) === undefined;
}

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
  if (!/_(?:l[1-3]|ch\d{1,3})$/.test(spec.metric)) {
    if (spec.suffix.from !== 'index') compiler.at('suffix', 'from').capture(spec.suffix.from);
    return;
  }
  compiler.at('suffix').problem(`${spec.metric} 已带后缀`, `${spec.metric} already has a suffix`);
}
