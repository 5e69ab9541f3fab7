/** Properties of the three protocols of serial meters, alone and side by side on one topic. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { devicesConfig } from '#contract/config/devices.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { CodecMaker } from '../../../src/decode/codec.ts';
import { createCjt188 } from '../../../src/decode/codecs/cjt188.ts';
import { createDlt645 } from '../../../src/decode/codecs/dlt645.ts';
import { createMbus } from '../../../src/decode/codecs/mbus.ts';
import { compileProfiles } from '../../../src/decode/compile-profiles.ts';
import { createDecoder, type Decoder } from '../../../src/decode/decoder.ts';
import { createRegistry } from '../../../src/shared/registry.ts';
import { AT, frame } from '../campus.ts';
import { shippedProfiles } from '../profile-files.ts';
import { cjt188Answer, dlt645Answer, int32, mbusAnswer } from './meter-frames.ts';

const RUNS = { numRuns: Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 500) };
const TOPIC = 'dtu/d1/up';

/** A frame, what it says, and where its length stands: a flipped length needs a look of its own. */
interface Sent {
  readonly bytes: Buffer;
  readonly address: string;
  readonly name: string;
  readonly value: number;
}

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));

const dlt645Sent: fc.Arbitrary<Sent> = fc.tuple(digits(12), digits(8)).map(([address, register]) => ({
  bytes: dlt645Answer(address, '00010000', register),
  address,
  name: 'energy_forward',
  value: Number(register) / 100,
}));
const cjt188Sent: fc.Arbitrary<Sent> = fc.tuple(digits(14), digits(8)).map(([address, register]) => ({
  bytes: cjt188Answer(address, register),
  address,
  name: 'volume_m3',
  value: Number(register) / 100,
}));
const mbusSent: fc.Arbitrary<Sent> = fc
  .tuple(digits(8), fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  .map(([number, register]) => ({
    bytes: mbusAnswer(number, 0x07, `0413${int32(register)}`),
    address: String(Number(number)),
    name: 'volume_m3',
    value: register / 1_000,
  }));

interface Protocol {
  readonly make: CodecMaker;
  readonly sent: fc.Arbitrary<Sent>;
  /** Places of bytes that say how long the frame is, and what the frame is long besides. */
  readonly lengthAt: readonly number[];
}
const PROTOCOLS: readonly (readonly [string, Protocol])[] = [
  ['dlt645', { make: createDlt645, sent: dlt645Sent, lengthAt: [9] }],
  ['cjt188', { make: createCjt188, sent: cjt188Sent, lengthAt: [10] }],
  ['mbus', { make: createMbus, sent: mbusSent, lengthAt: [1, 2] }],
];

/** What a DTU adds: short noise, mostly of the bytes that mean something. */
const noise = fc
  .array(fc.oneof(fc.constantFrom(0x68, 0xfe, 0x16, 0x00, 0xff), fc.integer({ min: 0, max: 255 })), { maxLength: 12 })
  .map((all) => Buffer.from(all));

/** Cuts bytes at any places. */
function chunks(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, n) => bytes.subarray(from, places[n] ?? bytes.length));
}
const cuts = fc.array(fc.nat(10_000), { maxLength: 12 });

interface Said {
  readonly address: string;
  readonly name: string;
  readonly value: unknown;
}

function hear(make: CodecMaker, messages: readonly Buffer[]): Said[] {
  const codec = make();
  return messages.flatMap((payload, n) => {
    const read = codec({ topic: TOPIC, payload, at: AT + n * 100 });
    if (!read.ok || read.value === undefined) return [];
    const { frames } = read.value as { frames: { address: string; values: { name: string; value: unknown }[] }[] };
    return frames.flatMap(({ address, values }) => values.map(({ name, value }) => ({ address, name, value })));
  });
}
const registersOf = (said: readonly Said[], name: string): Said[] => said.filter((one) => one.name === name);
const wanted = ({ address, name, value }: Sent): Said => ({ address, name, value });

describe.each(PROTOCOLS)('%s', (_name, { make, sent, lengthAt }) => {
  test('any bytes in any pieces: no throw, no number that is not finite, and no longer memory than a frame', () => {
    const any = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        noise,
        sent.map(({ bytes }) => bytes),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(any, (parts) => {
        const codec = make();
        for (const part of parts) {
          const read = codec({ topic: TOPIC, payload: Buffer.from(part), at: AT });
          JSON.stringify(read, (_key, value: unknown) => {
            if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value}`);
            return value;
          });
        }
        codec({ topic: TOPIC, payload: Buffer.alloc(300), at: AT });
        expect(codec({ topic: TOPIC, payload: Buffer.alloc(1), at: AT })).toEqual({ ok: true, value: undefined });
      }),
      RUNS,
    );
  });

  test('frames with noise between them, cut anywhere, yield just their values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, sent), { minLength: 1, maxLength: 6 }), noise, cuts, (parts, tail, at) => {
        const bytes = Buffer.concat([...parts.flatMap(([before, one]) => [before, one.bytes]), tail]);
        const said = hear(make, chunks(bytes, at));
        const name = parts[0]?.[1].name ?? '';
        expect(registersOf(said, name)).toEqual(parts.map(([, one]) => wanted(one)));
      }),
      RUNS,
    );
  });

  // One flipped bit changes a sum of bytes by a power of two below 256, so it always shows; only a flipped length moves
  // the sum itself, to bytes that may happen to agree (1 in 65,536): those are told apart by counting here.
  test('a flipped bit never yields another value, and the frame behind it is not lost', () => {
    fc.assert(
      fc.property(sent, sent, fc.nat(100_000), (one, next, place) => {
        const bytes = Buffer.from(one.bytes);
        const bit = place % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        fc.pre(!lengthAt.includes(bit >> 3) || !agreesByChance(Buffer.concat([bytes, next.bytes])));
        expect(registersOf(hear(make, [bytes]), one.name)).toEqual([]);
        expect(registersOf(hear(make, [bytes, next.bytes]), one.name)).toEqual([wanted(next)]);
        expect(registersOf(hear(make, [Buffer.concat([bytes, next.bytes])]), one.name)).toEqual([wanted(next)]);
      }),
      RUNS,
    );

    function agreesByChance(bytes: Buffer): boolean {
      const [at = 0] = lengthAt;
      const end = at + 1 + (bytes[at] ?? 0) + (at === 1 ? 4 : 0);
      let sum = 0;
      for (const byte of bytes.subarray(at === 1 ? 4 : 0, end)) sum = (sum + byte) % 256;
      return bytes[end] === sum && bytes[end + 1] === 0x16;
    }
  });

  test('a damaged frame alone is a failure with its reason', () => {
    const [{ bytes }] = fc.sample(sent, 1) as [Sent];
    bytes[bytes.length - 2] = ((bytes.at(-2) ?? 0) + 1) % 256;
    expect(make()({ topic: TOPIC, payload: bytes, at: AT })).toEqual({
      ok: false,
      detail: expect.stringMatching(/checksum/),
      unsure: true,
    });
  });
});

const files = new Map([...shippedProfiles()].filter(([file]) => PROTOCOLS.some(([name]) => file === `${name}.yaml`)));

function decoderFor(meters: Readonly<Record<string, readonly string[]>>): Decoder {
  const { profiles, problems } = compileProfiles(files);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const name = { zh: '测', en: 't' };
  const campus = { name, timeZone: 'Asia/Shanghai', sites: [{ id: 'main', name }], places: [] };
  const devices = Object.entries(meters).flatMap(([profile, addresses]) =>
    [...new Set(addresses)].map((address, n) => ({
      id: `${profile}-${n}`,
      name: 'm',
      kind: 'sensor',
      place: 'p',
      profile,
      address,
    })),
  );
  return createDecoder({ registry: createRegistry(campus, devicesConfig.parse({ devices })), profiles });
}

describe('all three on one topic, the meters known to one of them', () => {
  test.each(PROTOCOLS)('%s: every register comes, and no piece of a frame is called unknown', (profile, { sent }) => {
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 5 }), cuts, (all, at) => {
        const decoder = decoderFor({ [profile]: all.map(({ address }) => address) });
        const pieces = chunks(Buffer.concat(all.map(({ bytes }) => bytes)), at).filter((piece) => piece.length > 0);
        const results = pieces.map((piece) => decoder.decode(frame(TOPIC, piece)));
        expect(results.flatMap(({ quarantine }) => quarantine)).toEqual([]);
        const registers = results
          .flatMap(({ readings }) => readings)
          .filter(({ metric }) => metricInfo(metric)?.kind === 'register');
        expect(registers.map(({ value }) => value)).toEqual(all.map(({ value }) => value));
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 2) },
    );
  });

  test('a damaged frame is kept with the reason; noise is a topic that nobody knows', () => {
    const decoder = decoderFor({ dlt645: ['012207450058'] });
    const damaged = dlt645Answer('012207450058', '00010000', '00000100');
    damaged[11] = 0x77;
    expect(decoder.decode(frame(TOPIC, damaged)).quarantine).toMatchObject([
      { reason: 'bad-payload', profile: 'dlt645', detail: expect.stringMatching(/checksum/) },
    ]);
    expect(decoder.decode(frame(TOPIC, Buffer.from([1, 2, 3]))).quarantine).toMatchObject([
      { reason: 'unknown-topic' },
    ]);
  });

  test('two protocols on one line: what one of them takes does not keep the other from its fragment', () => {
    const water = cjt188Answer('33780011223399', '00000125');
    const power = dlt645Answer('012207450058', '00010000', '00000100');
    const decoder = decoderFor({ cjt188: ['33780011223399'], dlt645: ['012207450058'] });
    const first = decoder.decode(frame(TOPIC, Buffer.concat([water, power.subarray(0, 12)])));
    expect(first.readings).toContainEqual(expect.objectContaining({ metric: 'water_total_m3', value: 1.25 }));
    const second = decoder.decode(frame(TOPIC, power.subarray(12)));
    expect(second.readings).toMatchObject([{ metric: 'energy_total_kwh', value: 1 }]);
  });

  test('a meter that refuses is alive; one that is not in the list is named', () => {
    const decoder = decoderFor({ dlt645: ['202503150088'] });
    const refused = Buffer.from('68880015032520 68D10135BC16'.replaceAll(' ', ''), 'hex');
    expect(decoder.decode(frame(TOPIC, refused))).toMatchObject({ heard: ['dlt645-0'], readings: [], quarantine: [] });
    const stranger = dlt645Answer('012207450058', '00010000', '00000100');
    expect(decoder.decode(frame(TOPIC, stranger)).quarantine).toMatchObject([
      { reason: 'unknown-device', address: '012207450058', profile: 'dlt645' },
    ]);
  });
});
