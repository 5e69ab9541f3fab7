import type { Text } from '#contract/enums.ts';
import { dayText } from '../shared/time-text.ts';

/** One date that a public calendar names: a day off, or a weekend day that is worked instead (调休). */
export interface Holiday {
  readonly date: string;
  readonly name: Text;
  readonly isOffDay: boolean;
}

export interface HolidayData {
  readonly days: ReadonlyMap<string, Holiday>;
  /** Years whose data are complete. */
  readonly years: ReadonlySet<number>;
}

export interface HolidayProblem {
  readonly line: number;
  readonly text: Text;
}

export const NO_HOLIDAYS: HolidayData = { days: new Map(), years: new Set() };

const ENGLISH: Readonly<Record<string, string>> = {
  元旦: "New Year's Day",
  春节: 'Spring Festival',
  清明节: 'Qingming Festival',
  劳动节: 'Labour Day',
  端午节: 'Dragon Boat Festival',
  中秋节: 'Mid-Autumn Festival',
  国庆节: 'National Day',
};

/**
 * Public holidays and make-up days from CSV `date,name,is_off_day` (0 or 1); lines that begin with `#` are comments.
 * A year counts as loaded once its National Day is in: the list of a year that is not published yet may already hold
 * a day or two around New Year.
 */
export function parseHolidays(csv: string): {
  readonly data: HolidayData;
  readonly problems: readonly HolidayProblem[];
} {
  const days = new Map<string, Holiday>();
  const years = new Set<number>();
  const problems: HolidayProblem[] = [];
  csv.split(/\r?\n/).forEach((raw, index) => {
    const row = raw.replace(/^\uFEFF/, '').trim();
    if (row === '' || row.startsWith('#') || row.startsWith('date,')) return;
    const holiday = parseRow(row);
    if (holiday === undefined) {
      problems.push({
        line: index + 1,
        text: {
          zh: `应为“日期,名称,是否休息(0或1)”，例如 2026-10-01,国庆节,1，实际为：${row}`,
          en: `expected date,name,is_off_day such as 2026-10-01,国庆节,1 but found: ${row}`,
        },
      });
      return;
    }
    days.set(holiday.date, holiday);
    if (holiday.isOffDay && holiday.date.endsWith('-10-01')) years.add(Number(holiday.date.slice(0, 4)));
  });
  return { data: { days, years }, problems };
}

function parseRow(row: string): Holiday | undefined {
  const [said = '', name = '', off = '', ...rest] = row.split(',').map((cell) => cell.trim());
  if (rest.length > 0 || name === '' || (off !== '0' && off !== '1')) return undefined;
  const date = dayText(said);
  if (date === undefined) return undefined;
  return { date, name: { zh: name, en: englishName(name) }, isOffDay: off === '1' };
}

const englishName = (name: string): string =>
  name
    .split('、')
    .map((part) => ENGLISH[part] ?? part)
    .join(' and ');
