/** Probes. */
import { z } from 'zod';
import { epochMs } from './common.ts';

export const healthResponse = z.strictObject({ status: z.enum(['ok', 'failing']), at: epochMs }).meta({ id: 'Health' });
export const readyPart = z.strictObject({ ok: z.boolean(), detail: z.string() });
export const readyResponse = z
  .strictObject({
    status: z.enum(['ready', 'not-ready']),
    at: epochMs,
    parts: z.strictObject({ store: readyPart, broker: readyPart, config: readyPart, disk: readyPart }),
  })
  .meta({ id: 'Ready' });
export type ReadyResponse = z.output<typeof readyResponse>;
