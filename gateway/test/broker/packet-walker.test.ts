import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAdmissionPolicy } from '../../src/broker/admission-policy.ts';
import { DEFAULT_LIMITS } from '../../src/broker/broker-options.ts';
import { createCounters } from '../../src/broker/counters.ts';
import { createPacketWalker } from '../../src/broker/packet-walker.ts';
import { createTokenBucket } from '../../src/broker/token-bucket.ts';
import { packet } from './wire.ts';

/** Packets of type 3 (kept) and 4 (dropped), with bodies around the length at which a header grows. */
const packets = fc.array(
  fc.record({ drop: fc.boolean(), bytes: fc.oneof(fc.nat(5), fc.integer({ min: 120, max: 135 }), fc.nat(20_000)) }),
  { maxLength: 12 },
);

test('however the network cuts the stream, the same packets pass, whole and in order', () => {
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1 }), (list, cuts) => {
      const built = list.map(({ drop, bytes }, at) => packet(drop ? 0x40 : 0x30, Buffer.alloc(bytes, at)));
      const stream = Buffer.concat(built);
      const passed: Buffer[] = [];
      let asked = 0;
      const walker = createPacketWalker(
        ({ type }) => {
          asked += 1;
          return { kind: type === 4 ? 'drop' : 'pass' };
        },
        (part) => passed.push(part),
      );
      for (let at = 0, i = 0; at < stream.length; i += 1) {
        const step = cuts[i % cuts.length] ?? 1;
        walker.keep(stream.subarray(at, at + step));
        expect(walker.walk()).toEqual({ kind: 'pass' });
        at += step;
      }
      expect(asked).toBe(list.length);
      expect(Buffer.concat(passed)).toEqual(Buffer.concat(built.filter((_, at) => list[at]?.drop === false)));
    }),
    { numRuns: 300 },
  );
});

test('a packet that has to wait is asked for again, and nothing before it passes twice', () => {
  let open = false;
  const passed: Buffer[] = [];
  const walker = createPacketWalker(
    ({ type }) => ({ kind: type === 4 && !open ? 'wait' : 'pass' }),
    (part) => passed.push(part),
  );
  const stream = Buffer.concat([
    packet(0x30, Buffer.from('a')),
    packet(0x40, Buffer.from('b')),
    packet(0x30, Buffer.from('c')),
  ]);
  walker.keep(stream.subarray(0, 5));
  expect(walker.walk()).toEqual({ kind: 'wait' });
  walker.keep(stream.subarray(5));
  expect(walker.walk()).toEqual({ kind: 'wait' });
  expect(Buffer.concat(passed)).toEqual(stream.subarray(0, 3));
  open = true;
  expect(walker.walk()).toEqual({ kind: 'pass' });
  expect(Buffer.concat(passed)).toEqual(stream);
});

test('token bucket: the burst at once, then the rate, and no more than the burst after a pause', () => {
  const bucket = createTokenBucket(200, 3, 0);
  const take = (now: number): number => {
    let count = 0;
    while (bucket.take(now)) count += 1;
    return count;
  };
  expect(take(0)).toBe(3);
  expect(bucket.waitMs(0)).toBe(5);
  expect(take(4)).toBe(0);
  expect(take(5)).toBe(1);
  expect(take(15)).toBe(2);
  expect(take(60_000)).toBe(3);
  // A clock that steps back gives nothing and takes nothing.
  expect(take(50_000)).toBe(0);
});

test('acknowledgements are not rate limited: a subscriber must be able to answer all it gets', () => {
  const policy = createAdmissionPolicy({ ...DEFAULT_LIMITS, messageBurst: 1 }, createCounters(), 0, () => {});
  policy.admit({ type: 1, qos: 0, flags: 0, headerBytes: 2, bodyBytes: 20 }, 0);
  policy.accept();
  const kinds = [3, 3, 4, 5, 6, 7, 14, 12].map(
    (type) => policy.admit({ type, qos: 1, flags: 2, headerBytes: 2, bodyBytes: 2 }, 0).kind,
  );
  expect(kinds).toEqual(['pass', 'wait', 'pass', 'pass', 'pass', 'pass', 'pass', 'wait']);
});
