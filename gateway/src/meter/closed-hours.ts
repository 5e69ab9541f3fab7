/** What rooms used while they were closed, week by week: the closed hours are those of the calendar that the rules ask. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { Resource } from '#contract/enums.ts';
import type { WasteResponse, WasteRoom } from '#contract/http/energy.ts';
import { RESOURCE_METRICS } from '#contract/metrics.ts';
import type { LocalDate, SchoolCalendar, TimeSpan } from '../calendar/school-calendar.ts';
import type { Registry } from '../shared/registry.ts';
import { planConsumption } from './plan-consumption.ts';
import { isExamplePrice, priceOf } from './price-of.ts';
import { type Spread, spreadHours } from './spread-hours.ts';
import type { MeterBook } from './sum-consumption.ts';

type Days = Pick<SchoolCalendar, 'floor' | 'next' | 'dateOf' | 'openRanges'>;

/** Closed time of one local day, or of a part of it. */
interface ClosedSpan extends TimeSpan {
  readonly date: LocalDate;
  readonly week: number;
}

export interface MeteredRoom {
  readonly place: string;
  readonly meters: readonly string[];
}

export interface WasteInput {
  readonly rooms: readonly MeteredRoom[];
  readonly weeks: readonly TimeSpan[];
  readonly resource: Resource;
  /** Epoch ms; the running week is known up to here. */
  readonly now: number;
  /** How many rooms are listed. */
  readonly limit: number;
  /** A device that is not in it has no data. */
  readonly books: ReadonlyMap<string, MeterBook>;
  readonly calendar: Days & Pick<SchoolCalendar, 'day'>;
  readonly tariffs: TariffsConfig;
  readonly devices: ReadonlyMap<string, Pick<DeviceConfig, 'priceClass'>>;
}

/**
 * The places under `root` (itself included) that have a meter while no place below them has one.
 * @param from local date on which the range begins: meters that were out of use by then are left out
 */
export function meteredRooms(registry: Registry, root: string, resource: Resource, from: LocalDate): MeteredRoom[] {
  const rooms: MeteredRoom[] = [];
  const seen = new Set<string>();
  const walk = (place: string): boolean => {
    if (seen.has(place)) return false;
    seen.add(place);
    const below = registry.childPlaces(place).map(({ id }) => walk(id));
    if (below.includes(true)) return true;
    const { own, below: parts } = planConsumption(registry, place, resource, from);
    const meters = own.length > 0 ? own : parts;
    if (meters.length > 0) rooms.push({ place, meters });
    return meters.length > 0;
  };
  walk(root);
  return rooms;
}

/** The running week and those before it, from Monday, the oldest first. */
export function weeksUntil(now: number, count: number, calendar: Pick<Days, 'floor' | 'next' | 'dateOf'>): TimeSpan[] {
  let monday = calendar.floor(now, 'day');
  while (weekdayOf(calendar.dateOf(monday)) !== 1) monday = calendar.floor(monday - 1, 'day');
  const weeks: TimeSpan[] = [];
  for (let i = 0; i < count; i += 1) {
    const to = weeks[0]?.from ?? weekAfter(monday, calendar);
    const from = i === 0 ? monday : weekBefore(to, calendar);
    weeks.unshift({ from, to });
  }
  return weeks;
}

const weekdayOf = (date: LocalDate): number => new Date(`${date}T00:00:00Z`).getUTCDay();

function weekAfter(monday: number, calendar: Pick<Days, 'next'>): number {
  let at = monday;
  for (let i = 0; i < 7; i += 1) at = calendar.next(at, 'day');
  return at;
}

function weekBefore(monday: number, calendar: Pick<Days, 'floor'>): number {
  let at = monday;
  for (let i = 0; i < 7; i += 1) at = calendar.floor(at - 1, 'day');
  return at;
}

/** Rooms by what they used in closed hours, the worst first. A room that never closes wastes nothing and is left out. */
export function closedHoursWaste(input: WasteInput): WasteResponse {
  const { rooms, weeks, resource, calendar } = input;
  const closing = rooms.map((room) => ({ room, spans: closedSpans(input, room.place) }));
  const listed = closing.filter(({ spans }) => spans.length > 0).map(({ room, spans }) => roomOf(input, room, spans));
  const first = weeks[0]?.from ?? input.now;
  return {
    resource,
    unit: RESOURCE_METRICS[resource].unit,
    weeks: weeks.map(({ from, to }) => ({ from, to })),
    rooms: listed
      .sort((a, b) => (b.amount ?? -1) - (a.amount ?? -1) || (a.place < b.place ? -1 : 1))
      .slice(0, input.limit),
    roomsInAll: listed.length,
    alwaysOpen: closing.length - listed.length,
    missingYears: yearsWithoutHolidays(calendar, rooms[0]?.place, first, input.now),
  };
}

function yearsWithoutHolidays(
  calendar: WasteInput['calendar'],
  place: string | undefined,
  from: number,
  to: number,
): number[] {
  const years = new Set<number>();
  for (let at = calendar.floor(from, 'day'); place !== undefined && at < to; at = calendar.next(at, 'day')) {
    const date = calendar.dateOf(at);
    if (!calendar.day(date, place).holidaysLoaded) years.add(Number(date.slice(0, 4)));
  }
  return [...years];
}

/** Closed time of a place in the weeks, day by day, up to now. */
function closedSpans({ weeks, calendar, now }: WasteInput, place: string): ClosedSpan[] {
  const spans: ClosedSpan[] = [];
  for (const [week, { from, to }] of weeks.entries()) {
    let open = calendar.openRanges(place, calendar.dateOf(calendar.floor(from - 1, 'day')));
    for (let day = from; day < Math.min(to, now); ) {
      const next = calendar.next(day, 'day');
      const date = calendar.dateOf(day);
      const own = calendar.openRanges(place, date);
      for (const span of outside([...open, ...own], { from: day, to: Math.min(next, now) }))
        spans.push({ ...span, date, week });
      open = own;
      day = next;
    }
  }
  return spans;
}

/** What of the range no open hours cover. */
function outside(open: readonly TimeSpan[], { from, to }: TimeSpan): TimeSpan[] {
  const closed: TimeSpan[] = [];
  let at = from;
  for (const range of [...open].sort((a, b) => a.from - b.from)) {
    if (at >= to) break;
    if (range.from > at) closed.push({ from: at, to: Math.min(range.from, to) });
    at = Math.max(at, range.to);
  }
  if (at < to) closed.push({ from: at, to });
  return closed;
}

interface Sum {
  amount: number | null;
  yuan: number | null;
  hasPrice: boolean;
  knownMs: number;
  askedMs: number;
}

const empty = (): Sum => ({ amount: null, yuan: null, hasPrice: true, knownMs: 0, askedMs: 0 });

function roomOf(input: WasteInput, { place, meters }: MeteredRoom, spans: readonly ClosedSpan[]): WasteRoom {
  const sums = input.weeks.map(empty);
  const whole: TimeSpan = { from: input.weeks[0]?.from ?? 0, to: Math.min(input.now, input.weeks.at(-1)?.to ?? 0) };
  let all: number | null = null;
  let isExample = false;
  for (const meter of meters) {
    const hours = input.books.get(meter)?.hours ?? [];
    const device = input.devices.get(meter);
    isExample ||= isExamplePrice(input.tariffs, device, input.resource);
    for (const [i, spread] of spreadHours(hours, spans).entries()) {
      const span = spans[i];
      const sum = sums[span?.week ?? 0];
      if (span === undefined || sum === undefined) continue;
      add(sum, spread, span.to - span.from, priceOf(input.tariffs, device, input.resource, span.date));
    }
    const [used] = spreadHours(hours, [whole]);
    if (used !== undefined && used.knownMs > 0) all = (all ?? 0) + used.amount;
  }
  const total = sums.reduce(joined, empty());
  return {
    place,
    ...figuresOf(total),
    ...(isExample && total.yuan !== null ? { yuanIsExample: true } : {}),
    share: total.amount === null || all === null || all <= 0 ? null : Math.min(1, total.amount / all),
    weeks: sums.map(figuresOf),
  };
}

function add(sum: Sum, { amount, knownMs }: Spread, lengthMs: number, price: number | undefined): void {
  sum.askedMs += lengthMs;
  if (knownMs <= 0) return;
  sum.knownMs += knownMs;
  sum.amount = (sum.amount ?? 0) + amount;
  if (price === undefined) sum.hasPrice = false;
  else sum.yuan = (sum.yuan ?? 0) + amount * price;
}

const plus = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

function joined(a: Sum, b: Sum): Sum {
  return {
    amount: plus(a.amount, b.amount),
    yuan: plus(a.yuan, b.yuan),
    hasPrice: a.hasPrice && b.hasPrice,
    knownMs: a.knownMs + b.knownMs,
    askedMs: a.askedMs + b.askedMs,
  };
}

/** Yuan of which a part has no price are not told. */
const figuresOf = ({ amount, yuan, hasPrice, knownMs, askedMs }: Sum) => ({
  amount,
  yuan: hasPrice ? yuan : null,
  completeness: askedMs === 0 ? 0 : Math.min(1, knownMs / askedMs),
});
