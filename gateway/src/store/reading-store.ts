/**
 * What the product asks of a time-series store. One behaviour suite (gateway/test/store/reading-store.suite.ts) holds
 * for every implementation. All times are epoch ms UTC; ranges are from ≤ t < to.
 */
import type { RegisterSpec } from '#contract/config/devices.ts';
import type { MetricKind } from '#contract/metrics.ts';
import type { Reading } from '#contract/readings.ts';
import type { Damage, DamageNote } from './damage.ts';

export interface SeriesInfo {
  readonly device: string;
  readonly metric: string;
  readonly kind: MetricKind;
  /** Expected distance of samples; gaps of a register longer than max(2 × this, 15 min) are booked as estimated. For `interval` metrics the length of one value. */
  readonly intervalMs: number;
  readonly register: RegisterSpec | undefined;
}

/** Readings of one durable commit. Sequence numbers only grow; a restart never reuses one. */
export interface JournalEntry {
  readonly seq: number;
  readonly readings: readonly Reading[];
}

export interface Point {
  readonly ts: number;
  readonly value: number;
  readonly flags: number;
  /** Of a point flagged `moved`: the instant it stands for, see `placeOf`. Absent: its `ts`. */
  readonly standsAt?: number;
}

export interface PointPage {
  readonly points: readonly Point[];
  /** Pass as `from`-side cursor to go on; undefined at the end. */
  readonly nextCursor: string | undefined;
}

/** Summary of one step of a series. Steps without a sample are not listed. */
export interface Bucket {
  readonly from: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly flags: number;
}

/**
 * Consumption of one hour of a register or interval series. Hours run from the site's local full hours
 * (UTC hours shifted by `hourPhaseMs`, for zones of :30 and :45).
 */
export interface HourBook {
  readonly from: number;
  /** Known consumption of the hour, kWh or m³; 0 ≤ value. Null when no second of it is known. */
  readonly increase: number | null;
  /** Seconds whose energy is known only as a share of a longer gap. */
  readonly estimatedS: number;
  /** Seconds of which nothing is known. measured + estimated + missing = 3600. */
  readonly missingS: number;
  /** Register at the start and end of the hour (interpolated); null where missing. */
  readonly startRegister: number | null;
  readonly endRegister: number | null;
  readonly flags: number;
  /** Where in the hour its known part lies, seconds from its start, 0 ≤ fromS < toS ≤ 3600. Absent: not told, or the whole hour. */
  readonly known?: KnownPart | undefined;
}

export interface KnownPart {
  readonly fromS: number;
  readonly toS: number;
}

/** A register step that is not plain growth, for the books; all but rollover and swap add missing. */
export interface UnexplainedStep {
  readonly at: number;
  readonly kind: 'reset' | 'back-step' | 'jump' | 'rollover' | 'swap';
  readonly before: number;
  readonly after: number;
}

export interface SeriesRange {
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
}

export interface AppendResult {
  /** Sequence of the commit that holds them; 0 when every reading was already stored. */
  readonly seq: number;
  readonly stored: number;
  readonly duplicates: number;
}

export interface StoreStats {
  readonly points: number;
  readonly series: number;
  readonly bytes: number;
  readonly openPoints: number;
  readonly sealedChunks: number;
  readonly walBytes: number;
}

/** `lost`: there is nothing to mend it from. */
export type Mended = 'mended' | 'in part' | 'lost';

export interface ReadingStore {
  /** Tells what a series is. Needed before its hours are asked for; a changed register spec re-books its hours. */
  define(series: readonly SeriesInfo[]): Promise<void>;
  /**
   * Durable (fsync) when it resolves. Same (device, metric, ts): equal value is a duplicate; another value of a
   * register keeps the first and marks it `conflict`; of a state both are kept in arrival order.
   * What `placeOf` moves is stored under its `ts` and flagged `moved`.
   * `history` (imports): stored like any other, but neither in the journal nor given to onCommit.
   * @throws StoreError (`full`, `read-only`, `closed`, `io`): then nothing of this call is stored.
   */
  append(readings: readonly Reading[], options?: { readonly history?: boolean }): Promise<AppendResult>;
  /**
   * Called once per commit in order of seq, with the readings that were new in it (no duplicates), as they are stored, before the appends
   * of that commit resolve. What the listener sees is durable and equals what journal() returns after a restart.
   */
  onCommit(listener: (entry: JournalEntry) => void): () => void;
  /** Commits after `after`, oldest first, at most `limit`. They stay until released. */
  journal(after: number, limit: number): Promise<readonly JournalEntry[]>;
  /** Commits up to `seq` have been judged and may leave the journal. */
  release(seq: number): Promise<void>;
  /** Highest sequence committed. */
  head(): Promise<number>;
  points(range: SeriesRange & { readonly limit: number; readonly cursor?: string | undefined }): Promise<PointPage>;
  buckets(
    range: SeriesRange & { readonly stepMs: number; readonly originMs?: number | undefined },
  ): Promise<readonly Bucket[]>;
  /** Booked hours that overlap the range, and the register steps in it that are not plain growth. */
  hours(
    range: SeriesRange,
  ): Promise<{ readonly hours: readonly HourBook[]; readonly steps: readonly UnexplainedStep[] }>;
  /** Newest point by `isNewer` of every series, optionally of one device. */
  latest(device?: string): Promise<readonly Reading[]>;
  /** Every series that has points, with the first and last event time. */
  series(): Promise<
    readonly {
      readonly device: string;
      readonly metric: string;
      readonly first: number;
      readonly last: number;
      readonly count: number;
    }[]
  >;
  /** Seals open chunks that ended before `now` minus the grace. */
  seal(now: number): Promise<{ readonly chunks: number; readonly points: number }>;
  /** Applies retention as of `now`. */
  prune(
    now: number,
    policy: { readonly rawDays: number; readonly hourlyDays: number },
  ): Promise<{ readonly chunks: number }>;
  stats(): Promise<StoreStats>;
  /**
   * Damage known so far and not mended. What it touches is missing: points are left out; buckets and hours that only
   * damaged points could tell are not listed, others come from roll-ups and books that stand. Found when it is read, and
   * by the check of the files (`found`).
   */
  damage(): { readonly count: number; readonly listed: readonly Damage[] };
  /** Called once for every damage from now on. @returns stops it */
  onDamage(listener: (damage: Damage) => void): () => void;
  /** The check of the files found damage. */
  found(note: DamageNote): void;
  /** Rebuilds a damaged roll-up or book from points, where they stand. */
  mend(note: DamageNote): Promise<Mended>;
  /** Write-read probe for /readyz; resolves with a reason when it fails. */
  probe(): Promise<string | undefined>;
  close(): Promise<void>;
}

export class StoreError extends Error {
  /** `damaged`: the content of a database makes no sense; nothing was changed. */
  readonly code: 'full' | 'read-only' | 'closed' | 'io' | 'damaged';
  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}
