import { describe, expect, it } from 'vitest';
import { costText } from './cost.text.ts';
import { type CostFacts, costGap, costLines, missingCost } from './cost-words.ts';

const whole: CostFacts = { total: 10, yuan: 5, meters: 2, priced: 'all' };
const t = costText.zh;

describe('the reason for a missing cost', () => {
  it.each([
    ['a price and data', whole, undefined],
    ['a price and no meter', { total: null, yuan: null, meters: 0, priced: 'all' }, 'noMeter'],
    ['neither a price nor a meter', { total: null, yuan: null, meters: 0, priced: 'none' }, 'noMeter'],
    ['a price and a day without data', { total: null, yuan: null, meters: 2, priced: 'all' }, 'noData'],
    ['no price', { total: 10, yuan: null, meters: 2, priced: 'none' }, 'noPrice'],
    ['no price and no data', { total: null, yuan: null, meters: 2, priced: 'none' }, 'noPrice'],
    ['a price of some meters', { total: 10, yuan: null, meters: 2, priced: 'some' }, 'partlyPriced'],
    ['a price that began within the range', { total: 10, yuan: null, meters: 2, priced: 'all' }, 'noPrice'],
  ] as const)('with %s', (_, facts, gap) => {
    expect(costGap(facts)).toBe(gap);
  });

  it('is said beside what the cost includes', () => {
    const none: CostFacts = { total: null, yuan: null, meters: 0, priced: 'all' };
    expect(costLines({ electricity: whole, water: whole }, t)).toEqual(['电费与水费合计']);
    expect(costLines({ electricity: whole, water: none }, t)).toEqual(['仅电费', '没有水表，不含水费']);
    expect(costLines({ electricity: none, water: none }, t)).toEqual(['没有表计，无法计费']);
    const silent: CostFacts = { ...whole, total: null, yuan: null };
    expect(costLines({ electricity: silent, water: none }, t)).toEqual([
      '电表没有数据，不含电费',
      '没有水表，不含水费',
    ]);
    expect(missingCost(silent, t)).toBe('没有数据，无法计费');
    expect(missingCost(whole, t)).toBeUndefined();
  });
});
