/** Profile files to compiled profiles, with every problem at its line. */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { profile } from '#contract/config/profile.ts';
import type { Text } from '#contract/enums.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { createCodecs } from './codecs/create-codecs.ts';
import { type Codecs, type CompiledProfile, compileProfile } from './compile-profile.ts';
import type { ProfileProblem } from './compiler.ts';

export interface CompiledProfiles {
  /** Those without a problem, in the order of the files. */
  readonly profiles: readonly CompiledProfile[];
  readonly problems: readonly ConfigProblem[];
}

type Path = readonly (string | number)[];

/**
 * @param files text by file name
 * @param codecs readers for `decode: codec:<name>`
 * @returns what compiled; a file with a problem yields no profile and stops no other
 */
export function compileProfiles(files: ReadonlyMap<string, string>, codecs: Codecs = createCodecs()): CompiledProfiles {
  const profiles: CompiledProfile[] = [];
  const problems: ConfigProblem[] = [];
  for (const [file, text] of files) {
    const compiled = compileFile(file, text, codecs, problems);
    if (compiled === undefined) continue;
    const twin = profiles.find((other) => other.id === compiled.id);
    if (twin === undefined) profiles.push(compiled);
    else
      problems.push({
        file,
        line: 1,
        column: 1,
        path: 'id',
        message: {
          zh: `数据格式 ${compiled.id} 已在 ${twin.file} 中`,
          en: `profile ${compiled.id} is already in ${twin.file}`,
        },
      });
  }
  return { profiles, problems };
}

function compileFile(
  file: string,
  text: string,
  codecs: Codecs,
  problems: ConfigProblem[],
): CompiledProfile | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.push({
      file,
      line,
      column: col,
      path: '',
      message: { zh: `不是合法的 YAML：${error.message}`, en: `not valid YAML: ${error.message}` },
    });
  }
  if (document.errors.length > 0) return undefined;
  const found = checkDocument(document);
  if (found.config === undefined) {
    problems.push(...found.problems.map((problem) => located(file, document, lines, problem)));
    return undefined;
  }
  const faults: ProfileProblem[] = [];
  const compiled = compileProfile(found.config, file, codecs, faults);
  problems.push(...faults.map((problem) => located(file, document, lines, problem)));
  return faults.length === 0 ? compiled : undefined;
}

type Checked =
  | { readonly config: z.output<typeof profile>; readonly problems?: undefined }
  | { readonly config?: undefined; readonly problems: readonly ProfileProblem[] };

function checkDocument(document: Document.Parsed): Checked {
  let value: unknown;
  try {
    // Aliases that multiply into a huge document are refused here with a ReferenceError.
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return { problems: [{ path: [], message: { zh: '别名（&、*）展开过多', en: 'too many aliases' } }] };
  }
  const parsed = profile.safeParse(value);
  if (parsed.success) return { config: parsed.data };
  const chinese = profile.safeParse(value, { error: zh.localeError });
  const zhIssues = chinese.success ? [] : leaves(chinese.error.issues);
  return {
    problems: leaves(parsed.error.issues).map((issue, n) => ({
      path: issue.path,
      message: messageOf(issue, zhIssues[n]?.message ?? issue.message),
    })),
  };
}

const zh = z.locales.zhCN();

interface Leaf {
  readonly path: Path;
  readonly message: string;
  readonly keys: readonly string[] | undefined;
}

function messageOf(issue: Leaf, chinese: string): Text {
  // The schema's own hints are in English only; the config check, which knows every hint, says it in full.
  const chineseText = /[\u4e00-\u9fff]/.test(chinese) ? chinese : `写法不对，应为：${chinese}`;
  if (issue.keys === undefined) return { zh: chineseText, en: issue.message };
  return { zh: `不认识的键：${issue.keys.join('、')}`, en: `unknown key: ${issue.keys.join(', ')}` };
}

/** Of a union the branch that came farthest speaks: “expected string” about a list says nothing. */
function leaves(issues: readonly z.core.$ZodIssue[], above: Path = []): Leaf[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const branches = issue.errors.map((errors) => leaves(errors, path));
      const depth = (branch: readonly Leaf[]): number =>
        Math.max(...branch.map((leaf) => leaf.path.length + (leaf.keys === undefined ? 0 : 0.5)));
      const deepest = branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
      if (depth(deepest) > path.length) return deepest;
      return [
        {
          path,
          message: branches
            .flat()
            .map((leaf) => leaf.message)
            .join(' / '),
          keys: undefined,
        },
      ];
    }
    return [
      {
        path: issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path,
        message: issue.message,
        keys: issue.code === 'unrecognized_keys' ? issue.keys : undefined,
      },
    ];
  });
}

function located(file: string, document: Document.Parsed, lines: LineCounter, problem: ProfileProblem): ConfigProblem {
  const path = problem.path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
  for (let depth = problem.path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(problem.path.slice(0, depth), true);
    const range = isNode(node) ? node.range : undefined;
    if (range === undefined || range === null) continue;
    const { line, col } = lines.linePos(range[0]);
    return { file, line, column: col, path, message: problem.message };
  }
  return { file, line: 1, column: 1, path, message: problem.message };
}
