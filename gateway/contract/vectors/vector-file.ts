/**
 * Golden vectors: messages as devices send them, and every measurement that must come out of each.
 * `expect` is complete: one measurement more is as wrong as one less. Values compare within 1e-6.
 */
import { z } from 'zod';
import { testMessage } from '../config/profile.ts';

export const vectorFile = z.strictObject({
  /** `native`, or the id of the profile that decodes them. */
  profile: z.string().min(1),
  title: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
  messages: z.array(testMessage).min(1),
});

export type VectorFile = z.output<typeof vectorFile>;
