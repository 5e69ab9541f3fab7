import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { HourBook } from '../store/reading-store.ts';
import { HOUR_MS } from './hour-ledger.ts';
import { knownWindow } from './spread-hours.ts';

interface UnmeteredInput {
  /** Meters of the place itself, and the nearest ones below. */
  readonly own: readonly string[];
  readonly below: readonly string[];
  hoursOf(device: string): readonly HourBook[];
  /** From when on a retired meter is missed no more; what it tells all the same counts. */
  endOf(device: string): number | undefined;
  readonly from: number;
  readonly to: number;
  /** What is later cannot be missing yet. */
  readonly now: number;
}

interface Meter {
  readonly device: string;
  readonly sign: 1 | -1;
  readonly end: number;
}

/** What the meters know of one hour of the range. */
interface Sum {
  whole: number;
  rest: number;
  /** Meters in use that know something of it, and meters out of use that still do. */
  inUse: number;
  late: number;
}

/** A reading that is this late has not come yet; it is not missing. */
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
  const { own, below } = input;
  if (own.length === 0 || below.length === 0) return { unmetered: null };
  const meters = metersOf(input);
  const grid = gridOf(input);
  const sums = new Map<number, Sum>();
  const told = meters.map((meter) => addMeter(meter, input, grid, sums));
  if (!told.some(({ sign, since }) => sign === 1 && since !== null)) return { unmetered: null };
  const inUse = (of: readonly Meter[], at: number): number => of.filter(({ end }) => end > at).length;
  const retired = meters.filter(({ end }) => end < input.to);
  const silent = told.filter(({ since }) => since === null);
  let [all, unmetered]: [number, number | null] = [0, null];
  for (const [at, sum] of sums) {
    const wanted = meters.length - retired.length + inUse(retired, at);
    const isDue = at < grid.until;
    // Where nothing is due yet, a meter that has told nothing lacks nothing; one that never told anything does.
    const early = isDue && !grid.early.includes(at) ? 0 : wanted - sum.inUse - (isDue ? inUse(silent, at) : 0);
    all += sum.rest;
    if (sum.whole + early === wanted + sum.late) unmetered = (unmetered ?? 0) + sum.rest;
  }
  const lacking = told.filter(({ hours }) => hours > 0).sort((a, b) => b.hours - a.hours);
  if (lacking.length === 0) return { unmetered };
  const named = lacking.slice(0, MOST_METERS).map(({ device, hours, since }) => ({ device, hours, since }));
  return { unmetered, unmatched: { amount: all - (unmetered ?? 0), meters: named } };
}

/** The last of a place's own meters is missed after its end as well: without one there is no total to take from. */
function metersOf({ own, below, endOf }: UnmeteredInput): Meter[] {
  const end = (device: string): number => endOf(device) ?? Number.POSITIVE_INFINITY;
  const last = Math.max(...own.map(end));
  return [
    ...own.map((device): Meter => ({ device, sign: 1, end: end(device) === last ? Infinity : end(device) })),
    ...below.map((device): Meter => ({ device, sign: -1, end: end(device) })),
  ];
}

type Grid = ReturnType<typeof gridOf>;

/** The hours of the range as the books cut them: in zones of :30 and :45 not those of UTC. */
function gridOf({ own, below, hoursOf, from, to, now }: UnmeteredInput) {
  const booked = [...own, ...below].map((device) => hoursOf(device)[0]).find((hour) => hour !== undefined);
  const phase = (booked?.from ?? 0) % HOUR_MS;
  const floor = (at: number): number => Math.floor((at - phase) / HOUR_MS) * HOUR_MS + phase;
  const until = Math.min(to, now);
  /** Up to when an hour must be known. */
  const dueBy = (hour: number): number => Math.min(Math.min(hour + HOUR_MS, to) - SECOND_MS, now - NOT_YET_MS);
  const ends = from < until ? new Set([from, Math.max(from, floor(until - 1))]) : [];
  return {
    until,
    dueBy,
    /** Hours that have begun, though nothing of them need be known yet. */
    early: [...ends].filter((at) => at >= dueBy(floor(at))),
    /** How many have begun before `end`. */
    count: (end: number): number => {
      const upTo = Math.min(until, end);
      return upTo <= from ? 0 : Math.ceil((upTo - floor(from)) / HOUR_MS);
    },
  };
}

/** Adds what one meter knows to the sums. @returns how many hours it lacks, and since when it is known */
function addMeter(meter: Meter, input: UnmeteredInput, grid: Grid, sums: Map<number, Sum>) {
  const { sign, end } = meter;
  const upTo = Math.min(grid.until, end);
  const early = new Set(grid.early.filter((at) => at < upTo));
  let [hours, since]: [number, number | null] = [grid.count(end), null];
  for (const hour of input.hoursOf(meter.device)) {
    const part = partOf(hour, input, grid);
    if (part === undefined) continue;
    const { at, isWhole } = part;
    const sum = sums.get(at) ?? { whole: 0, rest: 0, inUse: 0, late: 0 };
    sums.set(at, sum);
    sum.rest += sign * part.amount;
    if (at < end) sum.inUse += 1;
    else sum.late += 1;
    if (isWhole) sum.whole += 1;
    if (isWhole && at < upTo) hours -= 1;
    if (!isWhole && at >= upTo) hours += 1;
    early.delete(at);
    since = Math.min(since ?? part.since, part.since);
  }
  return { ...meter, hours: since === null ? hours : hours - early.size, since };
}

/** What an hour adds to the range, and whether it is known as far as the range goes; undefined where it adds nothing. */
function partOf(hour: HourBook, { from, to }: UnmeteredInput, grid: Grid) {
  if (hour.increase === null) return undefined;
  const window = knownWindow(hour);
  const known = { from: Math.max(window.from, from), to: Math.min(window.to, to) };
  if (known.to <= known.from) return undefined;
  const at = Math.max(hour.from, from);
  const length = window.to - window.from;
  const isOneStretch = hour.missingS * 1_000 <= HOUR_MS - length;
  const isWhole = isOneStretch && known.from <= at + SECOND_MS && known.to >= grid.dueBy(hour.from);
  return { at, amount: (hour.increase * (known.to - known.from)) / length, since: known.from, isWhole };
}
