import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_BITS, isNewer, orderTime, standsAt } from '#contract/readings.ts';
import { placing } from '../rules/placing.ts';

const NOW = Date.parse('2026-03-02T08:00:00+08:00');
const at = (ts: number, receivedAt: number) => ({ ts: NOW + ts, receivedAt: NOW + receivedAt });

describe('the one order of time', () => {
  test.each([
    ['a later time', at(0, 0), at(1_000, 1_000), true],
    ['an earlier time that comes later', at(0, 0), at(-1_000, 1_000), false],
    ['the same time that comes later', at(0, 0), at(0, 1_000), true],
    ['nine minutes ahead, then right', at(540_000, 0), at(3_000, 3_000), true],
    ['nine minutes ahead, then a clock that is slow', at(540_000, 0), at(-5_000, 3_000), true],
    ['nine minutes ahead, then eight', at(540_000, 0), at(480_000, 3_000), true],
    ['nine minutes ahead, then what was kept since yesterday', at(540_000, 0), at(-86_400_000, 3_000), false],
    ['ahead by jitter, then right', at(1_900, 0), at(1_000, 1_000), true],
    ['ahead by jitter, then an older one that was under way', at(1_900, 0), at(-2_000, 1_000), false],
    ['two of one message that is ahead', at(540_000, 0), at(540_001, 0), true],
    ['two of one message, the later first', at(540_001, 0), at(540_000, 0), false],
  ])('%s', (_, newest, next, wanted) => {
    expect(isNewer(next, newest)).toBe(wanted);
  });

  test('in whatever order two readings are looked at, the same one is newer', () => {
    const time = fc.record({ ts: fc.integer({ min: -900, max: 900 }), receivedAt: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [one, other] = [at(a.ts * 1_000, a.receivedAt * 1_000), at(b.ts * 1_000, b.receivedAt * 1_000)];
        fc.pre(one.ts !== other.ts || one.receivedAt !== other.receivedAt);
        expect(isNewer(one, other)).toBe(!isNewer(other, one));
      }),
    );
  });

  test('no reading stands for a time that has not come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600_000 }), (ahead) => {
        expect(orderTime(at(ahead, 0))).toBeLessThanOrEqual(NOW + 2_000);
      }),
    );
  });

  test('one reading ahead moves only what comes until the clock says the time at which the next one came', () => {
    const SECOND = 1_000;
    const setting = fc.record({
      lead: fc.integer({ min: 1, max: 10 * 60 * SECOND }),
      interval: fc.integer({ min: SECOND, max: 60 * SECOND }),
      lag: fc.integer({ min: 0, max: 60 * SECOND }),
    });
    fc.assert(
      fc.property(setting, ({ lead, interval, lag }) => {
        const place = placing();
        const reading = (ts: number, receivedAt: number) =>
          place({ device: 'd', metric: 'power_w', ...at(ts, receivedAt), value: 1, flags: 0 });
        const ahead = reading(lead, 0);
        const few = 1 + Math.floor(lag / (interval - 1));
        const came = Array.from({ length: few + 5 }, (_, n) => (n + 1) * interval);
        const placed = came.map((receivedAt) => reading(receivedAt - lag, receivedAt));
        const moved = placed.map(({ flags }) => (flags & FLAG_BITS.moved) !== 0);
        expect(moved.lastIndexOf(true)).toBeLessThan(few);
        // What outranks the one ahead stands after it, and in the order it came in.
        const order = placed.filter((one) => isNewer(one, ahead)).map(standsAt);
        expect(order.every((place, n) => place > (order[n - 1] ?? standsAt(ahead) - 1))).toBe(true);
      }),
      { examples: [[{ lead: 3 * SECOND, interval: 10 * SECOND, lag: 15 * SECOND }]] },
    );
  });
});
