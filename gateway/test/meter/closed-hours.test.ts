import { describe, expect, it } from 'vitest';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { tariffsConfig } from '#contract/config/tariffs.ts';
import { wasteResponse } from '#contract/http/energy.ts';
import { closedHoursWaste, meteredRooms, type WasteInput, weeksUntil } from '../../src/meter/closed-hours.ts';
import type { MeterBook } from '../../src/meter/sum-consumption.ts';
import { createRegistry } from '../../src/shared/registry.ts';
import { calendarOf, DAY, HOUR } from '../calendar/school-year.ts';

const place = (id: string, parent?: string) => ({ id, name: id, kind: 'room', ...(parent && { parent }) });
const meter = (id: string, at: string, over: object = {}) => ({
  id,
  name: id,
  kind: 'electricity-meter',
  place: at,
  ...over,
});
const campus = campusConfig.parse({
  name: 'x',
  sites: [{ id: 'main', name: 'x' }],
  places: [
    place('campus'),
    place('a', 'campus'),
    place('room-301', 'a'),
    place('room-302', 'a'),
    place('room-dorm', 'campus'),
    place('server-room', 'campus'),
  ],
});
const devices = devicesConfig.parse({
  devices: [
    meter('main', 'campus'),
    meter('m1', 'room-301'),
    meter('m2', 'room-302'),
    meter('m3', 'room-dorm', { priceClass: 'nobody' }),
    meter('m4', 'server-room'),
    meter('w', 'room-301', { kind: 'water-meter' }),
  ],
});
const registry = createRegistry(campus, devices);
const tariffs = tariffsConfig.parse({
  defaults: { electricity: 'school' },
  tariffs: [
    {
      priceClass: 'school',
      name: 'x',
      resource: 'electricity',
      prices: [
        { from: '2026-01-01', yuan: 0.5 },
        { from: '2026-03-09', yuan: 1 },
      ],
    },
  ],
});
const calendar = calendarOf({
  placeProfiles: {
    classroom: { name: 'x', open: { school: ['07:00-22:00'] } },
    server: { name: 'x', open: {}, alwaysOpen: true },
  },
});
/** Wednesday 11 March 2026, 12:00 in Shanghai. */
const NOW = Date.UTC(2026, 2, 11, 4);
const weeks = weeksUntil(NOW, 2, calendar);
const START = weeks[0]?.from ?? 0;
/** So many kWh in each hour that is closed, and one in each that is open. */
const book = (at: string, closedKwh: number, until = NOW): MeterBook => ({
  hours: Array.from({ length: (until - START) / HOUR }, (_, i) => ({
    from: START + i * HOUR,
    increase: calendar.isOpen(at, START + i * HOUR) ? 1 : closedKwh,
    estimatedS: 0,
    missingS: 0,
    startRegister: null,
    endRegister: null,
    flags: 0,
  })),
  steps: [],
});
const ask = (over: Partial<WasteInput>) => {
  const input: WasteInput = {
    rooms: meteredRooms(registry, 'campus', 'electricity', '2026-01-01'),
    weeks,
    resource: 'electricity',
    now: NOW,
    limit: 10,
    books: new Map(),
    calendar,
    tariffs,
    devices: registry.devices,
    ...over,
  };
  return wasteResponse.parse(closedHoursWaste(input));
};
/** Hours in which the calendar, asked hour by hour as the rules ask it, says closed. */
const closedHours = (at: string, from: number, to: number): number =>
  Array.from({ length: (to - from) / HOUR }, (_, i) => from + i * HOUR).filter((hour) => !calendar.isOpen(at, hour))
    .length;

describe('waste in closed hours', () => {
  it('is told per room: the lowest places that have a meter', () => {
    expect(meteredRooms(registry, 'campus', 'electricity', '2026-01-01').map((room) => room.place)).toEqual([
      'room-301',
      'room-302',
      'room-dorm',
      'server-room',
    ]);
    expect(meteredRooms(registry, 'campus', 'water', '2026-01-01')).toEqual([{ place: 'room-301', meters: ['w'] }]);
  });

  it('is told by weeks from Monday, the last one until now', () => {
    expect(weeks.map(({ from }) => calendar.dateOf(from))).toEqual(['2026-03-02', '2026-03-09']);
    expect(weeks[1]?.to).toBe((weeks[1]?.from ?? 0) + 7 * DAY);
  });

  it('counts the hours that the rules call closed, at the price of their day, the worst room first', () => {
    const books = new Map([
      ['m1', book('room-301', 2)],
      ['m2', book('room-302', 5)],
    ]);
    const { rooms } = ask({ books });
    expect(rooms.map((room) => room.place)).toEqual(['room-302', 'room-301', 'room-dorm']);
    const [first, second] = weeks.map(({ from, to }) => closedHours('room-302', from, Math.min(to, NOW)));
    const [worst] = rooms;
    expect(worst?.weeks.map(({ amount }) => amount)).toEqual([5 * (first ?? 0), 5 * (second ?? 0)]);
    expect(worst?.yuan).toBeCloseTo(5 * (first ?? 0) * 0.5 + 5 * (second ?? 0), 6);
    expect(worst?.completeness).toBe(1);
    const open = (NOW - START) / HOUR - (first ?? 0) - (second ?? 0);
    expect(worst?.share).toBeCloseTo((worst?.amount ?? 0) / ((worst?.amount ?? 0) + open), 9);
  });

  it('is unknown, not nought, where nothing was measured, and partly known where a part was', () => {
    const half = book('room-301', 2, START + 3.5 * DAY);
    const { rooms } = ask({ books: new Map([['m1', half]]) });
    const [known, other] = rooms;
    expect(known?.completeness).toBeGreaterThan(0.2);
    expect(known?.completeness).toBeLessThan(0.6);
    expect(known?.weeks[1]).toEqual({ amount: null, yuan: null, completeness: 0 });
    expect(other).toMatchObject({ amount: null, yuan: null, share: null });
  });

  it('has no yuan where a part has no price, and lists no more than was asked for', () => {
    const { rooms, roomsInAll, alwaysOpen } = ask({ books: new Map([['m3', book('room-dorm', 1)]]), limit: 1 });
    expect(rooms).toHaveLength(1);
    expect([roomsInAll, alwaysOpen]).toEqual([3, 1]);
    expect(rooms[0]).toMatchObject({ place: 'room-dorm', yuan: null });
    expect(rooms[0]?.amount).toBeGreaterThan(0);
  });
});
