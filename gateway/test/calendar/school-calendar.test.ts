import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarOf, DAY, HOUR, MINUTE } from './school-year.ts';

const ZONES = [
  'Asia/Shanghai',
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Atlantic/Azores',
];
const PLACES = ['room-301', 'gate-east', 'server-room', 'nowhere'];
const instants = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) });

describe('local days', () => {
  it.each([
    ['Europe/London', '2026-03-29', 23],
    ['Europe/London', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Atlantic/Azores', '2026-10-25', 25],
    ['Asia/Shanghai', '2026-03-29', 24],
  ])('%s: %s has %f h', (zone, date, hours) => {
    const { from, to } = calendarOf({}, zone).dayBounds(date);
    expect((to - from) / HOUR).toBe(hours);
  });

  it.each(ZONES)('%s: hours, days and months part the time without gap or overlap', (zone) => {
    const calendar = calendarOf({}, zone);
    fc.assert(
      fc.property(instants, fc.constantFrom('hour' as const, 'day' as const, 'month' as const), (at, step) => {
        const from = calendar.floor(at, step);
        const to = calendar.next(at, step);
        expect(from).toBeLessThanOrEqual(at);
        expect(to).toBeGreaterThan(at);
        expect(calendar.floor(from, step)).toBe(from);
        expect(calendar.next(from, step)).toBe(to);
        expect(calendar.floor(to - 1, step)).toBe(from);
        expect(calendar.floor(to, step)).toBe(to);
      }),
      { numRuns: 500 },
    );
  });

  it.each(ZONES)('%s: dates agree with Intl', (zone) => {
    const calendar = calendarOf({}, zone);
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
    fc.assert(
      fc.property(instants, (at) => {
        const date = calendar.dateOf(at);
        expect(date).toBe(format.format(at));
        const { from, to } = calendar.dayBounds(date);
        expect(at >= from && at < to).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('starts hours at the local full hour, and a change of offset starts one', () => {
    const kolkata = calendarOf({}, 'Asia/Kolkata');
    expect(kolkata.floor(Date.UTC(2026, 0, 1, 6, 45), 'hour')).toBe(Date.UTC(2026, 0, 1, 6, 30));
    const change = Date.UTC(2026, 3, 4, 15);
    const lordHowe = calendarOf({}, 'Australia/Lord_Howe');
    expect(lordHowe.floor(change + MINUTE, 'hour')).toBe(change);
    expect(lordHowe.next(change, 'hour')).toBe(change + 30 * MINUTE);
  });
});

describe('open and closed', () => {
  const calendar = calendarOf();
  const at = (local: string) => Date.parse(`${local}+08:00`);
  it.each([
    ['room-301', '2026-03-09T06:29', false, 'before opening on a Monday'],
    ['room-301', '2026-03-09T06:30', true, 'at opening'],
    ['room-301', '2026-03-09T12:00', true, 'where two ranges meet'],
    ['room-301', '2026-03-09T22:00', false, 'at closing'],
    ['room-301', '2026-03-08T10:00', false, 'on a Sunday'],
    ['room-301', '2026-05-09T10:00', true, 'on a make-up Saturday, like school'],
    ['room-301', '2026-05-01T10:00', false, 'on a public holiday'],
    ['gate-east', '2026-03-06T23:00', true, 'Friday night'],
    ['gate-east', '2026-03-07T05:59', true, 'Friday night runs into Saturday'],
    ['gate-east', '2026-03-07T06:00', false, 'and ends'],
    ['gate-east', '2026-03-07T21:00', true, 'Saturday night'],
    ['gate-east', '2026-05-01T00:00', true, 'all of a holiday'],
    ['server-room', '2026-05-01T03:00', true, 'never closed'],
    ['nowhere', '2026-05-01T03:00', true, 'a place without a profile is never closed'],
  ])('%s %s: %s (%s)', (place, local, open) => {
    expect(calendar.isOpen(place, at(local))).toBe(open);
    expect(calendar.inPeriod(place, 'closed', at(local))).toBe(!open);
    expect(calendar.inPeriod(place, 'open', at(local))).toBe(open);
    expect(calendar.inPeriod(place, 'always', at(local))).toBe(true);
  });

  it('closes a place with an override that always holds', () => {
    const closed = calendarOf({ overrides: [{ type: 'holiday', places: ['room-301'] }] });
    expect(closed.isOpen('room-301', at('2026-03-09T10:00'))).toBe(false);
    expect(closed.isOpen('room-302', at('2026-03-09T10:00'))).toBe(true);
    expect(closed.nextChange('room-301', at('2026-03-09T10:00'))).toBe(at('2026-03-17T10:00'));
  });

  it('knows the bells, overnight ones too', () => {
    expect(calendar.inPeriod('room-301', 'bell:lesson-1', at('2026-03-09T08:39'))).toBe(true);
    expect(calendar.inPeriod('room-301', 'bell:lesson-1', at('2026-03-09T08:40'))).toBe(false);
    expect(calendar.inPeriod('room-301', 'bell:lights-out', at('2026-03-07T03:00'))).toBe(true);
    expect(calendar.inPeriod('room-301', 'bell:lights-out', at('2026-03-08T03:00'))).toBe(false);
    expect(calendar.inPeriod('room-301', 'bell:none', at('2026-03-09T08:10'))).toBe(false);
    expect(calendar.bells('room-301', '2026-03-09').map(({ id }) => id)).toEqual(['lesson-1', 'lights-out']);
  });

  it.each(ZONES)('%s: open ranges do not overlap and are what isOpen says', (zone) => {
    const local = calendarOf({}, zone);
    fc.assert(
      fc.property(instants, fc.constantFrom(...PLACES), (moment, place) => {
        const today = local.dateOf(moment);
        const before = local.dateOf(local.dayBounds(today).from - 1);
        const ranges = local.openRanges(place, today);
        ranges.forEach((range, i) => {
          expect(range.to).toBeGreaterThan(range.from);
          expect(range.from).toBeGreaterThan(ranges[i - 1]?.to ?? 0);
        });
        const all = [...local.openRanges(place, before), ...ranges];
        expect(local.isOpen(place, moment)).toBe(all.some(({ from, to }) => moment >= from && moment < to));
      }),
      { numRuns: 300 },
    );
  });

  it.each(ZONES)('%s: nextChange is the first minute at which a scan sees a change', (zone) => {
    const local = calendarOf({}, zone);
    const state = (place: string, moment: number) =>
      ['open', 'bell:lesson-1', 'bell:lights-out'].map((period) => local.inPeriod(place, period, moment)).join();
    fc.assert(
      fc.property(instants, fc.constantFrom(...PLACES), (moment, place) => {
        const change = local.nextChange(place, moment);
        const first = Math.floor(moment / MINUTE) * MINUTE + MINUTE;
        const now = state(place, moment);
        let scan = first;
        while (scan <= moment + 8 * DAY && state(place, scan) === now) scan += MINUTE;
        expect(change).toBe(Math.min(scan, moment + 8 * DAY));
      }),
      { numRuns: 20 },
    );
  });
});
