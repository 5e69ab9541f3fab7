/** `houqin backtest`: what rules would have alerted, over what is stored. */
import type { RulesConfig } from '#contract/config/rules.ts';
import { excessText } from '#contract/excess-words.ts';
import { backtestResponse, type Episode } from '#contract/http/alerts.ts';
import { money } from '#contract/money.ts';
import { notAfter, storedRange } from '../api/stored-range.ts';
import type { CampusInForce } from '../campus-in-force.ts';
import { readConfigTexts } from '../config/load-config.ts';
import { parseConfigText } from '../config/parse-config.ts';
import { createHistory } from '../history.ts';
import { describe } from '../shared/start-refusal.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { Command, CommandIo } from './command.ts';
import { usage } from './command-refusal.ts';
import { withHistory } from './own-folder.ts';
import { findOwner } from './owner-api.ts';
import { parseOptions } from './parse-options.ts';
import { createProgress, waiting } from './progress.ts';
import { campusOf, dataDirOf, environmentOf, readText } from './site.ts';
import { timeOption, timeText } from './site-times.ts';
import { textTable } from './text-table.ts';

const HELP = `usage: houqin backtest [--rules FILE] [--from TIME] [--to TIME] [--json]

用现行规则（或 --rules 的规则）走一遍已存的历史，列出会有的告警；什么都不改。
Runs the rules in force (or those of --rules) over stored history and lists what they would have alerted. Changes nothing.

  --rules FILE     a rules.yaml to try; checked against the campus first
  --from, --to     2026-10-01, "2026-10-01 08:00", ISO 8601 with offset or epoch ms; default: everything stored
  --json           {"episodes":[{"rule","kind","reason","device","place","from","to","firedAt","excess","unit","yuan","severity","sentence"}]}
Exit: 0, with or without episodes; 2 wrong rules or options; 3 cannot be done.

examples:
  houqin backtest
  houqin backtest --rules rules-new.yaml --from 2026-10-01 --to 2026-11-01
  houqin backtest --json > episodes.json`;

interface Asked {
  readonly yaml: string | undefined;
  readonly rules: RulesConfig;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export const backtestCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values } = parseOptions(
      argv,
      {
        rules: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      { min: 0, max: 0 },
    );
    const environment = environmentOf(io);
    const campus = await campusOf(environment);
    const { timeZone } = campus.calendar;
    const yaml = values.rules === undefined ? undefined : await readText(values.rules);
    const time = (name: 'from' | 'to'): number | undefined => {
      const value = values[name];
      return value === undefined ? undefined : timeOption(name, value, timeZone, io.clock.now());
    };
    const rules =
      yaml === undefined ? campus.config.rules : await rulesFrom(yaml, values.rules ?? '', environment.configDir);
    const asked: Asked = { yaml, rules, from: time('from'), to: time('to') };
    if (asked.from !== undefined && asked.to !== undefined && asked.from >= asked.to) {
      throw usage('--from 必须早于 --to。', '--from must be before --to.');
    }
    const dataDir = await dataDirOf(environment);
    const owner = await findOwner(dataDir);
    const episodes = owner
      ? await waiting(io, { zh: '网关正在回测', en: 'the gateway is back-testing' }, async () => {
          const { from, to } = asked;
          const body = { ...(yaml === undefined ? {} : { yaml }), from, to };
          return (await owner.ask('POST', '/rules/backtest', backtestResponse, body)).episodes;
        })
      : await overFolder(dataDir, campus, asked, io);
    if (values.json) io.out(JSON.stringify({ episodes }));
    else for (const line of linesOf(episodes, timeZone)) io.out(line);
    return 0;
  },
};

/** @throws CommandRefusal with the lines that are wrong */
async function rulesFrom(yaml: string, file: string, configDir: string): Promise<RulesConfig> {
  const { texts } = await readConfigTexts(configDir);
  const result = parseConfigText('rules', yaml, texts);
  if (result.ok) return result.config.rules;
  const lines = result.problems.map((problem) => `\n  ${describe({ ...problem, file })}`).join('');
  throw usage(
    `${file} 有 ${result.problemCount} 处问题：${lines}`,
    `${file} has ${result.problemCount} problem(s), listed above.`,
  );
}

function overFolder(dataDir: string, campus: CampusInForce, asked: Asked, io: CommandIo): Promise<readonly Episode[]> {
  return withHistory(
    dataDir,
    () => campus,
    async ({ store, definer }) => {
      const now = io.clock.now();
      const all = await storedRange(store, campus.config.registry, now);
      if (all === undefined) return [];
      const total = (await store.series()).reduce((sum, { count }) => sum + count, 0);
      const counted = countedStore(store, total, io);
      const history = createHistory({ store: counted, definer, campus: () => campus });
      const { from = all.from, to = Math.max(all.to, from + 1) } = asked;
      if (from >= to) throw usage('--from 必须早于 --to。', '--from must be before --to.');
      return from > now ? [] : history.backtest({ rules: asked.rules, from, to: notAfter(to, now) });
    },
  );
}

/** What is read is what takes the time: a page read is progress made. */
function countedStore(store: ReadingStore, total: number, io: CommandIo): ReadingStore {
  const progress = createProgress(io, { zh: '回测', en: 'back-testing' });
  let read = 0;
  return {
    ...store,
    async points(range) {
      const page = await store.points(range);
      read += page.points.length;
      progress.at(read, Math.min(1, read / total));
      return page;
    },
  };
}

function linesOf(episodes: readonly Episode[], timeZone: string): string[] {
  const text = timeText(timeZone);
  const rows = episodes.map(({ rule, kind, device, from, to, severity, excess, unit, yuan }) => [
    ...[severity, rule, device, text(from), to === null ? '未结束 open' : text(to)],
    excessText({ kind, excess, unit }, undefined)?.zh ?? '',
    yuan === null ? '' : money(yuan),
  ]);
  const header = ['级别 severity', '规则 rule', '设备 device', '从 from', '到 to', '程度 extent', '金额 yuan'];
  return [
    ...(rows.length > 0 ? [...textTable([header, ...rows], [5, 6]), ''] : []),
    ...episodes.map(({ sentence }) => `${sentence.zh}\n  ${sentence.en}`),
    `${episodes.length} 次告警 / episodes`,
  ];
}
