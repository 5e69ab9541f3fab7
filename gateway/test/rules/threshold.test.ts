import { describe, expect, it } from 'vitest';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';
const hot = {
  id: 'load',
  kind: 'threshold',
  metric: 'power_w',
  above: 5_000,
  clearBelow: 4_000,
  select: { devices: ['meter-302'] },
  clearDelay: '3m',
};

describe('threshold', () => {
  it('fires above the level and resolves below the clear level after the clear delay', () => {
    const day = timetable(MONDAY, [hot]);
    day.at('10:00').meter('meter-302').power(5_000);
    day.at('10:01').meter('meter-302').power(5_001);
    day.at('10:02').meter('meter-302').power(4_500);
    day.at('10:03').meter('meter-302').power(4_000);
    day.at('10:04').meter('meter-302').power(3_900);
    day.at('10:05').meter('meter-302').power(3_900);
    day
      .at('10:07')
      .expect('10:01 load meter-302 firing since 10:01', '10:06 load meter-302 resolved since 10:01 (cleared)');
  });

  it('does not flap: what comes back within the clear delay goes on', () => {
    const day = timetable(MONDAY, [hot]);
    for (const [time, watts] of [
      ['10:00', 6_000],
      ['10:01', 3_000],
      ['10:02', 6_000],
      ['10:03', 3_000],
      ['10:05', 3_000],
      ['10:05:59', 4_100],
      ['10:07', 3_000],
      ['10:09', 3_000],
    ] as const) {
      day.at(time).meter('meter-302').power(watts);
    }
    day
      .at('10:30')
      .expect('10:00 load meter-302 firing since 10:00', '10:10 load meter-302 resolved since 10:00 (cleared)');
  });

  it('needs the value beyond the level itself while `for` runs', () => {
    const day = timetable(MONDAY, [{ ...hot, for: '2m' }]);
    day.at('10:00').meter('meter-302').power(5_500);
    day.at('10:01').meter('meter-302').power(4_900);
    day
      .at('10:02')
      .expect('10:00 load meter-302 pending since 10:00', '10:01 load meter-302 dropped since 10:00 (cleared)');
  });

  it('watches what falls below a level', () => {
    const day = timetable(MONDAY, [
      {
        id: 'volt',
        kind: 'threshold',
        metric: 'voltage_v',
        below: 198,
        clearAbove: 205,
        select: { devices: ['meter-302'] },
      },
    ]);
    day.at('10:00').reading('meter-302', 'voltage_v', 198);
    day.at('10:01').reading('meter-302', 'voltage_v', 190);
    day.at('10:02').reading('meter-302', 'voltage_v', 204);
    day.at('10:03').reading('meter-302', 'voltage_v', 205);
    day
      .at('10:04')
      .expect('10:01 volt meter-302 firing since 10:01', '10:03 volt meter-302 resolved since 10:01 (cleared)');
  });

  it('reports the worst value', () => {
    const day = timetable(MONDAY, [{ ...hot, clearDelay: '0s' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:01').meter('meter-302').power(7_500);
    day.at('10:02').meter('meter-302').power(1_000);
    expect(day.take().map(({ to, excess, unit, yuan }) => ({ to, excess, unit, yuan }))).toEqual([
      { to: 'firing', excess: 1_000, unit: 'W', yuan: null },
      { to: 'resolved', excess: 2_500, unit: 'W', yuan: null },
    ]);
  });
});

describe('missing values', () => {
  it('never resolve: unknown after three intervals, known again with the next reading', () => {
    const day = timetable(MONDAY, [{ ...hot, clearDelay: '0s' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day
      .at('12:00')
      .expect('10:00 load meter-302 firing since 10:00', '10:03 load meter-302 unknown since 10:00 (missing)');
    day.at('12:00').meter('meter-302').power(6_000);
    day.at('12:01').meter('meter-302').power(1_000);
    day
      .at('12:02')
      .expect('12:00 load meter-302 known since 10:00 (above)', '12:01 load meter-302 resolved since 10:00 (cleared)');
  });

  it('end it when it was last known to hold, and what went unseen is told as past', () => {
    const day = timetable(MONDAY, [{ ...hot, clearDelay: '1m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('12:00').meter('meter-302').power(1_000);
    day.at('12:00:30').meter('meter-302').power(1_000);
    day.at('12:02');
    const [, unknown, known, resolved] = day.take();
    const until = day.instant('10:03');
    expect(unknown).toMatchObject({ to: 'unknown', until });
    expect(known).toMatchObject({ to: 'known', at: day.instant('12:00'), until });
    expect(known?.sentence.zh).toContain('10:00 至 10:03 功率 6 kW，高于 5 kW。');
    expect(known?.sentence.zh).not.toContain('请去查看');
    expect(resolved).toMatchObject({ to: 'resolved', at: day.instant('12:01'), until });
    expect(resolved?.sentence.zh).toContain('10:00 至 10:03 ');
  });

  it('leave the end where it went, when it had gone before', () => {
    const day = timetable(MONDAY, [{ ...hot, clearDelay: '10m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:01').meter('meter-302').power(1_000);
    for (let minute = 0; minute < 12; minute += 1)
      day
        .at(`12:${minute + 10}`)
        .meter('meter-302')
        .power(1_000);
    const until = day.instant('10:01');
    expect(day.take().map(({ to, until: end }) => [to, end - until])).toEqual([
      ['firing', -60_000],
      ['unknown', 0],
      ['known', 0],
      ['resolved', 0],
    ]);
  });

  it('lie within it when it still holds after them', () => {
    const day = timetable(MONDAY, [{ ...hot, clearDelay: '1m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('12:00').meter('meter-302').power(6_000);
    day.at('12:01').meter('meter-302').power(1_000);
    day.at('12:03');
    expect(day.take().at(-1)).toMatchObject({ to: 'resolved', until: day.instant('12:01') });
  });

  it('do not fill `for`', () => {
    const day = timetable(MONDAY, [{ ...hot, for: '10m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day
      .at('10:20')
      .expect('10:00 load meter-302 pending since 10:00', '10:03 load meter-302 dropped since 10:00 (missing)');
  });

  it('do not fill the clear delay', () => {
    const day = timetable(MONDAY, [{ ...hot, clearDelay: '10m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:01').meter('meter-302').power(1_000);
    day
      .at('11:00')
      .expect('10:00 load meter-302 firing since 10:00', '10:04 load meter-302 unknown since 10:00 (missing)');
  });

  it('are no question for a state, which stands until the next one', () => {
    const day = timetable(MONDAY, [
      {
        id: 'leak',
        kind: 'threshold',
        metric: 'water_leak',
        above: 0.5,
        for: '1h',
        select: { devices: ['meter-302'] },
      },
    ]);
    day.at('10:00').reading('meter-302', 'water_leak', 1);
    day.at('12:00').expect('10:00 leak meter-302 pending since 10:00', '11:00 leak meter-302 firing since 10:00');
  });
});
