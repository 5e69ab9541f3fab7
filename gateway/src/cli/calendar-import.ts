/** `houqin calendar import FILE`: a year's public holidays and make-up days, as the State Council publishes them each autumn. */
import { join } from 'node:path';
import { z } from 'zod';
import { date as dateSchema } from '#contract/config/common.ts';
import { parseHolidays } from '../calendar/holidays.ts';
import { replaceFile } from '../config/config-files.ts';
import { HOLIDAYS_FILE } from '../config/schemas.ts';
import { parseNearJson } from '../shared/near-json.ts';
import { dayText } from '../shared/time-text.ts';
import type { Command } from './command.ts';
import { usage } from './command-refusal.ts';
import { keepSet } from './config-history.ts';
import { parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf, readText } from './site.ts';

const HELP = `usage: houqin calendar import FILE [--json]

把一年的法定假与调休并入 ${HOLIDAYS_FILE}：文件里完整的年份整年替换，其余按日期合并；旧版本存入 config-history。
Merges a year's public holidays and make-up days into ${HOLIDAYS_FILE}: a year that is whole in the file replaces that year, other
days are merged by date; the former version goes to config-history.

FILE: CSV date,name,is_off_day (1 day off, 0 worked weekend day), or holiday-cn JSON {"year","days":[{"name","date","isOffDay"}]}.
--json: {"years":[…],"added","changed","removed","days"}

examples:
  houqin calendar import 2027.json
  houqin calendar import holidays-2027.csv`;

interface Day {
  readonly date: string;
  readonly name: string;
  readonly isOffDay: boolean;
}

const dayInAnyHand = z.preprocess((said) => (typeof said === 'string' ? (dayText(said) ?? said) : said), dateSchema);

const holidayCn = z.object({
  year: z.number().int(),
  days: z.array(z.object({ name: z.string().min(1), date: dayInAnyHand, isOffDay: z.boolean() })),
});

export const calendarImportCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      { json: { type: 'boolean', default: false } },
      { min: 1, max: 1 },
    );
    const [file = ''] = positionals;
    const incoming = readDays(file, await readText(file));
    const environment = environmentOf(io);
    const path = join(environment.configDir, HOLIDAYS_FILE);
    const before = await readText(path).catch(() => '');
    const merged = mergeHolidays(before, incoming);
    if (merged.text !== before) {
      if (before !== '') {
        await keepSet(await dataDirOf(environment), 'holidays', new Map([[HOLIDAYS_FILE, before]]), io.clock.now());
      }
      await replaceFile(path, merged.text);
    }
    const { years, added, changed, removed } = merged;
    if (values.json) io.out(JSON.stringify({ years, added, changed, removed, days: incoming.length }));
    else {
      const whole = years.length > 0 ? years.join(', ') : '无整年 / no whole year';
      io.out(`${path}: ${whole}; 新增 ${added} added, 修改 ${changed} changed, 删除 ${removed} removed`);
    }
    return 0;
  },
};

function readDays(file: string, text: string): readonly Day[] {
  if (/^\s*\{/.test(text)) {
    const read = parseNearJson(text);
    const parsed = holidayCn.safeParse(read.ok ? read.value : undefined);
    if (parsed.success && parsed.data.days.length > 0) return parsed.data.days;
    const issue = parsed.success ? undefined : parsed.error.issues[0];
    const what = issue === undefined ? 'no days' : `${issue.path.join('.')}: ${issue.message}`;
    const why = read.ok ? what : read.detail;
    throw usage(
      `${file} 不是 {"year","days":[…]}，或没有日期（${why}）。`,
      `${file} is not {"year","days":[…]} with days in it (${why}).`,
    );
  }
  const { data, problems } = parseHolidays(text);
  if (problems.length > 0) {
    const lines = problems.map(({ line, text: said }) => `\n  ${file}:${line}:1 ${said.zh} / ${said.en}`).join('');
    throw usage(
      `${file} 有 ${problems.length} 行不对：${lines}`,
      `${file} has ${problems.length} wrong line(s), listed above.`,
    );
  }
  if (data.days.size === 0) throw usage(`${file} 里没有日期。`, `There are no days in ${file}.`);
  return [...data.days.values()].map(({ date, name, isOffDay }) => ({ date, name: name.zh, isOffDay }));
}

export interface MergedHolidays {
  readonly text: string;
  /** Years that the incoming days hold whole. */
  readonly years: readonly number[];
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Comments at the head stay; days are sorted. Lines that could not be read go. */
export function mergeHolidays(before: string, incoming: readonly Day[]): MergedHolidays {
  const old = new Map(
    [...parseHolidays(before).data.days.values()].map(({ date, name, isOffDay }) => [
      date,
      rowOf(date, name.zh, isOffDay),
    ]),
  );
  const fresh = new Map(incoming.map(({ date, name, isOffDay }) => [date, rowOf(date, name, isOffDay)]));
  const whole = parseHolidays([...fresh.values()].join('\n')).data.years;
  const kept = [...old].filter(([date]) => !whole.has(Number(date.slice(0, 4))) && !fresh.has(date));
  const rows = [...kept, ...fresh].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const head = before
    .split(/\r?\n/)
    .filter((line) => line.startsWith('#'))
    .map((line) => `${line}\n`);
  return {
    text: `${head.join('')}date,name,is_off_day\n${rows.join('\n')}\n`,
    years: [...whole].sort(),
    added: [...fresh.keys()].filter((date) => !old.has(date)).length,
    changed: [...fresh].filter(([date, row]) => old.has(date) && old.get(date) !== row).length,
    removed: old.size + [...fresh.keys()].filter((date) => !old.has(date)).length - rows.length,
  };
}

const rowOf = (date: string, name: string, isOffDay: boolean): string =>
  `${date},${name.replaceAll(',', '、')},${isOffDay ? 1 : 0}`;
