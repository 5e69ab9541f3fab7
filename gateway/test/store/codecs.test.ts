import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLag, encodeLag } from '../../src/store/arrival-lag.ts';
import { decodeBooks, encodeBooks } from '../../src/store/book-codec.ts';
import { decodeBuckets, encodeBuckets } from '../../src/store/bucket-codec.ts';
import { byteSink, byteSource } from '../../src/store/byte-stream.ts';
import { decodeChunk, encodeChunk } from '../../src/store/chunk-codec.ts';
import { HOUR_MS } from '../../src/store/grid.ts';
import type { Columns } from '../../src/store/point-columns.ts';
import type { Bucket, HourBook } from '../../src/store/reading-store.ts';

const SEED = Number(process.env['HOUQIN_SEED'] ?? Date.now() % 1e9);
const check = <T>(property: fc.IProperty<T>, numRuns = 300): void => fc.assert(property, { seed: SEED, numRuns });

/** The store writes minus zero as zero before any codec sees it. */
const anyValue = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const decimal = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 6 }))
  .map(([n, e]) => n / 10 ** e + 0);
const values = fc.oneof(fc.array(anyValue), fc.array(decimal), fc.array(fc.oneof(anyValue, decimal)));
const START = Date.UTC(2026, 0, 1);

describe(`codecs (seed ${SEED})`, () => {
  it('bring any integer back', () => {
    check(
      fc.property(fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })), (numbers) => {
        const sink = byteSink(1);
        for (const n of numbers) sink.svarint(n);
        for (const n of numbers) sink.uvarint(Math.abs(n));
        const source = byteSource(sink.taken());
        expect(numbers.map(() => source.svarint())).toEqual(numbers);
        expect(numbers.map(() => source.uvarint())).toEqual(numbers.map(Math.abs));
      }),
    );
  });

  it('bring chunks back bit for bit: any finite value, irregular times, flag runs', () => {
    const gap = fc.oneof(fc.constant(60_000), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 4e9 }));
    const flag = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0x3fff }));
    check(
      fc.property(values, fc.infiniteStream(gap), fc.infiniteStream(flag), (numbers, gaps, flags) => {
        const points = pointsOf(numbers, gaps, flags);
        const back = decodeChunk(encodeChunk(points, START), START);
        expect(back.length).toBe(points.length);
        expect(bits(back.value)).toEqual(bits(points.value));
        expect([...back.ts]).toEqual([...points.ts]);
        expect([...back.flags]).toEqual([...points.flags]);
      }),
      600,
    );
  });

  it('bring back where moved points stand, and write nothing of it where none is', () => {
    const gap = fc.integer({ min: 0, max: 60_000 });
    const shift = fc.oneof(fc.constant(0), fc.integer({ min: -600_000, max: 60_000 }));
    check(
      fc.property(values, fc.infiniteStream(gap), fc.infiniteStream(shift), (numbers, gaps, shifts) => {
        const plain = pointsOf(numbers, gaps, Array(numbers.length).fill(0).values());
        const moved = { ...plain, shift: Float64Array.from(numbers, () => Number(shifts.next().value)) };
        const blob = encodeChunk(moved, START);
        const back = decodeChunk(blob, START);
        expect([...(back.shift ?? new Float64Array(back.length))]).toEqual([...moved.shift]);
        expect([...back.ts]).toEqual([...plain.ts]);
        if (moved.shift.every((one) => one === 0)) expect(blob).toEqual(encodeChunk(plain, START));
      }),
    );
  });

  it('take about a byte a value where values are decimals', () => {
    const numbers = Array.from({ length: 360 }, (_, i) => Math.round(2_300 + 20 * Math.sin(i / 9)) / 10);
    const points = pointsOf(numbers, Array(360).fill(60_000).values(), Array(360).fill(0).values());
    expect(encodeChunk(points, START).length).toBeLessThan(1.5 * 360);
  });

  it('bring hourly summaries back', () => {
    const bucket = fc.record({
      gap: fc.integer({ min: 0, max: 90 }),
      of: fc.array(decimal, { minLength: 1 }),
      odd: anyValue,
    });
    check(
      fc.property(fc.array(bucket), fc.boolean(), (rows, decimals) => {
        let from = START - HOUR_MS;
        const entries = rows.map(({ gap, of, odd }): Bucket => {
          from += (gap + 1) * HOUR_MS;
          const all = decimals ? of : [...of, odd];
          const [min, max] = [Math.min(...all), Math.max(...all)];
          const sum = all.reduce((total, one) => total + one, 0);
          const finite = Number.isFinite(sum) ? sum + 0 : 0;
          const [first = 0, last = 0] = [all[0], all.at(-1)];
          return { from, count: all.length, first, last, min: min + 0, max: max + 0, sum: finite, flags: gap };
        });
        expect(decodeBuckets(encodeBuckets(entries, START, HOUR_MS), START, HOUR_MS)).toEqual(entries);
      }),
    );
  });

  it('bring booked hours back', () => {
    const register = fc.option(fc.oneof(anyValue, fc.constant(12.5)));
    const hour = fc.record({
      gap: fc.integer({ min: 0, max: 50 }),
      increase: register,
      estimatedS: fc.integer({ min: 0, max: 3600 }),
      missingS: fc.integer({ min: 0, max: 3600 }),
      startRegister: register,
      endRegister: register,
      flags: fc.integer({ min: 0, max: 1023 }),
    });
    check(
      fc.property(fc.array(hour), (rows) => {
        let from = START - HOUR_MS;
        const books = rows.map(({ gap, ...rest }): HourBook => {
          from += (gap + 1) * HOUR_MS;
          return { from, ...rest };
        });
        expect(decodeBooks(encodeBooks(books, START), START)).toEqual(books);
      }),
    );
  });

  it('keep the arrival to the millisecond up to 32 s before the commit, to 0.04 % beyond', () => {
    check(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 9e11 })), (lag) => {
        const error = Math.abs(decodeLag(encodeLag(lag)) - lag);
        expect(error).toBeLessThanOrEqual(lag < 32_768 ? 0 : 4e-4 * lag);
      }),
      2_000,
    );
    expect(encodeLag(-5)).toBe(0);
  });

  it('refuse a blob that was cut short', () => {
    const points = pointsOf([1.5, 2.5, 3.5], [1, 1, 1].values(), [0, 0, 0].values());
    const blob = encodeChunk(points, START);
    expect(() => decodeChunk(blob.subarray(0, blob.length - 2), START)).toThrow();
  });
});

function pointsOf(numbers: readonly number[], gaps: Iterator<number>, flags: Iterator<number>): Columns {
  let at = START;
  const ts = Float64Array.from(numbers, () => {
    at += Number(gaps.next().value);
    return at;
  });
  return {
    ts,
    value: Float64Array.from(numbers),
    flags: Uint16Array.from(numbers, () => Number(flags.next().value)),
    length: numbers.length,
  };
}

const bits = (column: Float64Array): string => Buffer.from(column.slice().buffer).toString('hex');
