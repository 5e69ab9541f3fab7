/** History rows that come in over HTTP: stored, never judged. */
import { z } from 'zod';
import { epochMs } from './common.ts';

export const IMPORT_MAX_ROWS = 10_000;

export const importRow = z.strictObject({
  device: z.string().max(64),
  metric: z.string().max(64),
  ts: epochMs,
  value: z.number(),
  /** Read off and typed in by a person. */
  manual: z.boolean().optional(),
});
export const importRequest = z.strictObject({ readings: z.array(importRow).min(1).max(IMPORT_MAX_ROWS) });
export const importResponse = z
  .strictObject({
    /** Rows that are on disk now, duplicates included. */
    accepted: z.number().int(),
    stored: z.number().int(),
    duplicates: z.number().int(),
    /** Sum of the accepted values. */
    sum: z.number(),
    rejected: z.array(
      z.strictObject({
        /** Position in `readings`. */
        index: z.number().int(),
        reason: z.enum(['unknown-device', 'unknown-metric', 'out-of-range', 'bad-time']),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'Import' });

export type ImportRow = z.output<typeof importRow>;
export type ImportResponse = z.output<typeof importResponse>;
