import { describe, expect, it } from 'vitest';
import { deedText, happenedText, whyText } from './timeline.text.ts';
import { timelineSentence } from './timeline.tsx';

const format = { full: () => '12 月 1 日 08:00' };
const say = (what: string, why: string, who = 'gateway', language: 'zh' | 'en' = 'zh') => {
  const words = { happened: happenedText[language], deeds: deedText[language], whys: whyText[language] };
  return timelineSentence({ at: 1, what, why, who }, words, format);
};

describe('a timeline in words', () => {
  it.each([
    ['firing', 'above', 'gateway', '系统发出告警：高于设定值'],
    ['opened', 'state-in-period', 'gateway', '事件开始：状态异常'],
    ['merged', 'i-17', 'gateway', '并入同一原因的另一起告警'],
    ['ack-reopened', 'a-3', 'gateway', '情况加重，系统要求重新确认'],
    ['resolved', 'cause-is-back', 'gateway', '恢复：上级设备已恢复'],
    ['known', 'silent', 'gateway', '情况已明：异常仍在持续'],
    ['known', 'cleared', 'gateway', '情况已明：条件已消除'],
    ['ack', '', '王师傅', '王师傅 确认了告警'],
    ['ack', '去看过了', '王师傅', '王师傅 确认了告警：去看过了'],
    ['assign', '李工 · 请下午去', '王师傅', '王师傅 指派处理人：李工 · 请下午去'],
    ['silence', '2026-12-01T00:00:00.000Z · 施工', '王师傅', '王师傅 设了静默，到 12 月 1 日 08:00 · 施工'],
    ['resolve', 'above', '王师傅', '王师傅 结案：above'],
  ])('%s %s by %s', (what, why, who, said) => expect(say(what, why, who)).toBe(said));

  it('reasons that are no words are not said, nor entries that have none', () => {
    expect(say('firing', 'some-new-reason')).toBe('系统发出告警');
    expect(say('some-new-thing', 'above')).toBeUndefined();
    expect(say('constructor', '', 'gateway', 'en')).toBeUndefined();
  });
});
