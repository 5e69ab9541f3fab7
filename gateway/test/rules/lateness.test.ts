import { describe, expect, it } from 'vitest';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';
const load = { id: 'load', kind: 'threshold', metric: 'power_w', above: 5_000, select: { devices: ['meter-302'] } };
const gate = { id: 'gate-open', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } };

describe('readings that are not simply new', () => {
  it('judges a reading at its own time, not at that of its arrival', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:00:00.4').reading('meter-302', 'power_w', 6_000, { ts: '10:00' });
    day.at('10:00:01').expect('10:00 load meter-302 firing since 10:00');
  });

  it('counts a reading that was under way before a deadline of its time', () => {
    const day = timetable(MONDAY, [{ ...load, for: '2m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:02:00.1');
    day.at('10:02:00.3').reading('meter-302', 'power_w', 100, { ts: '10:01:59.9' });
    day
      .at('10:05')
      .expect('10:00 load meter-302 pending since 10:00', '10:01:59 load meter-302 dropped since 10:00 (cleared)');
  });

  it('passes a deadline that lies before a reading, however shortly', () => {
    const day = timetable(MONDAY, [{ ...load, for: '2m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:02:00.2').meter('meter-302').power(100);
    day
      .at('10:03')
      .expect(
        '10:00 load meter-302 pending since 10:00',
        '10:02 load meter-302 firing since 10:00',
        '10:02 load meter-302 resolved since 10:00 (cleared)',
      );
  });

  it('does not judge what is older than two intervals', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:05').reading('meter-302', 'power_w', 6_000, { ts: '10:02:59' });
    day.at('10:06').expect();
    day.at('10:06').reading('meter-302', 'power_w', 6_000, { ts: '10:04:30' });
    day.at('10:06:01').expect('10:04:30 load meter-302 firing since 10:04:30');
  });

  it('does not judge what was flagged late', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:05').reading('meter-302', 'power_w', 6_000, { flag: 'late' });
    day.at('10:06').expect();
  });

  it('does not go back behind a newer reading of the series', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:00').meter('meter-302').power(100);
    day.at('10:00:30').reading('meter-302', 'power_w', 9_000, { ts: '09:59:50' });
    day.at('10:01').expect();
  });

  it('takes a duplicate for nothing, and the first of two values of one instant', () => {
    const day = timetable(MONDAY, [{ ...load, clearDelay: '2m' }]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:01').meter('meter-302').power(100);
    day.at('10:01:20').reading('meter-302', 'power_w', 100, { ts: '10:01' });
    day.at('10:01:40').reading('meter-302', 'power_w', 9_000, { ts: '10:01' });
    day
      .at('10:04')
      .expect('10:00 load meter-302 firing since 10:00', '10:03 load meter-302 resolved since 10:00 (cleared)');
  });

  it('takes both of two states of one instant, in the order of arrival', () => {
    const day = timetable(MONDAY, [gate]);
    day.at('23:00').door('gate-east').open();
    day.at('23:00').door('gate-east').close();
    day.at('23:00').door('gate-east').open();
    day
      .at('23:01')
      .expect(
        '23:00 gate-open gate-east firing since 23:00',
        '23:00 gate-open gate-east resolved since 23:00 (cleared)',
        '23:00 gate-open gate-east firing since 23:00',
      );
  });

  it('takes a replayed reading for no event, no end and no sign of life', () => {
    const day = timetable(MONDAY, [gate, { id: 'alive', kind: 'silent', select: { devices: ['gate-east'] } }]);
    day.at('23:00').reading('gate-east', 'door_open', 1, { flag: 'replayed' });
    day.at('23:01').expect('00:03 alive gate-east firing since 00:00');
    day.at('23:01').door('gate-east').open();
    day.at('23:02').reading('gate-east', 'door_open', 0, { flag: 'replayed' });
    day
      .at('23:02:30')
      .expect('23:01 alive gate-east resolved since 00:00 (heard)', '23:01 gate-open gate-east firing since 23:01');
  });

  it('does not let a clock that is ahead start an alert in the future', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:00').reading('meter-302', 'power_w', 6_000, { ts: '10:08' });
    day.at('10:00:01').expect('10:00 load meter-302 firing since 10:00');
  });

  it.each([
    ['nine minutes ahead', '23:09', '23:00:03'],
    ['nine minutes ahead, then slow', '23:09', '22:59:58'],
    ['ahead by jitter', '23:00:01.9', '23:00:01'],
  ])('lets a door that was %s be closed by what comes next', (_, said, next) => {
    const day = timetable(MONDAY, [gate]);
    day.at('23:00').reading('gate-east', 'door_open', 1, { ts: said });
    day.at('23:00:02').restart();
    day.at('23:00:03').reading('gate-east', 'door_open', 0, { ts: next });
    const lines = day.take().map(({ to, device }) => `${device} ${to}`);
    expect(lines).toEqual(['gate-east firing', 'gate-east resolved']);
  });
});
