import { z } from 'zod';

/** The part of JSON Schema that z.toJSONSchema writes and that is asked for here. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
  readonly propertyNames?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

const shapes = new WeakMap<z.ZodType, Shape>();

/**
 * Keys that may stand in the map at `path`. Of several forms (the kinds of a rule) those that fit the value's `kind`.
 * @param value the whole document
 */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
    shapes.set(schema, shape);
  }
  let forms = branches(shape, value);
  let at = value;
  for (const part of path) {
    at = childOf(at, part);
    forms = forms.flatMap((form) => branches(childForm(form, part), at));
  }
  return [...new Set(forms.flatMap((form) => [...Object.keys(form.properties ?? {}), ...namesOf(form)]))];
}

function branches(shape: Shape | undefined, value: unknown): readonly Shape[] {
  if (shape === undefined) return [];
  const options = shape.anyOf ?? shape.oneOf;
  if (options === undefined) return [shape];
  const all = options.flatMap((option) => branches(option, value));
  const kind = childOf(value, 'kind');
  const fitting = all.filter((form) => kind !== undefined && form.properties?.['kind']?.const === kind);
  return fitting.length > 0 ? fitting : all;
}

function childForm(form: Shape, part: PropertyKey): Shape | undefined {
  if (typeof part === 'number') return form.items;
  const named = form.properties?.[String(part)];
  return named ?? (typeof form.additionalProperties === 'object' ? form.additionalProperties : undefined);
}

function namesOf(form: Shape): readonly string[] {
  return (form.propertyNames?.enum ?? []).filter((name) => typeof name === 'string');
}

function childOf(value: unknown, part: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
}
