import { describe, expect, it } from 'vitest';
import { STORAGE_REASONS } from '#contract/enums.ts';
import { storageText } from '../../i18n/storage.text.ts';
import { createFormat } from '../../lib/format.ts';
import { comparison } from './comparison.ts';
import { overviewText } from './overview.text.ts';
import { overviewSentence } from './overview-sentence.ts';

const { zh, en } = overviewText;
const quiet = { storage: [], unacked: 0, inHand: 0, overUnseen: 0, camerasOffline: 0, doorsOpen: 0, today: undefined };

describe('the sentence on top', () => {
  it('says in three seconds whether the night was fine', () => {
    expect(overviewSentence(quiet, zh)).toBe('一切正常，没有需要处理的事。');
    expect(overviewSentence({ ...quiet, today: zh.less('12\u202f%', zh.byThisTime) }, zh)).toBe(
      '一切正常，没有需要处理的事。 今日用电比上周同日同时刻少 12\u202f%。',
    );
  });

  it('begins with the most urgent', () => {
    const facts = { ...quiet, unacked: 2, inHand: 1, camerasOffline: 3, doorsOpen: 1, today: undefined };
    expect(overviewSentence(facts, zh)).toBe('2 起告警待确认，1 起告警处理中，3 路监控离线或情况不明，1 扇门开着。');
    expect(overviewSentence(facts, en)).toBe(
      '2 alerts wait to be acknowledged, 1 alert is being handled, 3 cameras are offline or unknown, 1 door is open.',
    );
  });
});

describe('all is well', () => {
  it('is never said over an alert that nobody has acknowledged, though it is over', () => {
    expect(overviewSentence({ ...quiet, overUnseen: 1 }, zh)).toBe('1 起告警已恢复、尚未确认。');
    expect(overviewSentence({ ...quiet, overUnseen: 2 }, en)).toBe('2 alerts recovered and are not acknowledged.');
  });

  it.each(STORAGE_REASONS)('is never said while the disk is %s', (reason) => {
    expect(overviewSentence({ ...quiet, storage: [storageText.zh[reason]] }, zh)).toBe(`${storageText.zh[reason]}。`);
    expect(overviewSentence({ ...quiet, storage: [storageText.en[reason]], unacked: 1 }, en)).toMatch(
      new RegExp(`^${storageText.en[reason]}, 1 alert`, 'i'),
    );
  });
});

describe('a comparison', () => {
  const format = createFormat('zh', 'Asia/Shanghai');
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
