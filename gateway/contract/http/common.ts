/** Shapes shared by HTTP requests and responses. */
import { z } from 'zod';
import { FLAGS, QUALITIES, SEVERITIES } from '../enums.ts';

/** Beyond it no calendar goes. */
const LAST_MS = 8.64e15;

export const epochMs = z.number().int().min(-LAST_MS).max(LAST_MS).meta({ description: 'epoch milliseconds, UTC' });
export const textPair = z.strictObject({ zh: z.string(), en: z.string() });
export const quality = z.enum(QUALITIES);
export const flags = z.array(z.enum(FLAGS));
export const severity = z.enum(SEVERITIES);

/** RFC 9457 problem document; `detail` says what happened and what to do, in both languages. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    detailZh: z.string(),
    instance: z.string().optional(),
    /** The first ones, at most 100. */
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .max(100)
      .optional(),
    /** How many there are in all. */
    errorCount: z.number().int().optional(),
  })
  .meta({ id: 'Problem' });

export function listOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A time in a query: epoch ms or ISO 8601 with offset. Parsed to epoch ms. A `+` that was not escaped arrives as a space. */
export const timeParam = z
  .union([
    z
      .string()
      .regex(/^-?\d{1,16}$/)
      .transform(Number)
      .refine((at) => Math.abs(at) <= LAST_MS, 'no calendar goes that far'),
    z
      .string()
      .transform((value) => value.replace(/ (?=\d\d:\d\d$)/, '+'))
      .pipe(z.iso.datetime({ offset: true }))
      .transform((value) => Date.parse(value)),
  ])
  .meta({ description: 'epoch ms or ISO 8601 with offset' });

export const pageQuery = z.strictObject({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** For lists that a campus keeps small: one page holds them, unless somebody wants less. */
export const wholeListQuery = z.strictObject({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(5_000),
});

export type Problem = z.output<typeof problem>;
