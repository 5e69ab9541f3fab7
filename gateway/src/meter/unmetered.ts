import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { TimeSpan } from '../calendar/school-calendar.ts';
import type { HourBook } from '../store/reading-store.ts';
import { HOUR_MS } from './hour-ledger.ts';
import { knownWindow } from './spread-hours.ts';

interface UnmeteredInput {
  /** Meters of the place itself, and the nearest ones below. */
  readonly own: readonly string[];
  readonly below: readonly string[];
  hoursOf(device: string): readonly HourBook[];
  /** From when on a retired meter is missed no more. */
  endOf(device: string): number | undefined;
  readonly from: number;
  readonly to: number;
}

/** A reading of the running hour that is this late has not come yet; it is not missing. */
const NOT_YET_MS = 120_000;
/** Books tell whole seconds. */
const SECOND_MS = 1_000;
/** As many meters as somebody reads the names of. */
const MOST_METERS = 20;

/**
 * The place's own meters minus the nearest ones below, over the hours that all of them know: an hour that one of them
 * lacks would look like a loss. What the other hours make of the total is told apart, with the meters that lack them,
 * so that the total is the sum of the parts, `unmetered` and `unmatched`. The running hour counts as far as it is over.
 */
export function unmeteredOf(input: UnmeteredInput): Pick<ConsumptionResponse, 'unmetered' | 'unmatched'> {
  const { own, below, from, to } = input;
  if (own.length === 0 || below.length === 0) return { unmetered: null };
  const hours = new Map<number, { whole: number; rest: number }>();
  const lacking: { device: string; hours: number; since: number | null }[] = [];
  let all = 0;
  let isTotalKnown = false;
  for (const [devices, sign] of [
    [own, 1],
    [below, -1],
  ] as const) {
    for (const device of devices) {
      const end = Math.min(to, input.endOf(device) ?? to);
      let [whole, since]: [number, number | null] = [0, null];
      for (const hour of input.hoursOf(device)) {
        const part = partOf(hour, { from, to });
        if (part === undefined) continue;
        if (sign === 1) isTotalKnown = true;
        all += sign * part.amount;
        since = Math.min(since ?? part.since, part.since);
        if (!part.isWhole || hour.from >= end) continue;
        whole += 1;
        const at = hours.get(hour.from) ?? { whole: 0, rest: 0 };
        hours.set(hour.from, { whole: at.whole + 1, rest: at.rest + sign * part.amount });
      }
      const missing = countHours({ from, to: end }) - whole;
      if (missing > 0) lacking.push({ device, hours: missing, since });
    }
  }
  const ends = [...own, ...below].flatMap((device) => input.endOf(device) ?? []);
  const inUse = (at: number): number => own.length + below.length - ends.filter((end) => end <= at).length;
  let unmetered: number | null = null;
  for (const [at, { whole, rest }] of hours) if (whole === inUse(at)) unmetered = (unmetered ?? 0) + rest;
  if (lacking.length === 0 || !isTotalKnown) return { unmetered };
  const meters = lacking.sort((a, b) => b.hours - a.hours).slice(0, MOST_METERS);
  return { unmetered, unmatched: { amount: all - (unmetered ?? 0), meters } };
}

/** What an hour adds to the range, and whether it is known as far as the range goes; undefined where it adds nothing. */
function partOf(hour: HourBook, { from, to }: TimeSpan) {
  if (hour.increase === null) return undefined;
  const end = hour.from + HOUR_MS;
  const window = knownWindow(hour);
  const known = { from: Math.max(window.from, from), to: Math.min(window.to, to) };
  if (known.to <= known.from) return undefined;
  const length = window.to - window.from;
  const isOneStretch = hour.missingS * 1_000 <= HOUR_MS - length;
  const late = to < end ? NOT_YET_MS : SECOND_MS;
  const isWhole =
    isOneStretch && known.from <= Math.max(hour.from, from) + SECOND_MS && known.to >= Math.min(end, to) - late;
  return { amount: (hour.increase * (known.to - known.from)) / length, since: known.from, isWhole };
}

const countHours = ({ from, to }: TimeSpan): number =>
  to <= from ? 0 : Math.ceil(to / HOUR_MS) - Math.floor(from / HOUR_MS);
