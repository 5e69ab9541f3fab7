/** What was wrong with a message, in the reader's language where the sentence is one of those that can be said so. */
import { parseValueRefused } from '#contract/value-refused.ts';
import type { Language } from '../../i18n/language.ts';
import { metricName } from '../../lib/metric-name.ts';
import { quarantineText } from './quarantine.text.ts';

/** @returns undefined where only the English sentence of the wire is there */
export function detailInWords(detail: string, language: Language): string | undefined {
  const refused = parseValueRefused(detail);
  if (refused === undefined) return undefined;
  return quarantineText[language].cannotBe(refused.name, refused.said, metricName(refused.metric, language));
}
