import { metricName as nameOf } from '#contract/measure-words.ts';
import type { Language } from '../i18n/language.ts';

/** A metric in words. Phases and channels share a name: power_w_l2 is 功率 L2. An unknown one stays as it is written. */
export const metricName = (metric: string, language: Language): string => nameOf(metric)[language];
