import { describe, expect, it } from 'vitest';
import { parseHolidays } from '../../src/calendar/holidays.ts';
import { dayNumber, weekdayOf } from '../../src/calendar/time-zone.ts';
import { calendarOf, shippedHolidays } from './school-year.ts';

const noTerms = calendarOf({ terms: [] });
const holidays = [...shippedHolidays.data.days.values()];

describe('the shipped holidays', () => {
  it('cover 2020 to 2026 without a bad line', () => {
    expect(shippedHolidays.problems).toEqual([]);
    expect([...shippedHolidays.data.years]).toEqual([2020, 2021, 2022, 2023, 2024, 2025, 2026]);
    expect(holidays).toHaveLength(255);
    expect(holidays.filter((day) => !day.isOffDay)).toHaveLength(47);
  });

  it.each(holidays)('$date $name.zh', ({ date, isOffDay, name }) => {
    const verdict = noTerms.day(date, 'room-301');
    expect(verdict).toMatchObject({ type: isOffDay ? 'holiday' : 'makeup', holidaysLoaded: true });
    expect(verdict.name?.zh).toContain(name.zh);
    expect(verdict.name?.en).toMatch(/^[\x20-\x7E]+$/);
    // In 2020 the festival was prolonged and its paper names the Monday on which work began again.
    if (!isOffDay && date !== '2020-02-03') expect(weekdayOf(dayNumber(date))).toBeGreaterThan(5);
  });

  it('name the line that cannot be read', () => {
    const { data, problems } = parseHolidays(
      'date,name,is_off_day\n2027-01-01,元旦,1\n2027-02-30,春节,1\n2027-03-01,x\n',
    );
    expect([...data.days.keys()]).toEqual(['2027-01-01']);
    expect(problems.map(({ line }) => line)).toEqual([3, 4]);
    expect(data.years.has(2027)).toBe(false);
  });
});

describe('the type of a day, first match', () => {
  const overrides = [
    { type: 'exam' as const, from: '2026-06-01', to: '2026-06-30', name: '高考' },
    { type: 'half-day' as const, date: '2026-06-05', name: '半天' },
    { type: 'holiday' as const, places: ['floor-3'] },
    { type: 'school' as const, places: ['room-302'], date: '2026-05-01' },
  ];
  const calendar = calendarOf({ overrides });
  it.each([
    ['2026-05-01', 'gate-east', 'holiday', 'holiday', 'public holiday'],
    ['2026-05-09', 'gate-east', 'makeup', 'makeup', 'make-up Saturday'],
    ['2026-02-14', 'gate-east', 'makeup', 'makeup', 'make-up workday inside a break'],
    ['2026-02-12', 'gate-east', 'break', 'break', 'Thursday in no term'],
    ['2026-03-07', 'gate-east', 'weekend', 'weekend', 'Saturday'],
    ['2026-03-09', 'gate-east', 'school', 'weekday', 'Monday'],
    ['2026-06-06', 'gate-east', 'exam', 'override', 'a range of dates'],
    ['2026-06-05', 'gate-east', 'half-day', 'override', 'a single date beats a range'],
    ['2026-06-05', 'room-301', 'holiday', 'override', 'an override for the floor above beats one for all'],
    ['2026-05-01', 'room-302', 'school', 'override', 'one for the room beats one for the floor'],
    ['2026-05-02', 'room-302', 'holiday', 'override', 'and elsewhere in the year the floor rules'],
  ])('%s at %s: %s by %s (%s)', (date, place, type, reason) => {
    expect(calendar.day(date, place)).toMatchObject({ type, reason });
  });

  it('knows no breaks without terms', () => {
    expect(noTerms.day('2026-08-05', 'room-301').type).toBe('school');
  });

  it('follows Monday to Friday in a year without data, and says so', () => {
    const verdict = noTerms.day('2027-10-01', 'room-301');
    expect(verdict).toEqual({ type: 'school', reason: 'weekday', name: undefined, holidaysLoaded: false });
    expect(calendarOf({ holidays: 'none', terms: [] }).day('2027-10-01', 'room-301').holidaysLoaded).toBe(true);
  });

  it('knows no public holidays where none are wanted', () => {
    expect(calendarOf({ holidays: 'none', terms: [] }).day('2026-10-01', 'room-301').type).toBe('school');
  });
});

describe('the warning of missing holidays', () => {
  const at = (local: string) => Date.parse(`${local}+08:00`);
  it.each([
    ['2025-11-30T12:00', undefined],
    ['2026-10-31T23:59', undefined],
    ['2026-12-14T23:59', undefined],
    ['2026-12-15T00:00', '2027'],
    ['2027-03-01T08:00', '2027'],
    ['2019-06-01T08:00', '2019'],
  ])('at %s: %s', (local, year) => {
    const warning = noTerms.warning(at(local));
    if (year === undefined) expect(warning).toBeUndefined();
    else {
      expect(warning?.en).toContain(`holidays of ${year} not loaded`);
      expect(warning?.zh).toContain(`未载入 ${year} 年的节假日`);
    }
  });

  it('is silent where no holidays are wanted', () => {
    expect(calendarOf({ holidays: 'none' }).warning(at('2030-01-01T00:00'))).toBeUndefined();
  });
});
