/** Counts per profile, and the switch that takes one out that only fails. */

export interface ProfileHealth {
  readonly id: string;
  /** Messages that became at least one reading, or were understood and held none. */
  readonly decoded: number;
  /** Messages that could not be understood. */
  readonly failed: number;
  readonly disabled: boolean;
  /** Frame time of the switch-off, epoch ms. */
  readonly disabledAt: number | undefined;
}

export interface HealthBook {
  /** @param at frame time, epoch ms */
  note(profile: string, ok: boolean, at: number): void;
  disabled(profile: string): boolean;
  health(): readonly ProfileHealth[];
}

/** So many failures in a row, none older than a minute: the profile does not fit what arrives. */
const FAILURES_IN_A_ROW = 100;
const WITHIN_MS = 60_000;

export function createHealthBook(profiles: readonly string[]): HealthBook {
  const book = new Map(
    profiles.map((id) => [
      id,
      { decoded: 0, failed: 0, row: 0, rowSince: 0, disabledAt: undefined as number | undefined },
    ]),
  );
  return {
    note: (profile, ok, at) => {
      const entry = book.get(profile);
      if (entry === undefined) return;
      if (ok) {
        entry.decoded += 1;
        entry.row = 0;
        return;
      }
      entry.failed += 1;
      if (entry.row === 0 || at - entry.rowSince > WITHIN_MS) {
        entry.row = 0;
        entry.rowSince = at;
      }
      entry.row += 1;
      if (entry.row >= FAILURES_IN_A_ROW) entry.disabledAt ??= at;
    },
    disabled: (profile) => book.get(profile)?.disabledAt !== undefined,
    health: () =>
      [...book].map(([id, { decoded, failed, disabledAt }]) => ({
        id,
        decoded,
        failed,
        disabled: disabledAt !== undefined,
        disabledAt,
      })),
  };
}
