/** What an import has done: counts, and sums that do not drift with the number of rows. */

export interface SeriesTally {
  readonly device: string;
  readonly metric: string;
  accepted: number;
  missing: number;
  rejected: number;
  sum: number;
  first: number;
  last: number;
  /** Shortest step from one accepted row to the next, ms; infinite before there are two. */
  spacingMs: number;
}

export interface Tally {
  /** Values looked at, in whatever way they ended. */
  values: number;
  /** Rows of devices that were not asked for. */
  otherDevices: number;
  series(device: string, metric: string): SeriesTally;
  accept(series: SeriesTally, ts: number, value: number): void;
  all(): readonly SeriesTally[];
  totals(): { accepted: number; missing: number; rejected: number; sum: number };
}

/** Neumaier: exact to the last digits whatever the order, where plain addition of 100,000 values is not. */
export interface ExactSum {
  add(value: number): void;
  value(): number;
}

export function exactSum(): ExactSum {
  let sum = 0;
  let lost = 0;
  return {
    add(value) {
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    value: () => sum + lost,
  };
}

export function createTally(): Tally {
  const found = new Map<string, { readonly tally: SeriesTally; readonly sum: ExactSum; before: number }>();
  const total = exactSum();
  const keyOf = (device: string, metric: string): string => `${device}\n${metric}`;
  return {
    values: 0,
    otherDevices: 0,
    series(device, metric) {
      const key = keyOf(device, metric);
      const known = found.get(key);
      if (known) return known.tally;
      const tally: SeriesTally = {
        ...{ device, metric, accepted: 0, missing: 0, rejected: 0, sum: 0 },
        ...{ first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY, spacingMs: Number.POSITIVE_INFINITY },
      };
      found.set(key, { tally, sum: exactSum(), before: Number.NaN });
      return tally;
    },
    accept(series, ts, value) {
      total.add(value);
      series.accepted += 1;
      series.first = Math.min(series.first, ts);
      series.last = Math.max(series.last, ts);
      const entry = found.get(keyOf(series.device, series.metric));
      if (!entry) return;
      entry.sum.add(value);
      series.sum = entry.sum.value();
      if (ts > entry.before) series.spacingMs = Math.min(series.spacingMs, ts - entry.before);
      entry.before = ts;
    },
    all: () => [...found.values()].map(({ tally }) => tally),
    totals() {
      const totals = { accepted: 0, missing: 0, rejected: 0, sum: total.value() };
      for (const { tally } of found.values()) {
        totals.accepted += tally.accepted;
        totals.missing += tally.missing;
        totals.rejected += tally.rejected;
      }
      return totals;
    },
  };
}
