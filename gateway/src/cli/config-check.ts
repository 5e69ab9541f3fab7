/** `houqin config check`: everything that is wrong with the config folder, each at its line. */
import { campusFrom } from '../campus-in-force.ts';
import { loadConfig } from '../config/load-config.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { describe } from '../shared/start-refusal.ts';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';
import { environmentOf } from './site.ts';

const HELP = `usage: houqin config check [--json]

检查 HOUQIN_CONFIG 里的全部文件：文件:行:列、问题、应写什么。
Checks all files of HOUQIN_CONFIG: file:line:column, what is wrong, what to write instead.
--json: {"ok","dir","problems":[{"file","line","column","path","message":{"zh","en"}}],"warnings":[…]}
Exit: 0 no problem (warnings allowed); 1 problems.

examples:
  houqin config check
  HOUQIN_CONFIG=/etc/houqin houqin config check --json`;

export const configCheckCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values } = parseOptions(argv, { json: { type: 'boolean', default: false } }, { min: 0, max: 0 });
    const { configDir } = environmentOf(io);
    const { problems, warnings } = await checkConfig(configDir);
    if (values.json) {
      io.out(JSON.stringify({ ok: problems.length === 0, dir: configDir, problems, warnings }));
      return problems.length === 0 ? 0 : 1;
    }
    for (const problem of problems) io.out(`${io.paint('red', '✗')} ${describe(problem)}`);
    for (const warning of warnings) io.out(`${io.paint('yellow', '!')} ${describe(warning)}`);
    if (problems.length > 0) {
      io.out(
        `${problems.length} 处问题，${configDir} 不会生效 / ${problems.length} problem(s): this config does not come into force`,
      );
      return 1;
    }
    io.out(`${io.paint('green', '✓')} 配置没有问题 / The config is good: ${configDir}`);
    return 0;
  },
};

export interface ConfigCheck {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

export async function checkConfig(configDir: string): Promise<ConfigCheck> {
  const loaded = await loadConfig(configDir);
  const result = campusFrom(loaded);
  return result.ok
    ? { problems: [], warnings: result.warnings }
    : { problems: result.problems, warnings: loaded.warnings };
}
