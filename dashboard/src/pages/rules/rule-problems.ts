import { ApiError } from '../../api/http.ts';
import type { Language } from '../../i18n/language.ts';

export interface RuleProblem {
  /** Line of the text, from 1; undefined where it is not about a line of it. */
  readonly line: number | undefined;
  readonly message: string;
}

/** What the gateway found wrong with a text, by line, or undefined when the failure is not about the text. */
export function ruleProblems(error: unknown, text: string, language: Language): readonly RuleProblem[] | undefined {
  if (!(error instanceof ApiError) || error.status !== 422 || !error.problem?.errors) return undefined;
  return error.problem.errors.map(({ path, message }) => problemOf(path, message, text, language));
}

function problemOf(path: string, message: string, text: string, language: Language): RuleProblem {
  // Of the config loader: `rules.yaml:12:5 … / …`, Chinese first. It checks all files together.
  const [, file, at = '', said = ''] = /^([\w.-]+\.yaml):(\d+):\d+ (.*)$/s.exec(message) ?? [];
  if (file === 'rules.yaml') return { line: Number(at), message: side(said, language) };
  if (file !== undefined) return { line: undefined, message: `${file}:${at} ${side(said, language)}` };
  // Of the YAML parser: `… at line 3, column 1:` and a drawing of the place.
  const drawn = /^(.*?) at line (\d+), column \d+/s.exec(message);
  if (drawn) return { line: Number(drawn[2]), message: drawn[1] ?? message };
  // Of the schema: `rules.3.aboveW`, the rules counted from nought.
  const index = /^rules[.[](\d+)/.exec(path)?.[1];
  const line = index === undefined ? undefined : lineOfRule(text, Number(index));
  return { line, message: path === '' ? side(message, language) : `${path}: ${message}` };
}

function side(message: string, language: Language): string {
  const [zh, en, ...more] = message.split(' / ');
  return zh === undefined || en === undefined || more.length > 0 ? message : language === 'zh' ? zh : en;
}

/** The line on which the rule of that index begins, in block style: the dashes of the first one's depth are counted. */
export function lineOfRule(text: string, index: number): number | undefined {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^rules\s*:/.test(line));
  const depth = lines
    .slice(start + 1)
    .find((line) => /^\s*-(?:\s|$)/.test(line))
    ?.indexOf('-');
  if (start < 0 || depth === undefined) return undefined;
  const begins = lines.flatMap((line, i) =>
    i > start && line.search(/\S/) === depth && line[depth] === '-' ? [i] : [],
  );
  const found = begins[index];
  return found === undefined ? undefined : found + 1;
}
