/** Topic and key patterns: literals, `{x}`, `{x*}`, `{x=a|b}` and mixes of text and captures inside one level. */

/** What a pattern captured, and what an `each` adds: `index`, `key`. Null prototype: names come from outside. */
export type Captures = Readonly<Record<string, string>>;

interface Level {
  /** The level as it must stand, when it has no capture. */
  readonly literal: string | undefined;
  /** Capture over one or more levels. */
  readonly multi: string | undefined;
  readonly expression: RegExp | undefined;
  readonly names: readonly string[];
}

export interface TopicPattern {
  readonly text: string;
  readonly levels: readonly Level[];
  readonly names: readonly string[];
  /** Smaller sorts first and is more specific, compared level by level. */
  readonly rank: string;
  /** Levels of a topic, split at `/`; undefined when it does not fit. */
  match(levels: readonly string[]): Captures | undefined;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: { readonly zh: string; readonly en: string } };

const PART = /\{([a-z][a-zA-Z0-9]*)(\*|=[^{}]+)?\}/g;
/** Two free captures in one level could be split in many ways; one keeps matching linear. */
const MAX_FREE_CAPTURES = 1;

export function parseTopicPattern(text: string): Parsed<TopicPattern> {
  const levels: Level[] = [];
  for (const part of text.split('/')) {
    const level = parseLevel(part);
    if (!level.ok) return level;
    levels.push(level.value);
  }
  const multis = levels.filter((level) => level.multi !== undefined).length;
  if (multis > 1) return refuse(`“${text}”里多层捕获 {x*} 只能有一个`, `"${text}" has more than one {x*}`);
  const names = levels.flatMap((level) => [...level.names]);
  if (new Set(names).size < names.length)
    return refuse(`“${text}”里同一个捕获名出现了两次`, `"${text}" captures one name twice`);
  const rank = levels.map(rankOf).join('');
  return { ok: true, value: { text, levels, names, rank, match: (topic) => matchLevels(levels, topic) } };
}

/** A pattern for one object key or name, where `/` has no meaning. */
export function parseKeyPattern(text: string): Parsed<{
  readonly names: readonly string[];
  match(key: string): Captures | undefined;
  readonly literal: string | undefined;
}> {
  const level = parseLevel(text);
  if (!level.ok) return level;
  const { literal, multi, expression, names } = level.value;
  if (multi !== undefined) return refuse(`“${text}”：键里不能用 {x*}`, `"${text}": a key cannot hold {x*}`);
  // Most keys of a message are others': told apart by their first letters, without the expression.
  const prefix = text.slice(0, Math.max(0, text.indexOf('{')));
  const begins = prefix === '' ? firstLetters(text) : undefined;
  const match = (key: string): Captures | undefined => {
    if (literal !== undefined) return key === literal ? NOTHING : undefined;
    if (key.length > MAX_KEY || !key.startsWith(prefix)) return undefined;
    if (begins !== undefined && !begins.has(key.charCodeAt(0))) return undefined;
    return capturesOf(names, expression?.exec(key));
  };
  return { ok: true, value: { names, match, literal } };
}

/** Of a pattern that begins with a choice of words; undefined where anything may come first. */
function firstLetters(text: string): ReadonlySet<number> | undefined {
  const words = /^\{[a-z][a-zA-Z0-9]*=([^{}]*)\}/.exec(text)?.[1]?.split('|');
  return words === undefined || words.includes('') ? undefined : new Set(words.map((word) => word.charCodeAt(0)));
}

const MAX_KEY = 256;
const NOTHING: Captures = Object.freeze(Object.create(null) as Record<string, string>);

function refuse(
  zh: string,
  en: string,
): { readonly ok: false; readonly why: { readonly zh: string; readonly en: string } } {
  return { ok: false, why: { zh, en } };
}

function parseLevel(text: string): Parsed<Level> {
  const names: string[] = [];
  let source = '';
  let at = 0;
  let free = 0;
  let multi: string | undefined;
  for (const found of text.matchAll(PART)) {
    const [whole, name, kind] = found;
    if (name === undefined) continue;
    if (kind === '*' && whole !== text)
      return refuse(`{${name}*} 必须单独占一层`, `{${name}*} must be a level of its own`);
    if (kind === '*') multi = name;
    source += escaped(text.slice(at, found.index));
    source += kind?.startsWith('=') ? `(${kind.slice(1).split('|').map(escaped).join('|')})` : '(.+)';
    at = found.index + whole.length;
    names.push(name);
    if (!kind?.startsWith('=')) free += 1;
  }
  const rest = text.slice(at);
  if (/[{}]/.test(text.replace(PART, '')))
    return refuse(`“${text}”里的花括号不成对或名字不合法`, `"${text}" has a brace that is not a capture`);
  if (/[+#]/.test(text.replace(PART, '')))
    return refuse(`“${text}”：通配符写作 {名字} 或 {名字*}`, `"${text}": write wildcards as {name} or {name*}`);
  if (free > MAX_FREE_CAPTURES)
    return refuse(`“${text}”一层里只能有一个不限定的捕获`, `"${text}" has more than one free capture in a level`);
  if (names.length === 0) return { ok: true, value: { literal: text, multi, expression: undefined, names } };
  return {
    ok: true,
    value: { literal: undefined, multi, expression: new RegExp(`^${source}${escaped(rest)}$`, 's'), names },
  };
}

/** Literal before mixed before a whole capture before many levels. */
function rankOf(level: Level): string {
  if (level.literal !== undefined) return '0';
  if (level.multi !== undefined) return '3';
  return level.expression?.source === '^(.+)$' ? '2' : '1';
}

function matchLevels(levels: readonly Level[], topic: readonly string[]): Captures | undefined {
  const multiAt = levels.findIndex((level) => level.multi !== undefined);
  if (multiAt < 0 ? topic.length !== levels.length : topic.length < levels.length) return undefined;
  // MQTT-4.7.2-1: a wildcard in the first level does not reach into $-topics.
  if (levels[0]?.literal === undefined && topic[0]?.startsWith('$')) return undefined;
  const captures: Record<string, string> = Object.create(null);
  const taken = multiAt < 0 ? 0 : topic.length - levels.length;
  for (const [i, level] of levels.entries()) {
    if (level.multi !== undefined) {
      captures[level.multi] = topic.slice(i, i + taken + 1).join('/');
      continue;
    }
    const value = topic[multiAt >= 0 && i > multiAt ? i + taken : i] ?? '';
    if (level.literal !== undefined) {
      if (value !== level.literal) return undefined;
      continue;
    }
    const found = level.expression?.exec(value);
    if (!found) return undefined;
    for (const [n, name] of level.names.entries()) captures[name] = found[n + 1] ?? '';
  }
  return captures;
}

function capturesOf(names: readonly string[], found: RegExpExecArray | null | undefined): Captures | undefined {
  if (!found) return undefined;
  const captures: Record<string, string> = Object.create(null);
  for (const [n, name] of names.entries()) captures[name] = found[n + 1] ?? '';
  return captures;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
