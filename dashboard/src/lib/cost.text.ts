import type { Resource } from '#contract/enums.ts';
import { catalogue } from '../i18n/catalogue.ts';
import type { CostGap } from './cost-words.ts';

const of = { electricity: '电', water: '水' } as const;

/** What a cost includes and why a part of it is missing, wherever a cost is shown. */
export const costText = catalogue(
  {
    includes: (resource: Resource) => `仅${of[resource]}费`,
    includesBoth: '电费与水费合计',
    without: (resource: Resource, gap: CostGap) =>
      ({
        noMeter: `没有${of[resource]}表，不含${of[resource]}费`,
        noData: `${of[resource]}表没有数据，不含${of[resource]}费`,
        noPrice: `未设${of[resource]}价，不含${of[resource]}费`,
        partlyPriced: `部分${of[resource]}表未设单价，不含${of[resource]}费`,
      })[gap],
    nothing: (gap: CostGap) =>
      ({
        noMeter: '没有表计，无法计费',
        noData: '没有数据，无法计费',
        noPrice: '未设单价，无法计费',
        partlyPriced: '部分表计未设单价，无法计费',
      })[gap],
  },
  {
    includes: (resource) => `${resource} only`,
    includesBoth: 'electricity and water together',
    without: (resource, gap) =>
      ({
        noMeter: `no ${resource} meter, so without ${resource}`,
        noData: `no data of ${resource}, so without it`,
        noPrice: `no price of ${resource} set, so without it`,
        partlyPriced: `some ${resource} meters have no price, so without ${resource}`,
      })[gap],
    nothing: (gap) =>
      ({
        noMeter: 'no meter, so no cost',
        noData: 'no data, so no cost',
        noPrice: 'no price set, so no cost',
        partlyPriced: 'some meters have no price, so no cost',
      })[gap],
  },
);
