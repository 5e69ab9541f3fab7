/** How long cameras were seen, of how much time anybody can tell of. */
import { z } from 'zod';
import { epochMs, timeParam } from './common.ts';

/** Quarters of an hour are counted; a bar puts some of them together. */
export const UPTIME_SLOT_MS = 900_000;
export const UPTIME_BARS = { '15m': 1, '2h': 8, '4h': 16 } as const;

export const uptimeQuery = z.strictObject({
  from: timeParam,
  to: timeParam,
  /** One camera; all that are in use when absent. */
  device: z.string().max(64).optional(),
  /** Length of the bars; none are told when absent. At most 10,000 in an answer, over all its cameras. */
  bar: z.enum(['15m', '2h', '4h']).optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(50),
});

export const uptimeBar = z.strictObject({
  from: epochMs,
  to: epochMs,
  /** Down where any of it was; otherwise what lasted longest. */
  state: z.enum(['up', 'down', 'unknown', 'maintenance']),
  downMs: z.number(),
});

export const outage = z.strictObject({
  incident: z.string(),
  from: epochMs,
  to: epochMs.nullable(),
  /** The camera itself, or what it hangs on: then nobody knows how the camera was. */
  cause: z.string(),
});

export const cameraUptime = z
  .strictObject({
    device: z.string(),
    /** Seen, of the time that is known; in steps of 0.0001, never 1 where it was down. null: nothing is known. */
    share: z.number().min(0).max(1).nullable(),
    /** upMs + downMs: all that the share is a share of. */
    knownMs: z.number(),
    upMs: z.number(),
    downMs: z.number(),
    /** Nobody could tell: what it hangs on was down, or the gateway heard nothing at all. */
    unknownMs: z.number(),
    /** Switched off by a person. */
    maintenanceMs: z.number(),
    outages: z.array(outage),
    bars: z.array(uptimeBar),
  })
  .meta({ id: 'CameraUptime' });

export type UptimeBar = z.output<typeof uptimeBar>;
export type Outage = z.output<typeof outage>;
export type CameraUptime = z.output<typeof cameraUptime>;
