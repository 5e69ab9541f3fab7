import { describe, it } from 'vitest';
import { timetable } from './timetable.ts';

/** Mon 12 Oct 2026; the gate is open 07:00–22:00 on school days, 09:00–12:00 at weekends. */
const MONDAY = '2026-10-12';
const gateOpen = {
  id: 'gate-open',
  kind: 'state-in-period',
  metric: 'door_open',
  select: { devices: ['gate-east'] },
  for: '2m',
};

describe('door open in closed hours', () => {
  it('fires when it has been open for two minutes and resolves when it closes', () => {
    const day = timetable(MONDAY, [gateOpen]);
    day.at('22:30').door('gate-east').open();
    day
      .at('22:40')
      .expect('22:30 gate-open gate-east pending since 22:30', '22:32 gate-open gate-east firing since 22:30');
    day.at('22:45').door('gate-east').close();
    day.at('23:00').expect('22:45 gate-open gate-east resolved since 22:30 (cleared)');
  });

  it('drops what does not last', () => {
    const day = timetable(MONDAY, [gateOpen]);
    day.at('22:30').door('gate-east').open();
    day.at('22:31:59').door('gate-east').close();
    day
      .at('23:00')
      .expect(
        '22:30 gate-open gate-east pending since 22:30',
        '22:31:59 gate-open gate-east dropped since 22:30 (cleared)',
      );
  });

  it('says nothing in opening hours and begins with the closed hours when the door is still open', () => {
    const day = timetable(MONDAY, [gateOpen]);
    day.at('14:00').door('gate-east').open();
    day.at('21:59:59').expect();
    day
      .at('22:10')
      .expect('22:00 gate-open gate-east pending since 22:00', '22:02 gate-open gate-east firing since 22:00');
  });

  it('ends with the closed hours, clear delay or not, and starts anew the next night', () => {
    const day = timetable(MONDAY, [{ ...gateOpen, clearDelay: '10m' }]);
    day.at('23:00').door('gate-east').open();
    day
      .at('23:10')
      .expect('23:00 gate-open gate-east pending since 23:00', '23:02 gate-open gate-east firing since 23:00');
    day.at('+1 12:00').expect('+1 07:00 gate-open gate-east resolved since 23:00 (period-ended)');
    day
      .at('+1 22:30')
      .expect(
        '+1 22:00 gate-open gate-east pending since +1 22:00',
        '+1 22:02 gate-open gate-east firing since +1 22:00',
      );
  });

  it('knows weekends, make-up Saturdays and public holidays', () => {
    const day = timetable('2026-10-01', [{ ...gateOpen, for: '0s' }]);
    day.at('08:00').door('gate-east').open();
    day.at('08:01').expect('08:00 gate-open gate-east firing since 08:00');
    day.at('+8 23:00').door('gate-east').close();
    day
      .at('+8 23:01')
      .expect(
        '+2 09:00 gate-open gate-east resolved since 08:00 (period-ended)',
        '+2 12:00 gate-open gate-east firing since +2 12:00',
        '+3 09:00 gate-open gate-east resolved since +2 12:00 (period-ended)',
        '+3 12:00 gate-open gate-east firing since +3 12:00',
        '+4 07:00 gate-open gate-east resolved since +3 12:00 (period-ended)',
        '+4 22:00 gate-open gate-east firing since +4 22:00',
        '+5 07:00 gate-open gate-east resolved since +4 22:00 (period-ended)',
        '+5 22:00 gate-open gate-east firing since +5 22:00',
        '+6 07:00 gate-open gate-east resolved since +5 22:00 (period-ended)',
        '+6 22:00 gate-open gate-east firing since +6 22:00',
        '+7 07:00 gate-open gate-east resolved since +6 22:00 (period-ended)',
        '+7 22:00 gate-open gate-east firing since +7 22:00',
        '+8 07:00 gate-open gate-east resolved since +7 22:00 (period-ended)',
        '+8 22:00 gate-open gate-east firing since +8 22:00',
        '+8 23:00 gate-open gate-east resolved since +8 22:00 (cleared)',
      );
    // Sat 10 Oct is worked: open at 13:00, when other Saturdays are closed.
    day.at('+9 13:00').door('gate-east').open();
    day.at('+9 13:30').door('gate-east').close();
    day.at('+9 23:00').expect();
    day.at('+16 13:00').door('gate-east').open();
    day.at('+16 13:30').door('gate-east').close();
    day
      .at('+16 23:00')
      .expect(
        '+16 13:00 gate-open gate-east firing since +16 13:00',
        '+16 13:30 gate-open gate-east resolved since +16 13:00 (cleared)',
      );
  });

  it('takes opening hours past midnight', () => {
    const day = timetable(MONDAY, [{ ...gateOpen, for: '0s', select: { devices: ['door-night'] } }]);
    day.at('23:00').door('door-night').open();
    day.at('+1 01:59').expect();
    day.at('+1 02:30').door('door-night').close();
    day
      .at('+1 03:00')
      .expect(
        '+1 02:00 gate-open door-night firing since +1 02:00',
        '+1 02:30 gate-open door-night resolved since +1 02:00 (cleared)',
      );
  });

  it.each([
    ['spring', '2026-03-29'],
    ['autumn', '2026-10-25'],
  ])('keeps to the wall clock on the day the clocks change in %s', (_, date) => {
    const day = timetable(date, [{ ...gateOpen, for: '0s' }], { timeZone: 'Europe/Berlin' });
    day.at('-1 20:00').door('gate-east').open();
    day.at('-1 20:30').door('gate-east').close();
    day.at('08:00').door('gate-east').open();
    day.at('13:00').door('gate-east').close();
    day
      .at('14:00')
      .expect(
        '-1 20:00 gate-open gate-east firing since -1 20:00',
        '-1 20:30 gate-open gate-east resolved since -1 20:00 (cleared)',
        '08:00 gate-open gate-east firing since 08:00',
        '09:00 gate-open gate-east resolved since 08:00 (period-ended)',
        '12:00 gate-open gate-east firing since 12:00',
        '13:00 gate-open gate-east resolved since 12:00 (cleared)',
      );
  });

  it('can watch a bell period', () => {
    const day = timetable(MONDAY, [
      { ...gateOpen, id: 'study', for: '0s', period: 'bell:study', select: { devices: ['door-302'] } },
    ]);
    day.at('18:00').door('door-302').open();
    day
      .at('23:00')
      .expect('19:00 study door-302 firing since 19:00', '21:00 study door-302 resolved since 19:00 (period-ended)');
  });
});
