import { expect, it } from 'vitest';
import { phraseOf } from '../../src/shared/where-text.ts';

it.each([
  ['zh', ['明德楼', '明德楼一层', '明德楼监控交换机'], '明德楼一层监控交换机'],
  ['zh', ['明德楼一层', '一层走廊摄像头'], '明德楼一层走廊摄像头'],
  ['zh', ['明德楼', '301 多媒体教室', '301 多媒体教室电表'], '明德楼 301 多媒体教室电表'],
  ['zh', ['B 栋', '302 教室', '电表'], 'B 栋 302 教室 电表'],
  ['zh', ['食堂', '食堂库房摄像头'], '食堂库房摄像头'],
  ['zh', ['东侧门', '东侧门'], '东侧门'],
  ['en', ['Mingde Hall', 'Mingde Hall 1F', 'Mingde Hall camera switch'], 'Mingde Hall 1F camera switch'],
  ['en', ['Mingde Hall 1F', '1F corridor camera'], 'Mingde Hall 1F corridor camera'],
  ['en', ['Block B', 'Room 302', 'Meter'], 'Block B, Room 302, Meter'],
] as const)('%s: %j is %s', (language, parts, phrase) => {
  expect(phraseOf(parts, language)).toBe(phrase);
});
