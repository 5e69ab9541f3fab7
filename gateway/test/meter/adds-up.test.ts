/** What pages show as one table: a place, its parts, what no part sees and what cannot be matched. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bookRegisterHours } from '../../src/meter/book-hours.ts';
import { columnsOf } from '../../src/meter/point-columns.ts';
import { type MeterBook, type MeterFacts, sumConsumption } from '../../src/meter/sum-consumption.ts';
import { calendarOf, DAY, HOUR, MINUTE } from '../calendar/school-year.ts';
import { happenings, playHistory, SPEC } from './register-history.ts';

/** The long form: HOUQIN_PROPERTY_RUNS=20 plays twenty times as many campuses. */
const LONGER = Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 1);
/** Lord Howe moves its clocks by half an hour in these days. */
const ZONES = ['Asia/Shanghai', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'] as const;
const T0 = Date.UTC(2026, 3, 3);

const meter = fc.record({
  story: happenings,
  startMs: fc.integer({ min: -DAY, max: DAY }),
  intervalMs: fc.constantFrom(1, 15, 60).map((minutes) => minutes * MINUTE),
  retired: fc.option(fc.constantFrom('2026-04-02', '2026-04-03', '2026-04-04', '2026-04-05'), { nil: undefined }),
});
type Meter = typeof meter extends fc.Arbitrary<infer T> ? T : never;
interface Place {
  readonly own: readonly Meter[];
  readonly kids: readonly Place[];
}
const places = (depth: number): fc.Arbitrary<Place> =>
  fc.record({
    own: fc.array(meter, { maxLength: 2 }),
    kids: depth === 0 ? fc.constant([]) : fc.array(places(depth - 1), { maxLength: 3 }),
  });

/** The meters that stand for a place. */
const nearest = ({ own, kids }: Place): readonly Meter[] => (own.length > 0 ? own : kids.flatMap(nearest));
const placesIn = (place: Place): readonly Place[] => [place, ...place.kids.flatMap(placesIn)];

it.each(ZONES)('the total is the parts, unmetered and unmatched, in %s', (zone) => {
  const calendar = calendarOf({}, zone);
  const phase = calendar.dayBounds('2026-01-15').from % HOUR;
  const bookOf = ({ story, startMs, intervalMs }: Meter): MeterBook => {
    const { readings } = playHistory(5_000_00, T0 + startMs, intervalMs, story);
    const points = columnsOf(readings.map((reading) => ({ ...reading, flags: 0 })));
    const [from, to] = [(readings[0]?.ts ?? 0) - HOUR, (readings.at(-1)?.ts ?? 0) + HOUR];
    return bookRegisterHours({ points, spec: SPEC, intervalMs, hourPhaseMs: phase, from, to });
  };
  const range = fc.record({
    fromMs: fc.integer({ min: -DAY, max: 2 * DAY }),
    lengthMs: fc.oneof(fc.constant(DAY), fc.integer({ min: 1, max: 4 * DAY })),
    nowMs: fc.integer({ min: -2 * DAY, max: 5 * DAY }),
    onTheHour: fc.boolean(),
  });
  fc.assert(
    fc.property(places(2), range, (campus, { fromMs, lengthMs, nowMs, onTheHour }) => {
      const meters = [...new Set(placesIn(campus).flatMap(({ own }) => own))];
      const named = new Map(meters.map((one, i) => [one, `m${i}`]));
      const ids = (of: readonly Meter[]): string[] => of.map((one) => named.get(one) ?? '');
      const books = new Map(meters.map((one) => [named.get(one) ?? '', bookOf(one)]));
      const devices = new Map(
        meters.map(({ retired }, i): [string, MeterFacts] => [`m${i}`, { priceClass: undefined, retired }]),
      );
      const from = onTheHour ? calendar.floor(T0 + fromMs, 'hour') : T0 + fromMs;
      const asked = { books, devices, calendar, from, to: from + lengthMs, now: T0 + nowMs, step: 'day' } as const;
      const sum = ({ own, kids }: Place) =>
        sumConsumption({
          plan: { resource: 'electricity', own: ids(own), below: ids(kids.flatMap(nearest)) },
          ...{ ...asked, tariffs: { defaults: {}, tariffs: [] } },
        });
      for (const place of placesIn(campus)) {
        const { total, unmetered, unmatched } = sum(place);
        if (total === null || place.kids.flatMap(nearest).length === 0) continue;
        const parts = place.kids.reduce((all, kid) => all + (sum(kid).total ?? 0), 0);
        const rest = (unmetered ?? 0) + (unmatched?.amount ?? 0);
        expect(parts + rest).toBeCloseTo(total, 6);
        if (unmatched !== undefined) expect(unmatched.meters.length).toBeGreaterThan(0);
        for (const { hours } of unmatched?.meters ?? []) expect(hours).toBeLessThanOrEqual(lengthMs / HOUR + 2);
      }
    }),
    { numRuns: 300 * LONGER },
  );
});
