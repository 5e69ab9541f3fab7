import { describe, expect, it } from 'vitest';
import { type Timetable, timetable } from './timetable.ts';

const MONDAY = '2026-10-12';
const leak = {
  id: 'leak',
  kind: 'never-zero-flow',
  minLph: 5,
  days: 2,
  minHours: 20,
  select: { devices: ['water-dorm'] },
};

const clock = (minute: number): string => {
  const day = Math.floor(minute / 1_440);
  const time = `${String(Math.floor((minute % 1_440) / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return day === 0 ? time : `+${day} ${time}`;
};

/** A register read every `step` minutes; `lph` per minute of the test. */
function pour(
  day: Timetable,
  from: number,
  to: number,
  lph: (minute: number) => number,
  start = 100,
  step = 5,
): number {
  let m3 = start;
  for (let minute = from; minute <= to; minute += step) {
    day
      .at(clock(minute))
      .meter('water-dorm')
      .register(Number(m3.toFixed(6)));
    m3 += (lph(minute) * step) / 60_000;
  }
  return m3;
}

const DAY = 1_440;

describe('water that never stops', () => {
  it('fires ten minutes after two whole days whose lowest hour is above the level, and says what was lost', () => {
    const day = timetable(MONDAY, [leak]);
    pour(day, 0, 2 * DAY + 60, (minute) => (minute % DAY < 360 ? 30 : 200));
    const [firing] = day.take();
    expect(firing).toMatchObject({
      to: 'firing',
      at: day.instant('+2 00:10'),
      since: day.instant('00:00'),
      excess: 1.445,
      unit: 'm³',
      yuan: 4.33,
    });
  });

  it('says nothing when one hour of the day is dry', () => {
    const day = timetable(MONDAY, [leak]);
    pour(day, 0, 4 * DAY, (minute) => (minute % DAY >= 180 && minute % DAY < 245 ? 0 : 60));
    day.at('+4 12:00').expect();
  });

  it('resolves with the first dry hour', () => {
    const day = timetable(MONDAY, [leak]);
    pour(day, 0, 2 * DAY + 300, (minute) => (minute < 2 * DAY + 90 ? 30 : 0));
    day
      .at('+2 06:00')
      .expect('+2 00:10 leak water-dorm firing since 00:00', '+2 03:00 leak water-dorm resolved since 00:00 (cleared)');
  });

  it('does not count a day with too few hours, and does not take it for dry', () => {
    const day = timetable(MONDAY, [leak]);
    const mid = pour(day, 0, DAY, () => 30);
    // Tuesday: five hours missing.
    const next = pour(day, DAY + 300, 2 * DAY, () => 30, mid);
    const end = pour(day, 2 * DAY + 5, 3 * DAY, () => 30, next);
    pour(day, 3 * DAY + 5, 4 * DAY + 5, () => 30, end);
    day.at('+4 00:20').expect('+4 00:10 leak water-dorm firing since +2 00:00');
  });

  it('is unknown after a day without data and known again after a wet one', () => {
    const day = timetable(MONDAY, [leak]);
    const m3 = pour(day, 0, 2 * DAY + 5, () => 30);
    pour(day, 3 * DAY, 4 * DAY + 5, () => 30, m3 + 1);
    day
      .at('+4 01:00')
      .expect(
        '+2 00:10 leak water-dorm firing since 00:00',
        '+3 00:10 leak water-dorm unknown since 00:00 (missing)',
        '+4 00:10 leak water-dorm known since 00:00 (never-zero)',
      );
  });

  it('makes the hour of an unexplained step invalid and goes on with the new register', () => {
    const day = timetable(MONDAY, [{ ...leak, minHours: 23 }]);
    const m3 = pour(day, 0, DAY + 600, () => 30, 100);
    expect(m3).toBeGreaterThan(100);
    pour(day, DAY + 605, 2 * DAY + 5, () => 30, 0);
    day.at('+2 01:00').expect('+2 00:10 leak water-dorm firing since 00:00');
    const strict = timetable(MONDAY, [{ ...leak, minHours: 24 }]);
    pour(strict, 0, DAY + 600, () => 30, 100);
    pour(strict, DAY + 605, 2 * DAY + 5, () => 30, 0);
    strict.at('+2 01:00').expect();
  });

  it('does not take a register that trembles for a flow', () => {
    const day = timetable(MONDAY, [leak]);
    for (let minute = 0; minute <= 2 * DAY + 5; minute += 5) {
      day
        .at(clock(minute))
        .meter('water-dorm')
        .register(minute % 10 === 0 ? 100 : 99.999);
    }
    day.at('+2 01:00').expect();
  });

  it('counts through a rollover', () => {
    const day = timetable(MONDAY, [{ ...leak, minHours: 24 }]);
    const wrap = (m3: number): number => (m3 >= 1_000_000 ? m3 - 1_000_000 : m3);
    let m3 = 999_999.5;
    for (let minute = 0; minute <= 2 * DAY + 5; minute += 5) {
      day
        .at(clock(minute))
        .meter('water-dorm')
        .register(wrap(Number(m3.toFixed(6))));
      m3 += 0.005;
    }
    day.at('+2 01:00').expect('+2 00:10 leak water-dorm firing since 00:00');
  });

  it('takes a flow gauge and half-hour amounts as well', () => {
    const day = timetable(MONDAY, [{ ...leak, select: { devices: ['water-flow', 'water-half-hour'] } }]);
    for (let minute = 0; minute <= 2 * DAY + 30; minute += 2) {
      day.at(clock(minute)).meter('water-flow').flow(40);
      if (minute % 30 === 0 && minute > 0) {
        day.at(clock(minute)).reading('water-half-hour', 'water_m3', 0.01, { ts: clock(minute - 30) });
      }
    }
    day
      .at('+2 02:00')
      .expect('+2 00:10 leak water-flow firing since 00:00', '+2 01:00 leak water-half-hour firing since 00:00');
  });

  it('lives with days of 23 and 25 hours', () => {
    for (const date of ['2026-03-28', '2026-10-24']) {
      const day = timetable(date, [{ ...leak, minHours: 23 }], { timeZone: 'Europe/Berlin' });
      const from = day.instant('00:00');
      const to = day.instant('+2 00:05');
      let m3 = 1;
      for (let at = from; at <= to; at += 300_000) {
        day
          .atMs(at)
          .meter('water-dorm')
          .register(Number(m3.toFixed(6)));
        m3 += 0.0025;
      }
      day.at('+2 01:00').expect('+2 00:10 leak water-dorm firing since 00:00');
    }
  });
});
