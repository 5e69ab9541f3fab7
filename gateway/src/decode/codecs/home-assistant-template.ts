/**
 * `value_template` of Home Assistant without running it: Jinja2 is a program, and a config comes over MQTT from anybody.
 * What is read is the value itself, or a path into its JSON; every other template is refused.
 */
import { readJson, textOf } from '../payload.ts';
import { isObject } from '../value-path.ts';

/** Undefined: the message says nothing of it. Null: it says that it does not know. */
export type Extract = (message: Message) => unknown;

/** One message, parsed at most once however many entities read it. */
export interface Message {
  readonly text: string;
  /** Undefined when it is not JSON. */
  json(): unknown;
}

const MAX_KEYS = 1_024;
const MAX_TEMPLATE = 500;
const STEP = String.raw`\.[A-Za-z_]\w{0,127}|\[\d{1,4}\]|\["[^"\]\\]{1,128}"\]|\['[^'\]\\]{1,128}'\]`;
/** Filters that make a number of a number. A default such as `float(0)` is left out: missing is not zero. */
const FILTER = String.raw`\s*\|\s*(?:float|int|is_defined|round)(?:\(\s*\d{0,3}\s*\))?`;
const TEMPLATE = new RegExp(String.raw`^\{\{-?\s*(?:(value)|value_json((?:${STEP})*))(?:${FILTER}){0,4}\s*-?\}\}$`);

/** @returns undefined for a template outside the subset; without a template the payload is the value */
export function parseTemplate(template: unknown): Extract | undefined {
  if (template === undefined || template === null || template === '') return ({ text }) => text;
  if (typeof template !== 'string' || template.length > MAX_TEMPLATE) return undefined;
  const found = TEMPLATE.exec(template.trim());
  if (found === null) return undefined;
  if (found[1] !== undefined) return ({ text }) => text;
  const steps = [...(found[2] ?? '').matchAll(new RegExp(STEP, 'g'))].map(([step]) => keyOf(step));
  return (message) => steps.reduce(own, message.json());
}

export function messageOf(payload: Buffer): Message {
  const text = textOf(payload);
  let parsed: { readonly value: unknown } | undefined;
  return {
    text,
    json: () => {
      if (parsed === undefined) {
        const read = readJson(payload, MAX_KEYS);
        parsed = { value: read.ok ? read.value : undefined };
      }
      return parsed.value;
    },
  };
}

function keyOf(step: string): string | number {
  if (step.startsWith('.')) return step.slice(1);
  const inside = step.slice(1, -1);
  return /^\d/.test(inside) ? Number(inside) : inside.slice(1, -1);
}

function own(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
