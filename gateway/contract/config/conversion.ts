/** What a raw value of a device goes through on its way to a metric: shared by rules, fields and registers. */
import { z } from 'zod';
import { METRIC_SUFFIX, METRICS, metricInfo } from '../metrics.ts';

const names = Object.keys(METRICS);

/** JSON Schema says the same in two ways, since editors complete from a list but not from a pattern. */
export const metric = z
  .string()
  .refine((name) => metricInfo(name) !== undefined, 'no metric of that name')
  .meta({ anyOf: [{ enum: names }, { pattern: `^(?:${names.join('|')})${METRIC_SUFFIX}` }] });

/** Value words to numbers; `null` means unknown, `"*"` any other word. A word that is not listed is a bad value. */
export const wordMap = z.record(z.string(), z.number().nullable());

export const numberConversion = {
  map: wordMap.optional(),
  /** A number, or `1/60000` where decimals would not be exact. */
  scale: z.union([z.number(), z.string().regex(/^1\/[1-9]\d{0,9}$/, 'a number or 1/n')]).optional(),
  offset: z.number().optional(),
  /** 1 becomes 0 and 0 becomes 1, after `map`. */
  invert: z.boolean().optional(),
  /** Decimals kept. */
  round: z.number().int().min(0).max(9).optional(),
  /** A converted value outside is a bad value. */
  range: z.tuple([z.number(), z.number()]).optional(),
};
