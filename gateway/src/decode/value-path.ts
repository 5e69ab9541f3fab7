/** Paths into a decoded message: own properties only, so that `__proto__` and `constructor` lead nowhere. */
import type { Captures, Parsed } from './topic-pattern.ts';

/** Undefined: nothing there. Null is a value: the device says it does not know. */
export type Reach = (value: unknown, captures: Captures) => unknown;

const STEP = /\.?(?:([^.[\]{}]+)|\[(\d{1,4})\]|\["((?:[^"\\]|\\.)*)"\]|\{([a-z][a-zA-Z0-9]*)\})/gy;

/** What stands between quotes: a backslash before a quote or a backslash is left out, all else is itself. */
const unquoted = (quoted: string): string => quoted.replaceAll(/\\(["\\])/g, '$1');

/** `a.b`, `a[0]`, `a["odd [key]"]`, `{x}`, `.`. */
export function parsePath(text: string): Parsed<Reach> {
  if (text === '.') return { ok: true, value: (value) => value };
  const steps: { readonly key: string | number; readonly captured: boolean }[] = [];
  STEP.lastIndex = 0;
  let end = 0;
  for (let found = STEP.exec(text); found !== null; found = STEP.exec(text)) {
    const [, plain, index, quoted, captured] = found;
    steps.push({
      key: index === undefined ? (plain ?? (quoted === undefined ? captured : unquoted(quoted)) ?? '') : Number(index),
      captured: captured !== undefined,
    });
    end = STEP.lastIndex;
  }
  if (end !== text.length || steps.length === 0) {
    return {
      ok: false,
      why: {
        zh: `“${text}”不是路径；写法如 a.b、a[0]、a["带点.的键"]`,
        en: `"${text}" is not a path; write a.b, a[0] or a["odd.key"]`,
      },
    };
  }
  const [only] = steps;
  if (steps.length === 1 && only !== undefined && !only.captured)
    return { ok: true, value: (value) => own(value, only.key) };
  return {
    ok: true,
    value: (value, captures) => {
      let at = value;
      for (const { key, captured } of steps) {
        at = own(at, captured ? (captures[String(key)] ?? '') : key);
        if (at === undefined) return undefined;
      }
      return at;
    },
  };
}

const CAPTURE = /\["(?:[^"\\]|\\.)*"\]|\{([^{}]*)\}/g;

/** A text taken apart at its captures: literal, name, literal, … What stands in a quoted key is no capture. */
export function apartAtCaptures(text: string): string[] {
  const parts: string[] = [];
  let end = 0;
  for (const hit of text.matchAll(CAPTURE)) {
    const [whole, name] = hit;
    if (name === undefined) continue;
    parts.push(text.slice(end, hit.index), name);
    end = hit.index + whole.length;
  }
  return [...parts, text.slice(end)];
}

/** The first alternative that exists and is not null; null when one exists but all that exist are null. */
export function firstOf(reaches: readonly Reach[]): Reach {
  const [only] = reaches;
  if (reaches.length === 1 && only !== undefined) return only;
  return (value, captures) => {
    let seen: unknown;
    for (const reach of reaches) {
      const found = reach(value, captures);
      if (found !== undefined && found !== null) return found;
      if (found === null) seen = null;
    }
    return seen;
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  if (!isObject(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
