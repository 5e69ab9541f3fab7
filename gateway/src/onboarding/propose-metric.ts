/**
 * What a value may be, by its name, its unit and its size. A proposal is for a person to accept: where two readings are
 * possible it says so, and what it cannot tell it leaves open.
 */
import type { Text } from '#contract/enums.ts';
import { metricInfo } from '#contract/metrics.ts';
import { fromUnit, quantityIn, unitOf } from '#contract/units.ts';
import { type FieldName, fieldNames, unitToken } from './field-name.ts';
import { heldTogether, type Proposed, transformersIn } from './hold-together.ts';
import { contextOf, type MessageContext } from './message-context.ts';
import { RULES } from './metric-rules.ts';
import type { Scalar, ScalarField } from './read-message.ts';

export interface MetricProposal {
  /** Null: it looks like one of ours and is not; the note says why. */
  readonly metric: string | null;
  readonly scale: number | string | null;
  readonly map: Readonly<Record<string, number>> | null;
  readonly note: Text | null;
}

/**
 * One proposal per field, at most one field per metric: of several that could be it the first has it.
 * @returns by path
 */
export function proposeMetrics(topic: string, fields: readonly ScalarField[]): ReadonlyMap<string, MetricProposal> {
  const names = fieldNames(fields, topic);
  const context = contextOf(topic, fields, names);
  const single = fields.flatMap((field, n) => {
    const name = names[n];
    return name === undefined ? [] : (proposeFor(field, name, context) ?? []);
  });
  const found = heldTogether(single, transformersIn(fields, names));
  const taken = new Map<string, { readonly path: string; readonly weight: number }>();
  for (const { path, metric, note } of found) {
    const weight = note === null ? 2 : 1;
    const before = taken.get(metric ?? '');
    if (before === undefined || weight > before.weight) taken.set(metric ?? '', { path, weight });
  }
  return new Map(
    found
      .filter(({ path, metric }) => metric === null || taken.get(metric)?.path === path)
      .map(({ path, metric, scale, map, note }) => [path, { metric, scale, map, note }]),
  );
}

function proposeFor(field: ScalarField, name: FieldName, context: MessageContext): Proposed | undefined {
  const said = typeof field.value === 'string' ? quantityIn(field.value) : undefined;
  if (said === undefined) return byRules({ path: field.path, value: numeric(field.value), name }, context);
  const { value, unit } = said;
  const known = tokenOf(unit);
  const found = known && byRules({ path: field.path, value, name: { ...name, unit: known } }, context);
  const inOurs = found && found.metric !== null ? fromUnit(found.metric, unit)?.(value) : undefined;
  // The unit counts, so there is nothing left to scale.
  if (found && inOurs !== undefined) return { ...found, value: inOurs, scale: null };
  const named = byRules({ path: field.path, value, name: { ...name, unit: undefined } }, context);
  return named && { ...named, metric: null, scale: null, map: null, note: otherUnit(unit) };
}

/** As rules have it; degrees need no rule of their own here. */
const tokenOf = (unit: string): string | undefined =>
  unitOf(unit)?.of === '°C' ? 'c' : unitOf(unit) === undefined ? undefined : unitToken(unit);

const otherUnit = (unit: string): Text => ({
  zh: `单位“${unit}”不认识，或不是这种量的：选好指标后自己填倍率`,
  en: `the unit “${unit}” is not known, or not of this quantity: choose a metric and type the scale`,
});

interface Asked {
  readonly path: string;
  readonly value: Scalar;
  readonly name: FieldName;
}

function byRules({ path, value, name }: Asked, context: MessageContext): Proposed | undefined {
  for (const rule of RULES) {
    const place = rule.anywhere === true ? name.whole : name.own;
    if (!rule.name.test(place) || rule.not?.test(name.whole) === true) continue;
    if (rule.notOwn?.test(name.own) === true) continue;
    if (rule.when?.(context, name, value) === false) continue;
    const read = rule.read(value, name, context);
    if (read === undefined) continue;
    const { scale = null, map = null, note = null } = read;
    const common = { path, value, name, note };
    if (read.metric === null) return { ...common, metric: null, scale: null, map: null };
    const suffixed = `${read.metric ?? rule.metric}${name.suffix}`;
    const metric = metricInfo(suffixed) === undefined ? rule.metric : suffixed;
    if (isPlausible(metric, value, scale, map)) return { ...common, metric, scale, map };
  }
  return undefined;
}

/** Numbers that came as text count as numbers. */
function numeric(value: Scalar): Scalar {
  return typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value.trim()) ? Number(value) : value;
}

function isPlausible(
  metric: string,
  value: Scalar,
  scale: number | string | null,
  map: Readonly<Record<string, number>> | null,
): boolean {
  const info = metricInfo(metric);
  if (info === undefined) return false;
  if (map !== null || typeof value === 'boolean') return info.kind === 'state';
  if (typeof value !== 'number') return false;
  const factor = typeof scale === 'string' ? 1 / Number(scale.slice(2)) : (scale ?? 1);
  return value * factor >= info.min && value * factor <= info.max;
}
