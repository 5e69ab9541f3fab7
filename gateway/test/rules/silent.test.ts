import { describe, it } from 'vitest';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';
const camera = { id: 'cam', kind: 'silent', select: { kind: 'camera', devices: ['cam-1'] } };
const network = [
  { id: 'net', kind: 'silent', select: { kind: 'switch' }, severity: 'critical' },
  { id: 'cam', kind: 'silent', select: { kind: 'camera' } },
];

describe('silent device', () => {
  it('fires three intervals after the last sign of life and resolves with the next', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('00:00:10').camera('cam-1').beats();
    day.at('00:00:20').camera('cam-1').beats();
    day.at('00:05').camera('cam-1').beats();
    day
      .at('00:05:01')
      .expect('00:00:50 cam cam-1 firing since 00:00:20', '00:05 cam cam-1 resolved since 00:00:20 (heard)');
  });

  it('takes a time of its own, `for` and a clear delay', () => {
    const day = timetable(MONDAY, [{ ...camera, after: '1m', for: '30s', clearDelay: '1m' }]);
    day.at('00:00').camera('cam-1').beats();
    day.at('00:02').camera('cam-1').beats();
    // Silent again by the end of the clear delay: the same episode goes on.
    day.at('00:03:30').camera('cam-1').beats();
    day.at('00:04:20').camera('cam-1').beats();
    day
      .at('00:05')
      .expect(
        '00:01 cam cam-1 pending since 00:00',
        '00:01:30 cam cam-1 firing since 00:00',
        '00:04:30 cam cam-1 resolved since 00:00 (cleared)',
      );
  });

  it('finds a device that was never heard, after a grace', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('00:00:59').expect();
    day.at('00:02').camera('cam-1').beats();
    day.at('00:02:01').expect('00:01 cam cam-1 firing since 00:00', '00:02 cam cam-1 resolved since 00:00 (heard)');
  });

  it('does not take "off" for a sign of life', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('10:00').camera('cam-1').beats();
    day.at('10:00:20').camera('cam-1').saysOff();
    day.at('10:00:40').camera('cam-1').saysOff();
    day
      .at('10:01')
      .expect(
        '00:01 cam cam-1 firing since 00:00',
        '10:00 cam cam-1 resolved since 00:00 (heard)',
        '10:00:30 cam cam-1 firing since 10:00',
      );
  });

  it('takes a sign of life that carried no reading', () => {
    const day = timetable(MONDAY, [camera]);
    day.at('00:00:30').heard('cam-1');
    day.at('00:00:50').heard('cam-1');
    day.at('00:01:19').expect();
    day.at('00:02').expect('00:01:20 cam cam-1 firing since 00:00:50');
  });

  it('hears a device whose clock is wrong', () => {
    const day = timetable(MONDAY, [camera]);
    for (const time of ['10:00:00', '10:00:20', '10:00:40', '10:01:00', '10:01:20']) {
      day.at(time).reading('cam-1', 'camera_online', 1, { ts: '09:30' });
    }
    day.at('10:01:30').expect('00:01 cam cam-1 firing since 00:00', '10:00 cam cam-1 resolved since 00:00 (heard)');
  });
});

describe('a silent parent', () => {
  const everyoneBeats = (day: ReturnType<typeof timetable>, time: string): void => {
    for (const id of ['cam-1', 'cam-2', 'cam-3', 'cam-4', 'switch-a']) day.at(time).camera(id).beats();
  };

  it('explains the devices behind it, which do not fire one by one', () => {
    const day = timetable(MONDAY, network);
    everyoneBeats(day, '00:00:10');
    for (const id of ['cam-1', 'cam-2', 'cam-3']) day.at('00:00:12').camera(id).beats();
    // Camera 4 was heard at the same time as the switch and falls silent with it; the switch is noticed first.
    day.at('01:00').expect('00:00:40 net switch-a firing since 00:00:10');
    // The cameras get a grace to come back: 1 and 2 do, 3 and 4 alarm on their own.
    day.at('01:00').camera('switch-a').beats();
    for (const time of ['01:00:25', '01:00:50', '01:01:15', '01:01:40', '01:02:05']) {
      day.at(time).camera('switch-a').beats();
      day.at(time).camera('cam-1').beats();
      day.at(time).camera('cam-2').beats();
    }
    day
      .at('01:02:10')
      .expect(
        '01:00 net switch-a resolved since 00:00:10 (heard)',
        '01:01 cam cam-3 firing since 00:00:12',
        '01:01 cam cam-4 firing since 00:00:10',
      );
  });

  it('makes what already fires unknown, and known when it clears without waiting for a reading', () => {
    const day = timetable(MONDAY, network);
    day.at('00:00:10').camera('cam-1').beats();
    for (const time of ['00:00:20', '00:00:45']) {
      for (const id of ['cam-2', 'cam-3', 'cam-4', 'switch-a']) day.at(time).camera(id).beats();
    }
    day.at('00:05').camera('switch-a').beats();
    day
      .at('00:05:01')
      .expect(
        '00:00:40 cam cam-1 firing since 00:00:10',
        '00:01:15 net switch-a firing since 00:00:45',
        '00:01:15 cam cam-1 unknown since 00:00:10 (parent-silent)',
        '00:05 net switch-a resolved since 00:00:45 (heard)',
        '00:05 cam cam-1 known since 00:00:10 (silent)',
      );
  });

  it('explains nothing about a device that is heard', () => {
    const day = timetable(MONDAY, network);
    const beats = (id: string, times: readonly string[]): void => {
      for (const time of times) day.at(time).camera(id).beats();
    };
    everyoneBeats(day, '00:00:10');
    beats('cam-1', ['00:00:20', '00:00:30', '00:00:40', '00:00:50']);
    day.at('00:05').expect('00:00:40 net switch-a firing since 00:00:10', '00:01:20 cam cam-1 firing since 00:00:50');
  });

  it('does not hide a device that was heard before that silence was noticed', () => {
    const recording = {
      id: 'recording',
      kind: 'threshold',
      metric: 'camera_recording',
      below: 1,
      select: { devices: ['cam-1', 'cam-2'] },
    };
    const day = timetable(MONDAY, [network[0] ?? {}, recording]);
    day.at('00:00:10').camera('switch-a').beats();
    for (const id of ['cam-1', 'cam-2']) day.at('00:00:12').reading(id, 'camera_recording', 0);
    day.at('00:00:40.2').camera('cam-1').beats();
    day
      .at('00:01')
      .expect(
        '00:00:12 recording cam-1 firing since 00:00:12',
        '00:00:12 recording cam-2 firing since 00:00:12',
        '00:00:40 net switch-a firing since 00:00:10',
        '00:00:40 recording cam-2 unknown since 00:00:12 (parent-silent)',
      );
  });

  it('hides the other conditions of a silent device', () => {
    const day = timetable(MONDAY, [
      { id: 'alive', kind: 'silent', select: { devices: ['gate-east'] } },
      { id: 'gate-open', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } },
    ]);
    day.at('00:00:10').door('gate-east').open();
    day.at('08:00').door('gate-east').open();
    day
      .at('08:01')
      .expect(
        '00:00:10 gate-open gate-east firing since 00:00:10',
        '00:03:10 alive gate-east firing since 00:00:10',
        '00:03:10 gate-open gate-east unknown since 00:00:10 (device-silent)',
        '08:00 alive gate-east resolved since 00:00:10 (heard)',
        '08:00 gate-open gate-east resolved since 00:00:10 (period-ended)',
      );
  });
});
