import type { z } from 'zod';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import { chineseHint } from './chinese-hints.ts';
import { knownKeys } from './known-keys.ts';
import type { YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** Tells what a schema has against a file, each with its place and what to write instead. Worded only where it is listed. */
export function tellSchemaProblems(
  source: YamlSource,
  schema: z.ZodType,
  issues: readonly Issue[],
  tell: (problem: () => ConfigProblem) => void,
): void {
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        tell(() => unknownKey(source, issue.path, key, knownKeys(schema, issue.path, source.value)));
    } else {
      tell(() => {
        const { zh, en } = wording(issue, valueAt(source.value, issue.path), issue.path.at(-1));
        return source.problem(issue.path, zh, en);
      });
    }
  }
}

function unknownKey(source: YamlSource, path: Issue['path'], key: string, known: readonly string[]): ConfigProblem {
  const meant = nearestWord(key, known);
  const list = known.join(', ');
  const name = cut(key);
  if (meant === undefined) {
    return source.keyProblem(
      path,
      key,
      `没有“${name}”这一项；这里可以写：${list}`,
      `there is no “${name}”; here may stand: ${list}`,
    );
  }
  return source.keyProblem(
    path,
    key,
    `没有“${name}”这一项，是不是“${meant}”？`,
    `there is no “${name}”; did you mean “${meant}”?`,
  );
}

interface Wording {
  readonly zh: string;
  readonly en: string;
}

const TYPES: Readonly<Record<string, Wording>> = {
  string: { zh: '文字', en: 'text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '列表（每行以 - 开头）', en: 'a list (lines that begin with -)' },
  object: { zh: '若干“键: 值”', en: 'a map of key: value' },
  record: { zh: '若干“键: 值”', en: 'a map of key: value' },
};

function wording(issue: Issue, value: unknown, key: PropertyKey | undefined): Wording {
  const wanted = expectation(issue, value);
  if (value === undefined && typeof key === 'string') {
    return { zh: `缺少“${key}”：应写${wanted.zh}`, en: `“${key}” is missing: write ${wanted.en}` };
  }
  return { zh: `应写${wanted.zh}，实际是 ${shown(value)}`, en: `write ${wanted.en} instead of ${shown(value)}` };
}

function expectation(issue: Issue, value: unknown): Wording {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? { zh: issue.expected, en: issue.expected };
    case 'invalid_value':
      return oneOf(issue.values.map(String), value);
    case 'too_small':
      return limit(issue.origin, issue.minimum, issue.inclusive === false ? ['大于', 'above'] : ['至少', 'at least']);
    case 'too_big':
      return limit(issue.origin, issue.maximum, issue.inclusive === false ? ['小于', 'below'] : ['至多', 'at most']);
    case 'invalid_union':
      return unionWording(issue, value);
    default:
      return { zh: chineseHint(issue.message), en: issue.message };
  }
}

function oneOf(words: readonly string[], value: unknown): Wording {
  const meant = typeof value === 'string' ? nearestWord(value, words) : undefined;
  if (meant !== undefined) return { zh: `“${meant}”`, en: `“${meant}”` };
  return { zh: `其中之一：${words.join(', ')}`, en: `one of ${words.join(', ')}` };
}

function limit(origin: string, bound: number | bigint, [zh, en]: readonly [string, string]): Wording {
  if (origin === 'string') return { zh: `${zh} ${bound} 个字`, en: `${en} ${bound} letters` };
  if (origin === 'array') return { zh: `${zh} ${bound} 项`, en: `${en} ${bound} entries` };
  return { zh: `${zh} ${bound} 的数`, en: `a number ${en} ${bound}` };
}

/** The forms of a union. A map with a wrong part is told about that part, not about all other forms. */
function unionWording(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown): Wording {
  const options: unknown = Reflect.get(issue, 'options');
  if (Array.isArray(options)) return oneOf(options.map(String), value);
  const inner = issue.errors.find((errors) => errors.every((error) => error.path.length > 0))?.[0];
  if (inner !== undefined) {
    const { zh, en } = wording(inner, valueAt(value, inner.path), inner.path.at(-1));
    return { zh: `正确的内容（${zh}）`, en: `it correctly (${en})` };
  }
  const forms = issue.errors.flatMap(([first]) => (first === undefined ? [] : [expectation(first, value)]));
  const join = (word: string, texts: string[]): string => [...new Set(texts)].join(word);
  return {
    zh: join(
      '，或',
      forms.map(({ zh }) => zh),
    ),
    en: join(
      ' or ',
      forms.map(({ en }) => en),
    ),
  };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
    value,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // Only what is shown: a wrong value may be the whole file.
  if (typeof value === 'string') return cut(written(value.slice(0, MAX_SHOWN)));
  return cut(written(Array.isArray(value) ? value.slice(0, MAX_SHOWN) : value));
}

/** As JSON, with signs that cannot be seen, or that would turn the sentence around them, by their number. */
function written(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

const MAX_SHOWN = 60;

const cut = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}…` : text);
