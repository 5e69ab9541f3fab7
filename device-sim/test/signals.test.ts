import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCampusTruth } from '../signals/campus-truth.ts';
import { deviceValues, shownRegister } from '../signals/device-values.ts';
import { localDays } from '../signals/local-days.ts';
import { at, smallCampus } from './small-campus.ts';

const HOUR = 3_600_000;
const METERS = ['main', 'light', 'sockets', 'room', 'rack', 'water'];
const campus = smallCampus();
const truth = createCampusTruth(campus, 1);
const used = (meter: string, from: string, to: string) => truth.total(meter, at(to)) - truth.total(meter, at(from));

describe('a register', () => {
  test('is the integral of its power, over any stretch of time', () => {
    const start = at('2026-03-02T00:00');
    fc.assert(
      fc.property(
        fc.constantFrom(...METERS),
        fc.integer({ min: 0, max: 40 * 86_400 }),
        fc.integer({ min: 60, max: 9_000 }),
        (meter, offsetS, lengthS) => {
          const from = start + offsetS * 1_000;
          let sum = 0;
          for (let s = 0; s < lengthS; s += 1) sum += truth.rate(meter, from + s * 1_000 + 500) / 3_600 / 1_000;
          const counted = truth.total(meter, from + lengthS * 1_000) - truth.total(meter, from);
          expect(Math.abs(counted - sum)).toBeLessThan(1e-4 + counted * 1e-3);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each(['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
    'never falls and skips nothing where %s changes its clocks',
    (timeZone) => {
      const there = createCampusTruth(smallCampus({ timeZone }), 3);
      const days = localDays(timeZone);
      const wrong: number[] = [];
      let before = there.total('main', Date.UTC(2026, 0, 1));
      for (let t = Date.UTC(2026, 0, 1); t < Date.UTC(2027, 0, 1); t += HOUR) {
        const now = there.total('main', t);
        if (!(now >= before && now - before < 60 && days.startOf(days.dayAt(t)) <= t)) wrong.push(t);
        before = now;
      }
      expect(wrong).toEqual([]);
    },
  );

  test('of a main is its own consumers and everything below it', () => {
    const [from, to] = [at('2026-03-03T00:00'), at('2026-03-04T00:00')];
    const below = (['light', 'sockets'] as const).map((id) => truth.total(id, to) - truth.total(id, from));
    const main = truth.total('main', to) - truth.total('main', from);
    expect(main).toBeGreaterThan(below.reduce((a, b) => a + b, 0));
    const room = truth.overlays.add('room', from, to, 1_000);
    expect(truth.total('main', to) - truth.total('main', from)).toBeCloseTo(main + 24, 6);
    room.to = from;
    expect(truth.total('main', to) - truth.total('main', from)).toBeCloseTo(main, 6);
  });

  test('shows whole steps and begins again after its digits', () => {
    const [main, , , , , water] = campus.devices;
    if (main === undefined || water === undefined) throw new Error('devices');
    expect(shownRegister(main, 123.456)).toBe(123.45);
    expect(shownRegister(main, 1e8 + 2.5)).toBe(2.5);
    expect(shownRegister(water, 12.34567)).toBe(12.345);
  });
});

describe('the school year', () => {
  test('a school day uses more than a Sunday, a holiday, a break and the afternoon of a half day', () => {
    const school = used('light', '2026-03-04T00:00', '2026-03-05T00:00');
    for (const quiet of ['2026-03-08', '2026-04-06', '2026-01-14']) {
      const day = at(`${quiet}T00:00`);
      expect(truth.total('light', day + 24 * HOUR) - truth.total('light', day)).toBeLessThan(school / 4);
    }
    expect(used('light', '2026-03-05T14:00', '2026-03-05T17:00')).toBeLessThan(
      used('light', '2026-03-04T14:00', '2026-03-04T17:00') / 4,
    );
  });

  test('a make-up Saturday is a school day', () => {
    expect(used('light', '2026-02-28T08:00', '2026-02-28T12:00')).toBeGreaterThan(
      4 * used('light', '2026-03-07T08:00', '2026-03-07T12:00'),
    );
  });

  test('a place that an override keeps closed stays quiet, a server room never sleeps', () => {
    let [highest, lowest, opened] = [0, Number.POSITIVE_INFINITY, 0];
    for (let t = at('2026-03-02T00:00'); t < at('2026-03-16T00:00'); t += 600_000) {
      highest = Math.max(highest, truth.rate('room', t));
      lowest = Math.min(lowest, truth.rate('rack', t));
      opened += truth.doorOpen('east', t) ? 1 : 0;
    }
    expect(highest).toBeLessThan(100);
    expect(lowest).toBeGreaterThan(4_500);
    expect(opened).toBe(0);
  });

  test('no water runs at night, doors move only in open hours', () => {
    let [moved, nightly] = [0, 0];
    for (let t = at('2026-03-02T00:00'); t < at('2026-03-16T00:00'); t += 60_000) {
      const hour = new Date(t + 8 * HOUR).getUTCHours();
      if (hour < 5 || hour >= 22) {
        nightly += truth.rate('water', t) + (truth.doorOpen('door', t) ? 1 : 0);
      }
      moved += truth.doorOpen('door', t) ? 1 : 0;
    }
    expect(moved).toBeGreaterThan(20);
    expect(nightly).toBe(0);
  });
});

describe('instruments', () => {
  test('the same seed gives the same values, another one others', () => {
    const again = createCampusTruth(smallCampus(), 1);
    const other = createCampusTruth(smallCampus(), 2);
    const now = at('2026-03-04T10:07:31');
    for (const device of campus.devices) {
      expect(deviceValues(device, now, again, 1)).toEqual(deviceValues(device, now, truth, 1));
    }
    expect(other.rate('sockets', now)).not.toBe(truth.rate('sockets', now));
  });

  test('voltage, current and power factor fit the power', () => {
    const device = campus.devices.find(({ id }) => id === 'room');
    if (device === undefined) throw new Error('room');
    for (let t = at('2026-03-04T00:00'); t < at('2026-03-05T00:00'); t += 777_000) {
      const { power_w = 0, voltage_v = 0, current_a = 0, power_factor = 0 } = deviceValues(device, t, truth, 1);
      expect(voltage_v).toBeGreaterThan(207);
      expect(voltage_v).toBeLessThan(253);
      expect(power_factor).toBeGreaterThan(0.85);
      expect(power_factor).toBeLessThanOrEqual(1);
      expect(voltage_v * current_a * power_factor).toBeCloseTo(power_w, 0);
    }
  });
});
