import { describe, expect, it } from 'vitest';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';
const leftOn = {
  id: 'left-on',
  kind: 'closed-hours-power',
  aboveW: 200,
  clearBelowW: 150,
  for: '10m',
  select: { devices: ['meter-302'] },
};

/** One sample a minute from `from` up to, not including, `to` minutes after 22:00. */
function run(day: ReturnType<typeof timetable>, device: string, from: number, to: number, watts: number): void {
  for (let minute = from; minute < to; minute += 1) {
    const time = `${minute < 120 ? '' : '+1 '}${String((22 + Math.floor(minute / 60)) % 24).padStart(2, '0')}:${String(((minute % 60) + 60) % 60).padStart(2, '0')}`;
    day.at(time).meter(device).power(watts);
  }
}

describe('power in closed hours', () => {
  it('begins when the place closes with the power still on, and adds the energy above the level', () => {
    const day = timetable(MONDAY, [leftOn]);
    run(day, 'meter-302', -30, 60, 1_400);
    run(day, 'meter-302', 60, 62, 100);
    const [pending, firing, resolved] = day.take();
    expect(pending).toMatchObject({ to: 'pending', at: day.instant('22:00'), excess: 0, unit: 'kWh' });
    expect(firing).toMatchObject({
      to: 'firing',
      at: day.instant('22:10'),
      since: day.instant('22:00'),
      excess: 0.2,
      yuan: 0.1,
    });
    // 1.2 kW above the level for one hour at 0.50 yuan.
    expect(resolved).toMatchObject({ to: 'resolved', at: day.instant('23:00'), excess: 1.2, unit: 'kWh', yuan: 0.6 });
  });

  it('ends when the place opens', () => {
    const day = timetable(MONDAY, [leftOn]);
    run(day, 'meter-302', 0, 600, 1_200);
    expect(day.take().at(-1)).toMatchObject({
      to: 'resolved',
      reason: 'period-ended',
      at: day.instant('+1 07:00'),
      excess: 9,
    });
  });

  it('counts a sample only as long as it stands, so that a gap adds nothing', () => {
    const day = timetable(MONDAY, [leftOn]);
    run(day, 'meter-302', 0, 31, 1_200);
    run(day, 'meter-302', 90, 121, 1_200);
    run(day, 'meter-302', 121, 122, 0);
    const news = day.take();
    expect(news.map(({ to, reason }) => `${to} ${reason}`)).toEqual([
      'pending closed-hours',
      'firing closed-hours',
      'unknown missing',
      'known closed-hours',
      'resolved cleared',
    ]);
    // 30 min, the 3 min the last sample stands, 31 min.
    expect(news.at(-1)?.excess).toBeCloseTo(64 / 60, 3);
  });

  it('is over when it was last seen to hold: time and energy agree', () => {
    const day = timetable(MONDAY, [leftOn]);
    run(day, 'meter-302', 0, 31, 1_200);
    run(day, 'meter-302', 90, 100, 0);
    const [unknown, resolved] = day.take().slice(-2);
    expect([unknown?.to, resolved?.to]).toEqual(['unknown', 'resolved']);
    expect(unknown?.excess).toBeGreaterThan(0);
    const { until, excess, yuan } = unknown ?? expect.fail();
    expect(resolved).toMatchObject({ until, excess, yuan });
  });

  it('has no yuan without a tariff', () => {
    const day = timetable(MONDAY, [{ ...leftOn, select: { devices: ['meter-shop'] } }]);
    run(day, 'meter-shop', 0, 20, 1_200);
    expect(day.take().at(-1)).toMatchObject({ to: 'firing', excess: 0.167, yuan: null });
  });

  it('takes the price of the day', () => {
    const day = timetable('2026-12-01', [leftOn]);
    run(day, 'meter-302', 0, 61, 1_200);
    run(day, 'meter-302', 61, 62, 0);
    expect(day.take().at(-1)).toMatchObject({ to: 'resolved', excess: 1.017, yuan: 0.61 });
  });
});
