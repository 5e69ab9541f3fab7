/** Who was turned away at the MQTT door, why, and what to change. */
import { z } from 'zod';
import { REFUSAL_EFFECTS, REFUSAL_REASONS } from '../refusals.ts';
import { epochMs, textPair } from './common.ts';

export const refusal = z
  .strictObject({
    /** As the client says it; null when it said none. */
    login: z.string().nullable(),
    clientId: z.string().nullable(),
    address: z.string(),
    reason: z.enum(REFUSAL_REASONS),
    /** What became of it: no connection, a closed one, a message that is gone, or less than was asked for. */
    effect: z.enum(REFUSAL_EFFECTS),
    /** The topic, the filter, the size or the other address; of the last time. */
    detail: z.string().nullable(),
    count: z.number().int(),
    firstAt: epochMs,
    lastAt: epochMs,
    why: textPair,
    change: textPair,
  })
  .meta({ id: 'Refusal' });

export type RefusalItem = z.output<typeof refusal>;
