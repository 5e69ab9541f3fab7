/** Counts per profile, and the switch that takes one out that only fails. Outlives a change of the config. */

export interface ProfileHealth {
  readonly id: string;
  /** Messages that became at least one reading, or were understood and held none. */
  readonly decoded: number;
  /** Messages that could not be understood. */
  readonly failed: number;
  readonly disabled: boolean;
  /** Frame time of the switch-off, epoch ms. */
  readonly disabledAt: number | undefined;
  /** What was wrong with the newest message that failed. */
  readonly lastFailure: string | undefined;
}

/** A profile that is switched off, and the text of it that failed. */
export interface SwitchedOff {
  readonly id: string;
  readonly version: string;
  readonly at: number;
  readonly failed: number;
  readonly reason: string;
}

export interface HealthBook {
  /**
   * @param failure undefined for a message that was understood
   * @param at frame time, epoch ms
   * @param source what tells one sender from another, such as the topic
   */
  note(profile: string, failure: string | undefined, at: number, source: string): void;
  disabled(profile: string): boolean;
  health(): readonly ProfileHealth[];
  /**
   * These are the profiles now, with something that changes whenever their text does. What is new or changed begins
   * anew; what is as it was keeps its counts, and stays off if it was: a mended device list mends no profile.
   */
  follow(versions: ReadonlyMap<string, string>): void;
  /** Somebody says that it is to be tried again. @returns false when there is no such profile, or it is not off */
  enable(profile: string): boolean;
  off(): readonly SwitchedOff[];
  /** What an earlier run switched off; ignored for a profile whose text is another by now. */
  restore(list: readonly SwitchedOff[]): void;
}

/** So many failures in a row, none older than a minute: the profile does not fit what arrives. */
const FAILURES_IN_A_ROW = 100;
const WITHIN_MS = 60_000;
/** Another sender was understood so lately: then it is the one sender that is broken, not the profile. */
const PROVEN_MS = 24 * 3_600_000;
const MAX_REASON = 300;

interface Proof {
  readonly source: string;
  at: number;
}

interface Entry {
  readonly version: string;
  decoded: number;
  failed: number;
  row: number;
  rowSince: number;
  /** Who failed in this row: one sender, or more than one. */
  rowSource: string | undefined;
  rowMixed: boolean;
  /** The last two senders that were understood, the newest first. */
  proven: readonly Proof[];
  disabledAt: number | undefined;
  lastFailure: string | undefined;
}

/** @param alwaysOn profiles that are counted and never switched off */
export function createHealthBook(
  profiles: ReadonlyMap<string, string>,
  alwaysOn: ReadonlySet<string> = new Set(),
): HealthBook {
  let book = new Map([...profiles].map(([id, version]) => [id, newEntry(version)]));
  return {
    note: (profile, failure, at, source) => {
      const entry = book.get(profile);
      if (entry === undefined) return;
      if (failure === undefined) {
        entry.decoded += 1;
        entry.row = 0;
        prove(entry, source, at);
        return;
      }
      entry.failed += 1;
      entry.lastFailure = failure.slice(0, MAX_REASON);
      if (entry.row === 0 || at - entry.rowSince > WITHIN_MS) {
        Object.assign(entry, { row: 0, rowSince: at, rowSource: source, rowMixed: false });
      }
      entry.row += 1;
      entry.rowMixed ||= source !== entry.rowSource;
      if (entry.row >= FAILURES_IN_A_ROW && !alwaysOn.has(profile) && !isOneSender(entry, at)) entry.disabledAt ??= at;
    },
    disabled: (profile) => book.get(profile)?.disabledAt !== undefined,
    health: () =>
      [...book].map(([id, { decoded, failed, disabledAt, lastFailure }]) => ({
        ...{ id, decoded, failed, disabledAt, lastFailure },
        disabled: disabledAt !== undefined,
      })),
    follow: (versions) => {
      book = new Map(
        [...versions].map(([id, version]) => {
          const before = book.get(id);
          return [id, before?.version === version ? before : newEntry(version)];
        }),
      );
    },
    enable: (profile) => {
      const entry = book.get(profile);
      if (entry?.disabledAt === undefined) return false;
      Object.assign(entry, { disabledAt: undefined, row: 0, lastFailure: undefined });
      return true;
    },
    off: () =>
      [...book].flatMap(([id, { version, disabledAt, failed, lastFailure }]) =>
        disabledAt === undefined ? [] : [{ id, version, at: disabledAt, failed, reason: lastFailure ?? '' }],
      ),
    restore: (list) => {
      for (const { id, version, at, failed, reason } of list) {
        const entry = book.get(id);
        if (entry?.version === version) Object.assign(entry, { disabledAt: at, failed, lastFailure: reason });
      }
    },
  };
}

const newEntry = (version: string): Entry => ({
  ...{ version, decoded: 0, failed: 0, row: 0, rowSince: 0, rowSource: undefined, rowMixed: false, proven: [] },
  ...{ disabledAt: undefined, lastFailure: undefined },
});

function prove(entry: Entry, source: string, at: number): void {
  const [newest] = entry.proven;
  if (newest?.source === source) newest.at = at;
  else entry.proven = newest === undefined ? [{ source, at }] : [{ source, at }, newest];
}

/** Bad messages of one device must not cost the others their profile. */
function isOneSender({ rowMixed, rowSource, proven }: Entry, at: number): boolean {
  return !rowMixed && proven.some((proof) => proof.source !== rowSource && at - proof.at < PROVEN_MS);
}
