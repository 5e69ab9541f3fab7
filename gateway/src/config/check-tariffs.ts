import type { TariffsConfig } from '#contract/config/tariffs.ts';
import { RESOURCES, type Resource } from '#contract/enums.ts';
import type { Checks } from './checks.ts';
import type { ParsedFiles } from './parsed-files.ts';

/** One tariff per price class, its prices in order, and defaults that exist. */
export function checkTariffs({ tariffs }: ParsedFiles, checks: Checks): void {
  if (!tariffs) return;
  const { source, value } = tariffs;
  const classes = value.tariffs.map(({ priceClass }, i) => ({ path: ['tariffs', i, 'priceClass'], id: priceClass }));
  checks.unique(source, classes, { zh: '价格类别', en: 'price class' });
  for (const resource of RESOURCES) {
    const known = priceClasses(value, resource);
    const what = { zh: '同一种能源的价格类别', en: 'price class of this resource' };
    checks.reference(source, ['defaults', resource], value.defaults[resource], known, what);
  }
  value.tariffs.forEach((tariff, i) => {
    tariff.prices.forEach((price, k) => {
      const before = tariff.prices[k - 1];
      if (before === undefined || before.from < price.from) return;
      const zh = `价格要按日期从早到晚排列：${price.from} 应在 ${before.from} 之前，同一天只写一条`;
      const en = `prices go from early to late: ${price.from} belongs before ${before.from}, and one day has one price`;
      checks.problem(source.problem(['tariffs', i, 'prices', k, 'from'], zh, en));
    });
  });
}

export function priceClasses(config: TariffsConfig, resource: Resource): ReadonlySet<string> {
  return new Set(config.tariffs.filter((tariff) => tariff.resource === resource).map(({ priceClass }) => priceClass));
}
