/** What the gateway found out by looking for devices itself. */
import { z } from 'zod';
import { epochMs, textPair } from './common.ts';

export const probeState = z
  .strictObject({
    device: z.string(),
    /** When it was asked last. */
    at: epochMs,
    /** It can be reached. Whether anything is recorded is another matter: `camera_recording` in /latest. */
    online: z.boolean(),
    /** Its clock minus ours, seconds; null when it told no time. */
    clockSkewS: z.number().nullable(),
    /** What every question brought: a port that is open behind which nobody answers, for instance. */
    evidence: textPair,
  })
  .meta({ id: 'Probe' });

export type ProbeState = z.output<typeof probeState>;
