import { expect, it } from 'vitest';
import { excessText } from './excess-words.ts';
import { createFormat } from './format.ts';

const zh = createFormat('zh', 'Asia/Shanghai');

it.each([
  [0.043, 'kWh', '0.043\u202fkWh'],
  [0.48, 'kWh', '0.48\u202fkWh'],
  [10.462, 'kWh', '10.5\u202fkWh'],
  [4.37, 'm³', '4.37\u202fm³'],
  [63, 'min', '1\u202f小时 3\u202f分钟'],
])('%s %s is said with the digits of the sentence', (excess, unit, shown) => {
  const t = { excess: (amount: string) => amount, overtime: (length: string) => length };
  expect(excessText(excess, unit, t, zh)).toBe(shown);
});
