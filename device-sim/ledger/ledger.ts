/** The book of what really happened, against which a gateway is judged: one JSON line a value, and totals on demand. */
import { metricInfo } from '#contract/metrics.ts';
import type { CampusTruth } from '../signals/campus-truth.ts';
import type { Values } from '../signals/device-values.ts';
import { createSampleRing, type SampleRing } from './sample-ring.ts';

export type LedgerDetail = 'all' | 'events' | 'none';

export interface Entry {
  readonly device: string;
  /** When it was measured, epoch ms. */
  readonly at: number;
  /** The time the device put on it, when that differs. */
  readonly ts: number | undefined;
  readonly truth: Values;
  readonly sent: Values;
  /** Acknowledged by the broker, and in a form that can be read. */
  readonly published: boolean;
  readonly fault: string | undefined;
  /** Counted, but not printed: one of a flood. */
  readonly quiet: boolean;
}

export interface Totals {
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  /** What went through the meter in [from, to), kWh or m³, whatever the device said; null for what is no register. */
  readonly total: number | null;
  readonly published: number;
  readonly lost: number;
  /** First and last value that was published, as sent. */
  readonly first: number | null;
  readonly last: number | null;
  /** False when samples of the window are no longer remembered; `total` is exact all the same. */
  readonly complete: boolean;
}

export interface Ledger {
  record(entry: Entry): void;
  event(event: string, at: number, detail: Readonly<Record<string, unknown>>): void;
  totals(device: string, metric: string, from: number, to: number): Totals;
  counts(): { readonly published: number; readonly lost: number };
}

/** @param write takes one line without its end. */
export function createLedger(truth: CampusTruth, detail: LedgerDetail, write: (line: string) => void): Ledger {
  const rings = new Map<string, SampleRing>();
  let published = 0;
  let lost = 0;

  const ringOf = (device: string, metric: string): SampleRing => {
    const key = `${device} ${metric}`;
    const ring = rings.get(key) ?? createSampleRing();
    rings.set(key, ring);
    return ring;
  };
  return {
    record: (entry) => {
      if (entry.published) published += 1;
      else lost += 1;
      for (const [metric, value] of Object.entries(entry.sent)) {
        ringOf(entry.device, metric).add(entry.ts ?? entry.at, value, entry.published);
        if (detail === 'all' && !entry.quiet) write(valueLine(entry, metric, value));
      }
    },
    event: (event, at, more) => {
      if (detail !== 'none') write(JSON.stringify({ at, event, ...more }));
    },
    totals: (device, metric, from, to) => {
      const isRegister = metricInfo(metric)?.kind === 'register';
      const total = isRegister ? truth.total(device, to) - truth.total(device, from) : null;
      const seen = rings.get(`${device} ${metric}`)?.between(from, to);
      const none = { published: 0, lost: 0, first: null, last: null, complete: true };
      return { device, metric, from, to, total, ...(seen ?? none) };
    },
    counts: () => ({ published, lost }),
  };
}

function valueLine(entry: Entry, metric: string, sent: number): string {
  const value = entry.truth[metric] ?? null;
  return JSON.stringify({
    at: entry.at,
    device: entry.device,
    metric,
    value,
    ...(sent === value ? {} : { sent }),
    ...(entry.ts === undefined ? {} : { ts: entry.ts }),
    published: entry.published,
    ...(entry.fault === undefined ? {} : { fault: entry.fault }),
  });
}
