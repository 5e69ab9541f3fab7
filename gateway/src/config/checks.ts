import type { ConfigProblem } from '../shared/loaded-config.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** Words a problem; called only for those that are listed. */
export type Told = ConfigProblem | (() => ConfigProblem);

/** Problems that are listed with their places; all are counted. A file can hold a hundred thousand, a person reads few. */
export const MAX_LISTED = 100;
/** A hint compares with every known id, so only so many are looked for. */
const MAX_HINTS = 100;

/** Collects what is wrong while the checks go on. */
export interface Checks {
  problem(problem: Told): void;
  warn(warning: Told): void;
  /** `what` such as 地点/place; `known` are the ids that exist. */
  reference(source: YamlSource, path: Path, id: string | undefined, known: ReadonlySet<string>, what: Noun): void;
  /** Ids that stand twice in a list of entries; the later one is the problem. */
  unique(source: YamlSource, ids: readonly { readonly path: Path; readonly id: string }[], what: Noun): void;
  /** The first ones, at most as many as asked for. */
  problems(): readonly ConfigProblem[];
  problemCount(): number;
  /** At most as many as problems. */
  warnings(): readonly ConfigProblem[];
  warningCount(): number;
}

export interface Noun {
  readonly zh: string;
  readonly en: string;
}

/** @param maxListed problems that are kept with their places */
export function createChecks(maxListed = MAX_LISTED): Checks {
  const problems = bounded(maxListed);
  const warnings = bounded(maxListed);
  let hints = 0;
  const hint = (id: string, known: ReadonlySet<string>): string | undefined => {
    hints += 1;
    return hints > MAX_HINTS ? undefined : nearestWord(id, known);
  };
  return {
    problem: problems.add,
    warn: warnings.add,
    reference(source, path, id, known, what) {
      if (id === undefined || known.has(id)) return;
      problems.add(() => {
        const meant = hint(id, known);
        const zh = meant === undefined ? `请改成已有的编号，或先添加它` : `是不是“${meant}”？`;
        const en = meant === undefined ? 'name one that exists, or add it first' : `did you mean “${meant}”?`;
        return source.problem(path, `没有编号为“${id}”的${what.zh}；${zh}`, `there is no ${what.en} “${id}”; ${en}`);
      });
    },
    unique(source, ids, what) {
      const seen = new Set<string>();
      for (const { path, id } of ids) {
        if (seen.has(id)) {
          problems.add(() =>
            source.problem(
              path,
              `${what.zh}“${id}”写了两次，请改其中一个`,
              `${what.en} “${id}” stands twice; change one of them`,
            ),
          );
        }
        seen.add(id);
      }
    },
    problems: problems.listed,
    problemCount: problems.count,
    warnings: warnings.listed,
    warningCount: warnings.count,
  };
}

function bounded(max: number) {
  const listed: ConfigProblem[] = [];
  let count = 0;
  return {
    add(told: Told): void {
      count += 1;
      if (listed.length < max) listed.push(typeof told === 'function' ? told() : told);
    },
    listed: (): readonly ConfigProblem[] => listed,
    count: (): number => count,
  };
}
