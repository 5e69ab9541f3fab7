/** What people enter at a meter, as rules see it: no sign of its life, and a swap is no leak, no lifetime and no gap. */
import { expect, test } from 'vitest';
import { SWAP_BITS } from '#contract/readings.ts';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';

test('a meter that somebody read by hand is still silent', () => {
  const day = timetable(MONDAY, [{ id: 'quiet', kind: 'silent', after: '10m', select: { devices: ['water-dorm'] } }]);
  day.at('00:00').meter('water-dorm').register(100);
  day.at('00:05').reading('water-dorm', 'water_total_m3', 100.5, { flag: 'manual' });
  day.at('01:00');
  const [firing] = day.take();
  expect(firing).toMatchObject({ rule: 'quiet', to: 'firing', since: day.instant('00:00') });
  day.at('01:10').reading('water-dorm', 'water_total_m3', 101, { flag: 'manual' });
  day.at('01:20').expect();
});

test.each([
  ['with the two readings that were signed', true],
  ['without them the hour is not valid', false],
])('a swap in the night of a leak: %s', (_, signed) => {
  const leak = {
    id: 'leak',
    kind: 'never-zero-flow',
    minLph: 5,
    days: 1,
    minHours: 24,
    select: { devices: ['water-dorm'] },
  };
  const day = timetable(MONDAY, [leak]);
  const clock = (minute: number): string =>
    `${minute >= 1_440 ? '+1 ' : ''}${String(Math.floor((minute % 1_440) / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  // 60 L/h all day; the meter is replaced at 03:02.
  for (let minute = 0; minute <= 1_440 + 60; minute += 5) {
    const isOld = minute <= 180;
    if (minute === 185 && signed) {
      day.at('03:02').reading('water-dorm', 'water_total_m3', 100.182, { flag: 'manual' });
      day.at('03:02:00.001').reading('water-dorm', 'water_total_m3', 0, { flags: SWAP_BITS });
    }
    const m3 = isOld ? 100 + minute / 1_000 : (minute - 182) / 1_000;
    day
      .at(clock(minute))
      .meter('water-dorm')
      .register(Number(m3.toFixed(6)));
  }
  const fired = day.take().filter(({ to }) => to === 'firing');
  expect(fired).toHaveLength(signed ? 1 : 0);
  if (signed) expect(fired[0]?.excess).toBeCloseTo((60 * 24.1667) / 1_000, 1);
});
