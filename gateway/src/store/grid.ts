/** How time is cut: chunks of six hours, packed blocks of hours and of days. Everything starts at the site's phase. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Span of one sealed chunk. Four make a day, so that no hour and no day lies in two cells. */
export const CELL_MS = 6 * HOUR_MS;
/** Hours packed into one roll-up row: 32 days. Retention of hours works on whole rows. */
export const HOUR_BLOCK_MS = 768 * HOUR_MS;
/** Days packed into one roll-up row: 512 days. */
export const DAY_BLOCK_MS = 512 * DAY_MS;

/** Largest instant ≤ ts that is `phase` plus a multiple of `step`. */
export const floorTo = (ts: number, step: number, phase: number): number =>
  Math.floor((ts - phase) / step) * step + phase;

/** Smallest instant ≥ ts that is `phase` plus a multiple of `step`. */
export const ceilTo = (ts: number, step: number, phase: number): number =>
  Math.ceil((ts - phase) / step) * step + phase;

/** Where days and full hours begin, ms past UTC's. */
export const gridPhase = (site: { readonly hourPhaseMs: number; readonly dayPhaseMs?: number | undefined }): number =>
  (((site.dayPhaseMs ?? site.hourPhaseMs) % DAY_MS) + DAY_MS) % DAY_MS;
