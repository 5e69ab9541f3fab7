/** Probes. */
import { z } from 'zod';
import { STORAGE_REASONS } from '../enums.ts';
import { epochMs, textPair } from './common.ts';

export const healthResponse = z.strictObject({ status: z.enum(['ok', 'failing']), at: epochMs }).meta({ id: 'Health' });
/** What the disk does not do now. Held in memory and told from there: the disk itself may take no word of it. */
export const storageTrouble = z
  .strictObject({
    reason: z.enum(STORAGE_REASONS),
    since: epochMs,
    /** A folder on the disk that it is about. */
    folder: z.string(),
    /** Free there when it was last looked at; null where the file system does not say. */
    freeMiB: z.number().nullable(),
    /**
     * What is not taken now. readings: devices are not acknowledged. records: nothing that people do is kept. retained:
     * retained messages and those that wait for bridges and integrations would not outlast a restart.
     */
    refuses: z.array(z.enum(['readings', 'records', 'retained'])),
    /** What happened, where, what it means, and what to do. */
    sentence: textPair,
  })
  .meta({ id: 'StorageTrouble' });
export const readyPart = z.strictObject({ ok: z.boolean(), detail: z.string() });
export const readyResponse = z
  .strictObject({
    status: z.enum(['ready', 'not-ready']),
    at: epochMs,
    parts: z.strictObject({ store: readyPart, broker: readyPart, config: readyPart, disk: readyPart }),
    storage: z.array(storageTrouble),
  })
  .meta({ id: 'Ready' });
export type ReadyResponse = z.output<typeof readyResponse>;
export type StorageTrouble = z.output<typeof storageTrouble>;
