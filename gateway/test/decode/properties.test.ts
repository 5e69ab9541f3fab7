import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricInfo } from '#contract/metrics.ts';
import { vectorFile } from '#contract/vectors/vector-file.ts';
import { frameOf } from '../../src/decode/profile-test.ts';
import { AT, campusDecoder, frame } from './campus.ts';
import { goldenVectors } from './profile-files.ts';

const messages = [...goldenVectors().values()].flatMap((text) => {
  const file = vectorFile.parse(JSON.parse(text));
  return file.messages.map((message) => ({ profile: file.profile, message }));
});
const topics = [...new Set(messages.map(({ message }) => message.topic)), 'campus/v1/main/cam-017/readings'];
const addresses = new Map(
  messages.flatMap(({ profile, message }) =>
    message.expect.map(({ device }) => [`${profile} ${device}`, { profile, address: device }] as const),
  ),
);
const devices = [...addresses.values()].map(({ profile, address }, n) => ({
  id: profile === 'native' ? address : `d-${n}`,
  profile,
  address,
  kind: 'camera',
}));
const decoder = campusDecoder(devices);

/** fast-check prints seed and path of a failure; the seed of a pass is of no use. */
const RUNS = { numRuns: Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 2_000) };

function expectSound(topic: string, payload: Buffer): void {
  const result = decoder.decode(frame(topic, payload));
  expect(result.readings.length).toBeLessThanOrEqual(1_000);
  for (const { metric, value, ts, flags } of result.readings) {
    const info = metricInfo(metric);
    if (info === undefined || !(value >= info.min && value <= info.max)) throw new Error(`${metric} ${value}`);
    expect(Number.isInteger(ts) && ts >= AT - 31 * 86_400_000 && ts <= AT + 600_000).toBe(true);
    expect(Number.isInteger(flags)).toBe(true);
  }
  // Nothing vanishes: a frame becomes readings, a sign of life, a device on offer, or a line in the quarantine, or is known to be of no interest.
  if (payload.length > 0 && !result.ignored && result.readings.length === 0) {
    expect(result.quarantine.length + result.heard.length + result.proposals.length).toBeGreaterThan(0);
  }
}

const leaf = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, '', 'NaN', 'ON', 'online', 'true', '1e400', '-0', AT, '2026-03-02T08:00:00Z'),
);

describe('for any bytes', () => {
  test('on any known topic', () => {
    fc.assert(
      fc.property(fc.constantFrom(...topics), fc.uint8Array({ maxLength: 300 }), (topic, bytes) =>
        expectSound(topic, Buffer.from(bytes)),
      ),
      RUNS,
    );
  });

  test('with a golden message damaged somewhere', () => {
    fc.assert(
      fc.property(fc.constantFrom(...messages), fc.nat(), fc.nat(255), fc.nat(12), ({ message }, at, byte, cut) => {
        const { topic, payload } = frameOf(message);
        const bytes = Buffer.from(payload.subarray(0, Math.max(0, payload.length - cut)));
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        expectSound(topic, bytes);
      }),
      RUNS,
    );
  });

  test('with any value in any place of a golden message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...messages),
        fc.array(leaf, { minLength: 1, maxLength: 40 }),
        ({ message }, values) => {
          let n = 0;
          const text = JSON.stringify(message.payload, (_key, value: unknown) =>
            typeof value === 'object' && value !== null ? value : (values[n++ % values.length] ?? null),
          );
          expectSound(message.topic, Buffer.from(text));
        },
      ),
      RUNS,
    );
  });

  test('on any topic', () => {
    const level = fc.oneof(
      fc.constantFrom(
        'zigbee2mqtt',
        'tele',
        'stat',
        'SENSOR',
        'status',
        'online',
        'frigate',
        'shellies',
        'campus',
        'v1',
        '',
        '$SYS',
        'em:0',
        '__proto__',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), fc.json(), (levels, json) => {
        const result = decoder.decode(frame(levels.join('/'), json));
        expect(result.readings.every(({ value }) => Number.isFinite(value))).toBe(true);
      }),
      RUNS,
    );
  });
});

test('the same frames give the same readings', () => {
  const decodeAll = () => {
    const fresh = campusDecoder(devices);
    return messages.map(({ message }) => fresh.decode({ ...frame('x', ''), ...frameOf(message) }));
  };
  expect(decodeAll()).toEqual(decodeAll());
});
