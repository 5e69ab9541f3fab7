import { describe, expect, it } from 'vitest';
import { timetable } from './timetable.ts';

const MONDAY = '2026-10-12';

describe('sentences', () => {
  it('name place, what, since when, how long, what to do and whose', () => {
    const day = timetable(MONDAY, [
      {
        id: 'gate-open',
        kind: 'state-in-period',
        metric: 'door_open',
        for: '2m',
        advice: { zh: '请去关好', en: 'Please close it' },
        select: { devices: ['gate-east'] },
      },
    ]);
    day.at('22:05').door('gate-east').open();
    day.at('22:20').door('gate-east').close();
    expect(day.take().map((one) => one.sentence)).toEqual([
      {
        zh: '东门门磁：自 22:05 起门开着（非开放时段）。请去关好。责任人：王师傅。',
        en: 'East gate sensor: door open outside opening hours since 22:05. Please close it. Responsible: 王师傅.',
      },
      {
        zh: '东门门磁：自 22:05 起门开着（非开放时段），已 2 分钟。请去关好。责任人：王师傅。',
        en: 'East gate sensor: door open outside opening hours since 22:05, 2 min so far. Please close it. Responsible: 王师傅.',
      },
      {
        zh: '东门门磁：22:05 至 22:20 门开着（非开放时段），共 15 分钟。',
        en: 'East gate sensor: door open outside opening hours from 22:05 to 22:20, 15 min in all.',
      },
    ]);
  });

  it('give building and room, the power, the energy and what it costs', () => {
    const day = timetable(MONDAY, [
      {
        id: 'left-on',
        kind: 'closed-hours-power',
        aboveW: 200,
        for: '10m',
        select: { devices: ['meter-302', 'meter-shop'] },
      },
    ]);
    for (let minute = 10; minute <= 21; minute += 1) {
      day.at(`22:${minute}`).meter('meter-302').power(1_400);
      day.at(`22:${minute}`).meter('meter-shop').power(900);
    }
    const firing = day.take().filter((one) => one.to === 'firing');
    expect(firing.map((one) => one.sentence)).toEqual([
      {
        zh: 'B 栋 302 教室 电表：自 22:10 起非开放时段用电 1.4 kW，多用 0.2 kWh，约 ¥0.10。请去关掉不用的电器。',
        en: 'Block B, Room 302, Meter: uses 1.4 kW outside opening hours since 22:10, 0.2 kWh too much, about ¥0.10. Please switch off what nobody needs.',
      },
      {
        zh: 'B 栋 302 教室 小卖部电表：自 22:10 起非开放时段用电 900 W，多用 0.12 kWh。请去关掉不用的电器。',
        en: 'Block B, Room 302, Shop meter: uses 900 W outside opening hours since 22:10, 0.12 kWh too much. Please switch off what nobody needs.',
      },
    ]);
  });

  it('give the date when it began on another day', () => {
    const day = timetable(MONDAY, [{ id: 'cam', kind: 'silent', after: '3h', select: { devices: ['cam-1'] } }]);
    day.at('22:05').camera('cam-1').beats();
    day.at('+1 02:00').camera('cam-1').beats();
    expect(
      day
        .take()
        .slice(2)
        .map((one) => one.sentence),
    ).toEqual([
      {
        zh: 'B 栋 1 号摄像头：自 10 月 12 日 22:05 起没有信号，已 3 小时。请检查电源和网络。',
        en: 'Block B, Camera 1: no signal since 12 Oct 22:05, 3 h so far. Please check its power and network.',
      },
      {
        zh: 'B 栋 1 号摄像头：10 月 12 日 22:05 至 10 月 13 日 02:00 没有信号，共 3 小时 55 分钟。',
        en: 'Block B, Camera 1: no signal from 12 Oct 22:05 to 13 Oct 02:00, 3 h 55 min in all.',
      },
    ]);
  });

  it('say that a device was never heard', () => {
    const day = timetable(MONDAY, [{ id: 'cam', kind: 'silent', select: { devices: ['cam-1'] } }]);
    day.at('00:30');
    expect(day.take()[0]?.sentence).toEqual({
      zh: 'B 栋 1 号摄像头：自 00:00 起从未收到过信号，已 1 分钟。请检查电源和网络。',
      en: 'Block B, Camera 1: never heard since 00:00, 1 min so far. Please check its power and network.',
    });
  });

  it('name the measured value and the level', () => {
    const day = timetable(MONDAY, [
      { id: 'load', kind: 'threshold', metric: 'power_w', above: 5_000, select: { devices: ['meter-302'] } },
      { id: 'volt', kind: 'threshold', metric: 'voltage_v', below: 198, select: { devices: ['meter-302'] } },
    ]);
    day.at('10:00').meter('meter-302').power(6_250);
    day.at('10:00').reading('meter-302', 'voltage_v', 187.4);
    day.at('10:30');
    expect(day.take().map((one) => one.sentence)).toEqual([
      {
        zh: 'B 栋 302 教室 电表：自 10:00 起功率 6.25 kW，高于 5 kW。请去查看。',
        en: 'Block B, Room 302, Meter: Power 6.25 kW, above 5 kW, since 10:00. Please check it.',
      },
      {
        zh: 'B 栋 302 教室 电表：自 10:00 起电压 187 V，低于 198 V。请去查看。',
        en: 'Block B, Room 302, Meter: Voltage 187 V, below 198 V, since 10:00. Please check it.',
      },
      {
        zh: 'B 栋 302 教室 电表：自 10:00 起功率 6.25 kW，高于 5 kW。现在情况不明。请去查看。',
        en: 'Block B, Room 302, Meter: Power 6.25 kW, above 5 kW, since 10:00. Its present state is unknown. Please check it.',
      },
      {
        zh: 'B 栋 302 教室 电表：自 10:00 起电压 187 V，低于 198 V。现在情况不明。请去查看。',
        en: 'Block B, Room 302, Meter: Voltage 187 V, below 198 V, since 10:00. Its present state is unknown. Please check it.',
      },
    ]);
  });

  it('count how often a door went open and shut within the clear delay, as one story', () => {
    const gate = {
      ...{ id: 'gate-open', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } },
      clearDelay: undefined,
    };
    const day = timetable(MONDAY, [gate]);
    for (const [opens, shuts] of [
      ['00', '04'],
      ['10', '14'],
      ['20', '24'],
      ['40', '44'],
      ['55', '59'],
    ]) {
      day.at(`22:05:${opens}`).door('gate-east').open();
      day.at(`22:05:${shuts}`).door('gate-east').close();
    }
    day.at('22:07');
    expect(day.take().map(({ to, sentence }) => [to, sentence.zh, sentence.en])).toEqual([
      [
        'firing',
        '东门门磁：自 22:05 起门开着（非开放时段）。请去查看。责任人：王师傅。',
        'East gate sensor: door open outside opening hours since 22:05. Please check it. Responsible: 王师傅.',
      ],
      [
        'resolved',
        '东门门磁：22:05 门开着（非开放时段），时开时关 5 次。',
        'East gate sensor: door open outside opening hours at 22:05, on and off 5 times.',
      ],
    ]);
  });

  it('say what a leak has lost', () => {
    const day = timetable(MONDAY, [
      { id: 'leak', kind: 'never-zero-flow', days: 1, select: { devices: ['water-flow'] } },
    ]);
    for (let minute = 0; minute < 1_440; minute += 2) {
      day
        .at(`${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`)
        .meter('water-flow')
        .flow(36);
    }
    day.at('+1 00:11');
    expect(day.take()[0]?.sentence).toEqual({
      zh: '宿舍 流量计：自 10 月 12 日 00:00 起水流从未停过，每小时至少 36 L，流失约 0.87 m³，约 ¥2.61。请检查水龙头、马桶和管道。',
      en: 'Dormitory, Flow meter: water never stops, at least 36 L every hour, since 12 Oct 00:00, about 0.87 m³ lost, about ¥2.61. Please check taps, toilets and pipes.',
    });
  });

  it('own up to missing holidays, and tell when a rule was taken out', () => {
    const gate = {
      id: 'gate-open',
      name: { zh: '夜间门', en: 'Night door' },
      kind: 'state-in-period',
      metric: 'door_open',
      select: { devices: ['door-302'] },
    };
    const day = timetable('2027-01-11', [gate]);
    day.at('23:00').reading('door-302', 'door_open', 1);
    day.at('23:01').reload([]);
    expect(day.take().map((one) => one.sentence)).toEqual([
      {
        zh: 'B 栋 302 教室 门磁：自 23:00 起门开着（非开放时段）。（2027 年的节假日未载入。）请去查看。',
        en: 'Block B, Room 302, Door sensor: door open outside opening hours since 23:00. (Holidays of 2027 not loaded.) Please check it.',
      },
      {
        zh: 'B 栋 302 教室 门磁：规则“夜间门”已停用，这条告警随之结束。',
        en: 'Block B, Room 302, Door sensor: the rule “Night door” is no longer in use, which ends this alert.',
      },
    ]);
  });
});
