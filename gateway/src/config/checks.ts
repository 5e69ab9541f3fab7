import type { ConfigProblem } from '../shared/loaded-config.ts';
import { nearestWord } from './nearest-word.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** Collects what is wrong while the checks go on. */
export interface Checks {
  problem(problem: ConfigProblem): void;
  warn(warning: ConfigProblem): void;
  /** `what` such as 地点/place; `known` are the ids that exist. */
  reference(source: YamlSource, path: Path, id: string | undefined, known: ReadonlySet<string>, what: Noun): void;
  /** Ids that stand twice in a list of entries; the later one is the problem. */
  unique(source: YamlSource, ids: readonly { readonly path: Path; readonly id: string }[], what: Noun): void;
  problems(): readonly ConfigProblem[];
  warnings(): readonly ConfigProblem[];
}

export interface Noun {
  readonly zh: string;
  readonly en: string;
}

export function createChecks(): Checks {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  return {
    problem: (problem) => void problems.push(problem),
    warn: (warning) => void warnings.push(warning),
    reference(source, path, id, known, what) {
      if (id === undefined || known.has(id)) return;
      const meant = nearestWord(id, known);
      const zh = meant === undefined ? `请改成已有的编号，或先添加它` : `是不是“${meant}”？`;
      const en = meant === undefined ? 'name one that exists, or add it first' : `did you mean “${meant}”?`;
      problems.push(
        source.problem(path, `没有编号为“${id}”的${what.zh}；${zh}`, `there is no ${what.en} “${id}”; ${en}`),
      );
    },
    unique(source, ids, what) {
      const seen = new Set<string>();
      for (const { path, id } of ids) {
        if (seen.has(id)) {
          problems.push(
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
    problems: () => problems,
    warnings: () => warnings,
  };
}

/** The first way from a node back to itself, or undefined. */
export function findCycle(start: string, next: (id: string) => readonly string[]): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (id: string, way: readonly string[]): readonly string[] | undefined => {
    for (const to of next(id)) {
      if (to === start) return [...way, to];
      if (seen.has(to)) continue;
      seen.add(to);
      const found = search(to, [...way, to]);
      if (found) return found;
    }
    return undefined;
  };
  return search(start, [start]);
}
