import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STORAGE_REASONS } from '#contract/enums.ts';
import { storageText } from '../../i18n/storage.text.ts';
import { campusHeadline } from '../../lib/campus-headline.ts';
import { createFormat } from '../../lib/format.ts';
import { deviceOf } from '../../test/samples.ts';
import { comparison } from './comparison.ts';
import { overviewText } from './overview.text.ts';
import { type OverviewFacts, overviewSentence } from './overview-sentence.ts';

const { zh, en } = overviewText;
const format = createFormat('zh', 'Asia/Shanghai');
const quiet: OverviewFacts = {
  ...{ word: 'fine', lacks: undefined, gap: undefined, today: undefined, storage: [] },
  ...{ firstOut: undefined, firstUnknown: undefined },
  ...{ waiting: 0, inHand: 0, overUnseen: 0, camerasOut: 0, othersOut: 0, unknown: 0, seen: 9, doorsOpen: 0 },
};
const say = (facts: Partial<OverviewFacts>, words = zh): string =>
  overviewSentence({ ...quiet, ...facts }, words, format);

describe('the sentence on top', () => {
  it('says in three seconds whether the night was fine', () => {
    expect(say({})).toBe('一切正常，没有需要处理的事。');
    expect(say({ today: zh.less('12\u202f%', zh.byThisTime) })).toBe(
      '一切正常，没有需要处理的事。 今日用电比上周同日同时刻少 12\u202f%。',
    );
  });

  it('begins with the most urgent', () => {
    const facts = { word: 'act', waiting: 2, inHand: 1, camerasOut: 3, doorsOpen: 1 } as const;
    expect(say(facts)).toBe('2 起告警待确认，1 起告警处理中，3 路监控离线，1 扇门开着。');
    expect(say(facts, en)).toBe(
      '2 alerts wait to be acknowledged, 1 alert is being handled, 3 cameras are offline, 1 door is open.',
    );
  });

  it('names what is offline or unknown: the one, or the first and how many', () => {
    const one = { word: 'partly', othersOut: 1, outName: '明德楼水表' } as const;
    expect(say(one)).toBe('明德楼水表离线，其余正常。');
    expect(say({ ...one, othersOut: 3 })).toBe('明德楼水表等 3 台设备离线，其余正常。');
    expect(say({ ...one, unknown: 2, unknownName: '机房温湿度' })).toBe(
      '明德楼水表离线，机房温湿度等 2 台设备情况不明，其余正常。',
    );
    expect(say({ ...one, othersOut: 2, outName: 'Hall meter' }, en)).toBe(
      'Hall meter and 1 more device are offline, all else is well.',
    );
  });

  it('says what is known where not everything is', () => {
    expect(say({ word: 'partly', othersOut: 3 })).toBe('3 台设备离线，其余正常。');
    expect(say({ word: 'partly', othersOut: 3, unknown: 1 }, en)).toBe(
      '3 devices are offline, 1 device is unknown, all else is well.',
    );
    expect(say({ word: 'partly', gap: 0.009 })).toBe('今日用电数据只有 0.9\u202f%。');
    expect(say({ word: 'unknown', lacks: 'devices' })).toBe('还没有设备，也没有数据。');
    expect(say({ word: 'unknown', lacks: 'data', unknown: 12 })).toBe('还没有收到数据，12 台设备情况不明。');
    expect(say({ word: 'broken' })).toBe('当时没有需要处理的事，现在的情况不明。');
  });
});

it('what hangs on something that is down is unknown, not offline', () => {
  const behind = deviceOf({ kind: 'camera', state: 'unknown', stateReason: 'parent-down', parentDown: 'sw' });
  const devices = [deviceOf({ kind: 'switch', state: 'offline' }), behind, behind, deviceOf()];
  const live = { connection: 'live', storage: [], incidents: [], doorsUntold: 0, lastDataAt: 7 } as const;
  const headline = campusHeadline({ ...live, devices });
  expect(headline).toMatchObject({ word: 'partly', camerasOut: 0, othersOut: 1, unknown: 2, seen: 1 });
  expect(say(headline)).toBe('1 台设备离线，2 台设备情况不明，其余正常。');
});

describe('all is well', () => {
  it('is never said over an alert that nobody has acknowledged, though it is over', () => {
    expect(say({ word: 'toSee', overUnseen: 1 })).toBe('1 起告警已恢复、尚未确认。');
    expect(say({ word: 'toSee', overUnseen: 2 }, en)).toBe('2 alerts recovered and are not acknowledged.');
  });

  it.each(STORAGE_REASONS)('is never said while the disk is %s', (reason) => {
    expect(say({ word: 'unknown', storage: [storageText.zh[reason]] })).toBe(`${storageText.zh[reason]}。`);
    expect(say({ word: 'act', storage: [storageText.en[reason]], waiting: 1 }, en)).toMatch(
      new RegExp(`^${storageText.en[reason]}, 1 alert`, 'i'),
    );
  });

  it('is said only where the headline is fine, whatever the facts', () => {
    const count = fc.nat(2);
    const device = fc.record({
      kind: fc.constantFrom('camera' as const, 'door' as const, 'switch' as const),
      state: fc.constantFrom('online' as const, 'suspect' as const, 'offline' as const, 'unknown' as const),
      stateReason: fc.constantFrom('heard', 'maintenance', 'silent'),
      parentDown: fc.constantFrom(null, 'switch-1'),
    });
    const incident = fc.record({
      state: fc.constantFrom('firing' as const, 'resolved' as const),
      ackedAt: fc.constantFrom(null, 5),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('connecting' as const, 'live' as const, 'broken' as const),
        fc.array(device, { maxLength: 4 }),
        fc.array(incident, { maxLength: 2 }),
        fc.array(fc.constant('full'), { maxLength: 1 }),
        fc.constantFrom(null, 7),
        fc.constantFrom(undefined, 0, 0.009, 0.95),
        count,
        (connection, devices, incidents, storage, lastDataAt, known, doorsUntold) => {
          const headline = campusHeadline({ connection, devices, incidents, storage, lastDataAt, known, doorsUntold });
          const isChecked =
            connection === 'live' &&
            storage.length === 0 &&
            incidents.every(({ state, ackedAt }) => state === 'resolved' && ackedAt !== null) &&
            devices.some(({ stateReason }) => stateReason !== 'maintenance') &&
            devices.every(
              ({ state, stateReason }) => stateReason === 'maintenance' || state === 'online' || state === 'suspect',
            ) &&
            lastDataAt !== null &&
            (known ?? 1) >= 0.9 &&
            doorsUntold === 0;
          expect(headline.word === 'fine').toBe(isChecked);
          if (connection === 'connecting') return;
          const said = overviewSentence({ ...headline, storage, doorsOpen: 0, today: undefined }, zh, format);
          expect(said.includes('一切正常')).toBe(isChecked);
        },
      ),
    );
  });
});

describe('a comparison', () => {
  it.each([
    [88, 100, '比上周同日同时刻少 12\u202f%'],
    [103.2, 100, '比上周同日同时刻多 3.2\u202f%'],
    [100.4, 100, '与上周同日同时刻相当'],
    [null, 100, undefined],
    [5, 0, undefined],
    [5, null, undefined],
  ])('of %s with %s', (now, before, said) => {
    expect(comparison(now, before, zh.byThisTime, zh, format)).toBe(said);
  });
});
