import type { Resource } from '#contract/enums.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { costText } from './cost.text.ts';

/** What a cost rests on, of one resource. */
export type CostFacts = Pick<ConsumptionResponse, 'total' | 'yuan' | 'meters' | 'priced'>;

/** Why there are no yuan, or none for a part; undefined where they are whole. */
export type CostGap = 'noMeter' | 'noData' | 'noPrice' | 'partlyPriced';

/**
 * The true reason for a missing cost. In this order: what is not measured needs no price, and what nobody knows has no cost
 * however well it is priced.
 */
export function costGap({ total, yuan, meters, priced }: CostFacts): CostGap | undefined {
  if (meters === 0) return 'noMeter';
  if (priced === 'none') return 'noPrice';
  if (total === null) return 'noData';
  if (yuan === null) return priced === 'some' ? 'partlyPriced' : 'noPrice';
  return undefined;
}

type CostWords = (typeof costText)['zh'];

const without = {
  noMeter: 'withoutNoMeter',
  noData: 'withoutNoData',
  noPrice: 'withoutNoPrice',
  partlyPriced: 'withoutPartlyPriced',
} as const;

/** What the cost of one resource misses, in words; undefined where it is whole. */
export function missingCost(of: CostFacts, t: CostWords): string | undefined {
  const gap = costGap(of);
  return gap === undefined ? undefined : t[gap];
}

/** What a cost of electricity and water together includes, and what it misses and why: a line for each. */
export function costLines(of: Readonly<Record<Resource, CostFacts>>, t: CostWords): string[] {
  const resources = ['electricity', 'water'] as const;
  const told = resources.filter((resource) => of[resource].yuan !== null);
  const [only] = told;
  const gaps = resources.map((resource) => ({ resource, gap: costGap(of[resource]) }));
  if (only === undefined) {
    const [first] = gaps;
    const isSame = gaps.every(({ gap }) => gap === first?.gap);
    if (isSame && first?.gap !== undefined) return [t[first.gap]];
  }
  const included = told.length === 2 ? [t.includesBoth] : only === undefined ? [] : [t.includes(t[only])];
  return [
    ...included,
    ...gaps.flatMap(({ resource, gap }) => (gap === undefined ? [] : [t[without[gap]](t[resource])])),
  ];
}
