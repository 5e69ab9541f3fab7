/** Where the compiler stands in a profile, which captures it may use there, and the problems it has met. */
import type { Text } from '#contract/enums.ts';
import type { Captures, Parsed } from './topic-pattern.ts';
import { apartAtCaptures, firstOf, parsePath, type Reach } from './value-path.ts';

export interface ProfileProblem {
  readonly path: readonly (string | number)[];
  readonly message: Text;
}

export interface Compiler {
  /** The same compiler, deeper in the document. */
  at(...steps: (string | number)[]): Compiler;
  withCaptures(names: readonly string[]): Compiler;
  problem(zh: string, en: string): void;
  /** The value, or undefined with the problem noted. */
  parsed<T>(parsed: Parsed<T>): T | undefined;
  capture(name: string): void;
  paths(texts: readonly string[]): Reach;
  /** `bridge:{base}` as a reach; undefined when a capture is empty. */
  template(text: string): (value: unknown, captures: Captures) => string | undefined;
}

export function createCompiler(
  problems: ProfileProblem[],
  path: readonly (string | number)[] = [],
  names: ReadonlySet<string> = new Set(),
): Compiler {
  const compiler: Compiler = {
    at: (...steps) => createCompiler(problems, [...path, ...steps], names),
    withCaptures: (more) => createCompiler(problems, path, new Set([...names, ...more])),
    problem: (zh, en) => {
      problems.push({ path, message: { zh, en } });
    },
    parsed: (parsed) => {
      if (parsed.ok) return parsed.value;
      compiler.problem(parsed.why.zh, parsed.why.en);
      return undefined;
    },
    capture: (name) => {
      if (names.has(name)) return;
      const known = [...names].map((known) => `{${known}}`).join(' ') || '—';
      compiler.problem(
        `这里没有捕获 {${name}}；可用：${known}`,
        `there is no capture {${name}} here; there are: ${known}`,
      );
    },
    paths: (texts) => {
      for (const text of texts)
        for (const [n, part] of apartAtCaptures(text).entries()) if (n % 2 === 1) compiler.capture(part);
      return firstOf(texts.flatMap((text) => compiler.parsed(parsePath(text)) ?? []));
    },
    template: (text) => {
      const parts = text.split(/\{([^{}]*)\}/);
      for (let n = 1; n < parts.length; n += 2) compiler.capture(parts[n] ?? '');
      const [literal = '', name] = parts;
      if (parts.length === 1) return () => literal;
      if (parts.length === 3 && name !== undefined && literal === '' && parts[2] === '')
        return (_, captures) => captures[name];
      return (_, captures) => {
        let text = literal;
        for (let n = 1; n < parts.length; n += 2) text += (captures[parts[n] ?? ''] ?? '') + (parts[n + 1] ?? '');
        return text;
      };
    },
  };
  return compiler;
}
