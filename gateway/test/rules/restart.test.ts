import { describe, expect, it } from 'vitest';
import { createRuleEngine } from '../../src/rules/rule-engine.ts';
import { campus } from './campus.ts';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';
const load = {
  id: 'load',
  kind: 'threshold',
  metric: 'power_w',
  above: 5_000,
  for: '30m',
  select: { devices: ['meter-302'] },
};
const gate = {
  id: 'gate-open',
  kind: 'state-in-period',
  metric: 'door_open',
  for: '2m',
  select: { devices: ['gate-east'] },
};
const camera = { id: 'cam', kind: 'silent', select: { devices: ['cam-1'] } };

describe('a restart', () => {
  it('is not an outage: silence gets a grace, then a camera that died meanwhile is found', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('00:00:10').camera('cam-1').beats();
    day.at('00:00:20').restart();
    day.at('00:01:19').expect();
    day.at('00:02').expect('00:01:20 cam cam-1 firing since 00:00:10');
    day.at('02:00').restart();
    day.at('03:00').expect();
    day.at('03:00').camera('cam-1').beats();
    day.at('03:00:01').expect('03:00 cam cam-1 resolved since 00:00:10 (heard)');
  });

  it('lets `for` go on with its beginning', () => {
    const day = timetable(MONDAY, [gate]);
    day.at('23:00').door('gate-east').open();
    day.at('23:01').restart();
    day
      .at('23:03')
      .expect('23:00 gate-open gate-east pending since 23:00', '23:02 gate-open gate-east firing since 23:00');
    day.at('23:04').restart();
    day.at('23:10').expect();
  });

  it('fires on a gauge only after a look, and then with the old beginning', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.at('10:00:30').restart();
    day.at('10:45').restart();
    day.at('10:45:20').meter('meter-302').power(6_000);
    day
      .at('10:46')
      .expect(
        '10:00 load meter-302 pending since 10:00',
        '10:03:30 load meter-302 dropped since 10:00 (missing)',
        '10:45:20 load meter-302 pending since 10:45:20',
      );
    // Down from 11:00 to 11:20: nobody was there to miss a reading.
    for (let minute = 46; minute < 60; minute += 1) day.at(`10:${minute}`).meter('meter-302').power(6_000);
    day.offline('11:20');
    day.at('11:20').restart();
    day.at('11:20:10').expect();
    day.at('11:20:10').meter('meter-302').power(6_000);
    day.at('11:21').expect('11:20:10 load meter-302 firing since 10:45:20');
  });

  it('drops a pending gauge that nobody reports after it', () => {
    const day = timetable(MONDAY, [load]);
    day.at('10:00').meter('meter-302').power(6_000);
    day.offline('10:50');
    day.at('10:50').restart();
    day
      .at('11:00')
      .expect('10:00 load meter-302 pending since 10:00', '10:53 load meter-302 dropped since 10:00 (missing)');
  });

  it('goes through a period that began while the process was down', () => {
    const day = timetable(MONDAY, [gate]);
    day.at('21:00').door('gate-east').open();
    day.offline('22:30');
    day.at('22:30').restart();
    day
      .at('22:30:01')
      .expect('22:00 gate-open gate-east pending since 22:00', '22:02 gate-open gate-east firing since 22:00');
  });

  it('judges a slow reading no earlier than what was done before', () => {
    const day = timetable(MONDAY, [{ ...gate, for: '0s' }, load]);
    day.at('21:00').door('gate-east').close();
    day.at('22:00:20').meter('meter-302').power(100);
    day.at('22:00:30').restart();
    day.at('22:00:40').reading('gate-east', 'door_open', 1, { ts: '21:59:30' });
    day.at('22:05').expect('22:00:19 gate-open gate-east firing since 22:00:19');
  });

  it('resolves alerts of rules that were taken out meanwhile', () => {
    const set = campus([gate]);
    const at = set.calendar.dayBounds(MONDAY).from + 23 * 3_600_000;
    const engine = createRuleEngine({ ...set, now: at });
    engine.reading({ device: 'gate-east', metric: 'door_open', ts: at, value: 1, flags: 0, receivedAt: at });
    engine.advance(at + 300_000);
    const rows = new Map(
      [...engine.takeDirty()].flatMap(([key, text]) => (text === null ? [] : [[key, text] as const])),
    );
    const next = createRuleEngine({ ...campus([]), state: rows, now: at + 400_000 });
    expect(next.resume(at + 400_000)).toMatchObject([
      { rule: 'gate-open', device: 'gate-east', to: 'resolved', reason: 'rule-removed', since: at },
    ]);
    expect([...next.takeDirty()].filter(([key]) => key !== 'w')).toEqual([
      ['d/gate-east', null],
      ['c/gate-open/gate-east', null],
    ]);
  });

  it('survives rows it cannot read', () => {
    const set = campus([gate, camera]);
    const at = set.calendar.dayBounds(MONDAY).from;
    const rows = new Map([
      ['d/gate-east', '{"old":1}'],
      ['c/gate-open/gate-east', '[]'],
      ['w', 'x'],
    ]);
    const engine = createRuleEngine({ ...set, state: rows, now: at });
    engine.resume(at);
    expect(engine.advance(at + 3_600_000).map(({ rule, reason }) => `${rule} ${reason}`)).toEqual(['cam never-seen']);
  });
});

describe('a device out of sight', () => {
  it('neither fires nor resolves, and is judged at once from what was last known', () => {
    const day = timetable(MONDAY, [gate]);
    day.at('23:00').door('gate-east').open();
    day.at('23:01').unknown('gate-east', 'store-down');
    day.at('23:10').expect('23:00 gate-open gate-east pending since 23:00');
    day.at('23:10').unknown('gate-east', null);
    day.at('23:10:01').expect('23:10 gate-open gate-east firing since 23:00');
    day.at('23:20').unknown('gate-east', 'store-down');
    day.at('23:25').door('gate-east').close();
    day.at('23:30').expect('23:20 gate-open gate-east unknown since 23:00 (store-down)');
    day.at('23:30').unknown('gate-east', null);
    day.at('23:31').expect('23:30 gate-open gate-east resolved since 23:00 (cleared)');
  });

  it('stays firing over the end of the period, which is noticed afterwards', () => {
    const day = timetable(MONDAY, [{ ...gate, for: '0s' }]);
    day.at('23:00').door('gate-east').open();
    day.at('+1 06:00').unknown('gate-east', 'store-down');
    day.at('+1 08:00').unknown('gate-east', null);
    day
      .at('+1 08:01')
      .expect(
        '23:00 gate-open gate-east firing since 23:00',
        '+1 06:00 gate-open gate-east unknown since 23:00 (store-down)',
        '+1 08:00 gate-open gate-east resolved since 23:00 (period-ended)',
      );
  });

  it('is not silent meanwhile and has a grace afterwards', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('00:00:10').camera('cam-1').beats();
    day.at('00:00:20').unknown('cam-1', 'store-down');
    day.at('00:10').unknown('cam-1', null);
    day.at('00:10:59').expect();
    day.at('00:12').expect('00:11 cam cam-1 firing since 00:00:10');
  });

  it('forgets the reason at a restart', () => {
    const day = timetable(MONDAY, [{ ...gate, for: '0s' }]);
    day.at('23:00').unknown('gate-east', 'store-down');
    day.at('23:01').door('gate-east').open();
    day.at('23:02').restart();
    day.at('23:03').expect('23:02 gate-open gate-east firing since 23:02');
  });
});

describe('a reload', () => {
  it('resolves what is no longer watched, keeps what is, and judges by the new rules at once', () => {
    const day = timetable(MONDAY, [
      { ...gate, for: '0s' },
      { ...gate, id: 'other', for: '0s' },
      { ...gate, id: 'waiting', for: '3h' },
    ]);
    day.at('23:00').door('gate-east').open();
    day.at('23:01').reload([
      { ...gate, for: '5m' },
      { ...gate, id: 'new', for: '0s' },
    ]);
    day
      .at('23:30')
      .expect(
        '23:00 gate-open gate-east firing since 23:00',
        '23:00 other gate-east firing since 23:00',
        '23:00 waiting gate-east pending since 23:00',
        '23:01 other gate-east resolved since 23:00 (rule-removed)',
        '23:01 waiting gate-east dropped since 23:00 (rule-removed)',
        '23:01 new gate-east firing since 23:01',
      );
    day.at('23:40').restart();
    day.at('23:40').reload([{ ...gate, enabled: false }]);
    day
      .at('23:41')
      .expect(
        '23:40 gate-open gate-east resolved since 23:00 (rule-removed)',
        '23:40 new gate-east resolved since 23:01 (rule-removed)',
      );
  });

  it('shows devices again that a removed silence had hidden', () => {
    const alive = { id: 'alive', kind: 'silent', select: { devices: ['gate-east'] } };
    const day = timetable(MONDAY, [alive, { ...gate, for: '0s' }]);
    day.at('00:00').door('gate-east').open();
    day.at('00:10').reload([{ ...gate, for: '0s' }]);
    day
      .at('00:11')
      .expect(
        '00:00 gate-open gate-east firing since 00:00',
        '00:03 alive gate-east firing since 00:00',
        '00:03 gate-open gate-east unknown since 00:00 (device-silent)',
        '00:10 alive gate-east resolved since 00:00 (rule-removed)',
        '00:10 gate-open gate-east known since 00:00 (state)',
      );
  });
});

describe('a clock that is put back', () => {
  it('does not hold judgement up until the old time is reached again', () => {
    const day = timetable(MONDAY, [{ ...gate, for: '0s' }]);
    day.at('23:30').door('gate-east').close();
    day.at('23:31').expect();
    day.resumeAt('22:30');
    day.at('22:31').door('gate-east').open();
    day.at('22:32').expect('22:31 gate-open gate-east firing since 22:31');
    day.at('22:33').door('gate-east').close();
    day.at('22:33').restart();
    day.at('22:34').door('gate-east').open();
    day
      .at('22:35')
      .expect(
        '22:33 gate-open gate-east resolved since 22:31 (cleared)',
        '22:34 gate-open gate-east firing since 22:34',
      );
  });

  it.each([[false], [true]])('comes to the start of a period a second time; restarted: %s', (isRestarted) => {
    const day = timetable(MONDAY, [{ ...gate, for: '0s' }]);
    day.at('23:30').door('gate-east').close();
    day.resumeAt('21:30');
    if (isRestarted) day.at('21:35').restart();
    day.at('21:40').door('gate-east').open();
    day.at('22:05').expect('22:00 gate-open gate-east firing since 22:00');
  });

  it('ends nothing before its beginning: what began at a time that comes again began when the clock was put', () => {
    const day = timetable(MONDAY, [{ ...gate, for: '0s', clearDelay: '1m' }]);
    day.at('22:59').door('gate-east').close();
    day.at('23:00').door('gate-east').open();
    day.at('23:01').restart();
    day.resumeAt('22:50');
    day.at('22:53').door('gate-east').close();
    day
      .at('22:55')
      .expect(
        '23:00 gate-open gate-east firing since 23:00',
        '22:54 gate-open gate-east resolved since 22:50 (cleared)',
      );
    day.at('22:56').door('gate-east').open();
    day.at('22:58').unknown('gate-east', 'store-down');
    day.resumeAt('22:57');
    day.at('22:57:30').door('gate-east').close();
    day.at('23:10');
    expect(day.take().at(-1)).toMatchObject({
      since: day.instant('22:56'),
      until: day.instant('22:57:30'),
      excess: 1.5,
    });
    day.at('23:20').door('gate-east').open();
    day.resumeAt('23:15');
    day.at('23:17').door('gate-east').close();
    day.at('23:19');
    expect(day.take().at(-1)).toMatchObject({ since: day.instant('23:15'), until: day.instant('23:17'), excess: 2 });
  });

  it('hears a device again at once that was silent before', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('01:00').camera('cam-1').beats();
    day.at('01:05');
    expect(day.take().at(-1)).toMatchObject({ to: 'firing', since: day.instant('01:00') });
    day.resumeAt('00:30');
    day.at('00:31').camera('cam-1').beats();
    day.at('00:31:01').expect('00:31 cam cam-1 resolved since 00:30 (heard)');
  });
});
