import { expect, test } from 'vitest';
import { lengthText } from '#contract/length.ts';

test.each([
  [0, '0 秒', '0 s'],
  [999, '0 秒', '0 s'],
  [61_000, '1 分钟', '1 min'],
  [11_100_000, '3 小时 5 分钟', '3 h 5 min'],
  [-999, '0 秒', '0 s'],
  [-1_000, '-1 秒', '-1 s'],
  [-11_100_000, '-3 小时 5 分钟', '-3 h 5 min'],
])('%d ms', (ms, zh, en) => {
  expect(lengthText(ms, 'zh')).toBe(zh);
  expect(lengthText(ms, 'en')).toBe(en);
});
