import { metricInfo } from '#contract/metrics.ts';
import type { Language } from '../i18n/language.ts';

/** A metric in words. Phases and channels share a name: power_w_l2 is 功率 L2. An unknown one stays as it is written. */
export function metricName(metric: string, language: Language): string {
  const info = metricInfo(metric);
  if (!info) return metric;
  const suffix = /_(l\d|ch\d+)$/.exec(metric)?.[1];
  return suffix === undefined ? info.name[language] : `${info.name[language]} ${suffix.toUpperCase()}`;
}
