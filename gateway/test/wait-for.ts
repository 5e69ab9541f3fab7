import { vi } from 'vitest';

/** `vi.waitFor` with the patience of a busy machine: its own second says nothing about the product. */
export const waitFor: typeof vi.waitFor = (check, options = 10_000) =>
  vi.waitFor(check, typeof options === 'number' ? { timeout: options } : { timeout: 10_000, ...options });
