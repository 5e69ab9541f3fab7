/** `houqin config check`: everything that is wrong with the config folder, each at its line. */
import { campusFrom } from '../campus-in-force.ts';
import { MAX_LISTED } from '../config/checks.ts';
import { loadConfig } from '../config/load-config.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { describe } from '../shared/start-refusal.ts';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';
import { environmentOf } from './site.ts';

const HELP = `usage: houqin config check [--json]

检查 HOUQIN_CONFIG 里的全部文件：文件:行:列、问题、应写什么。
Checks all files of HOUQIN_CONFIG: file:line:column, what is wrong, what to write instead.
至多列出 100 处问题和 100 条提醒，总数另外给出。
At most 100 problems and 100 warnings are listed; the counts are those of all.
--json: {"ok","dir","problems":[{"file","line","column","path","message":{"zh","en"}}],"problemCount","warnings":[…],"warningCount"}
Exit: 0 no problem (warnings allowed); 1 problems.

examples:
  houqin config check
  HOUQIN_CONFIG=/etc/houqin houqin config check --json`;

export const configCheckCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values } = parseOptions(argv, { json: { type: 'boolean', default: false } }, { min: 0, max: 0 });
    const { configDir } = environmentOf(io);
    const { problems, problemCount, warnings, warningCount } = await checkConfig(configDir);
    if (values.json) {
      const ok = problemCount === 0;
      io.out(JSON.stringify({ ok, dir: configDir, problems, problemCount, warnings, warningCount }));
      return ok ? 0 : 1;
    }
    for (const problem of problems) io.out(`${io.paint('red', '✗')} ${describe(problem)}`);
    for (const warning of warnings) io.out(`${io.paint('yellow', '!')} ${describe(warning)}`);
    if (warningCount > warnings.length) io.out(unlisted(warningCount - warnings.length, '条提醒', 'warnings'));
    if (problemCount > 0) {
      if (problemCount > problems.length) io.out(unlisted(problemCount - problems.length, '处问题', 'problems'));
      io.out(
        `${problemCount} 处问题，${configDir} 不会生效 / ${problemCount} problem(s): this config does not come into force`,
      );
      return 1;
    }
    io.out(`${io.paint('green', '✓')} 配置没有问题 / The config is good: ${configDir}`);
    return 0;
  },
};

const unlisted = (count: number, zh: string, en: string): string => `… 另有 ${count} ${zh}未列出 / ${count} more ${en}`;

/** Lists of at most 100 of each, and how many there are. */
export interface ConfigCheck {
  readonly problems: readonly ConfigProblem[];
  readonly problemCount: number;
  readonly warnings: readonly ConfigProblem[];
  readonly warningCount: number;
}

export async function checkConfig(configDir: string): Promise<ConfigCheck> {
  const loaded = await loadConfig(configDir);
  const result = campusFrom(loaded);
  if (result.ok) {
    const { warnings } = result;
    // Lines of the holidays that are left out are warnings too.
    const warningCount = loaded.warningCount - loaded.warnings.length + warnings.length;
    return { problems: [], problemCount: 0, warnings: warnings.slice(0, MAX_LISTED), warningCount };
  }
  const { problems } = result;
  const problemCount = loaded.ok ? problems.length : loaded.problemCount;
  const { warnings, warningCount } = loaded;
  return { problems: problems.slice(0, MAX_LISTED), problemCount, warnings, warningCount };
}
