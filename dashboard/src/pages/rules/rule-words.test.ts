import { describe, expect, it } from 'vitest';
import { rulesConfig } from '#contract/config/rules.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import type { Language } from '../../i18n/language.ts';
import { createFormat } from '../../lib/format.ts';
import { ruleWordsText } from './rule-words.text.ts';
import { type RuleVocabulary, ruleSentence } from './rule-words.ts';

const vocabulary = (language: Language): RuleVocabulary => ({
  t: ruleWordsText[language],
  kinds: deviceKindText[language],
  format: createFormat(language, 'Asia/Shanghai'),
  deviceName: (id) => id.toUpperCase(),
  placeName: (id) => `P-${id}`,
});

/** As the gateway gives it: parsed by the schema of the config. */
function said(rule: Record<string, unknown>, language: Language = 'zh'): string {
  const [parsed] = rulesConfig.parse({ rules: [{ id: 'r', name: 'r', ...rule }] }).rules;
  if (!parsed) throw new Error('no rule');
  return ruleSentence(parsed, vocabulary(language)).replace(/\u202f/g, ' ');
}

describe('a rule as a sentence', () => {
  it('says limits with unit, direction and period', () => {
    const hot = { kind: 'threshold', metric: 'temperature_c', above: 30, select: { devices: ['t-1'] } };
    expect(said(hot)).toBe('T-1：温度高于 30 °C');
    expect(said({ ...hot, period: 'closed' }, 'en')).toBe('T-1: temperature above 30 °C, in closed hours');
    expect(said({ kind: 'threshold', metric: 'storage_days', below: 30, select: { kind: 'nvr' } }, 'en')).toBe(
      'every video recorder: recordings kept for under 30 days',
    );
    expect(said({ kind: 'threshold', metric: 'storage_days', below: 30, select: { kind: 'nvr' } })).toBe(
      '所有录像机：录像保存不足 30 天',
    );
    const slow = { kind: 'threshold', metric: 'camera_clock_skew_s', below: -60, select: { kind: 'camera' } };
    expect(said(slow)).toBe('所有摄像头：时钟偏慢超过 60 秒');
    expect(said(slow, 'en')).toBe('every camera: clock slow by over 60 s');
  });

  it('says states and their absence, in closed hours unless told otherwise', () => {
    const open = { kind: 'state-in-period', metric: 'door_open', select: { kind: 'door', places: ['a', 'b'] } };
    expect(said(open)).toBe('非开放时段，P-a、P-b的门磁：门开着');
    expect(said({ ...open, equals: 0, period: 'bell:noon', select: {} }, 'en')).toBe(
      'every device: door closed, during noon',
    );
  });

  it('says silence by length or by intervals', () => {
    expect(said({ kind: 'silent', after: '15m' })).toBe('所有设备：超过 15 分钟没有消息');
    expect(said({ kind: 'silent', intervals: 4 }, 'en')).toBe(
      'every device: no message for more than 4 of its intervals',
    );
  });

  it('says power in closed hours and water that never stops', () => {
    const power = { kind: 'closed-hours-power', aboveW: 1500, select: { kind: 'electricity-meter', tags: ['room'] } };
    expect(said(power)).toBe('非开放时段，带「教室」标签的电表：功率高于 1.5 kW');
    const water = { kind: 'never-zero-flow', minLph: 20, days: 2, select: { devices: ['a', 'b', 'c', 'd'] } };
    expect(said(water)).toBe('A、B、C等 4 台：连续 2 天，用水最少的一小时也高于 20 L/h');
  });
});
