import { catalogue } from '../i18n/catalogue.ts';

/** What a cost includes and why a part of it is missing, wherever a cost is shown. */
export const costText = catalogue(
  {
    electricity: '电',
    water: '水',
    includes: (resource: string) => `仅${resource}费`,
    includesBoth: '电费与水费合计',
    withoutNoMeter: (resource: string) => `没有${resource}表，不含${resource}费`,
    withoutNoData: (resource: string) => `${resource}表没有数据，不含${resource}费`,
    withoutNoPrice: (resource: string) => `未设${resource}价，不含${resource}费`,
    withoutPartlyPriced: (resource: string) => `部分${resource}表未设单价，不含${resource}费`,
    noMeter: '没有表计，无法计费',
    noData: '没有数据，无法计费',
    noPrice: '未设单价，无法计费',
    partlyPriced: '部分表计未设单价，无法计费',
  },
  {
    electricity: 'electricity',
    water: 'water',
    includes: (resource) => `${resource} only`,
    includesBoth: 'electricity and water together',
    withoutNoMeter: (resource) => `no ${resource} meter, so without ${resource}`,
    withoutNoData: (resource) => `no data of ${resource}, so without it`,
    withoutNoPrice: (resource) => `no price of ${resource} set, so without it`,
    withoutPartlyPriced: (resource) => `some ${resource} meters have no price, so without ${resource}`,
    noMeter: 'no meter, so no cost',
    noData: 'no data, so no cost',
    noPrice: 'no price set, so no cost',
    partlyPriced: 'some meters have no price, so no cost',
  },
);
