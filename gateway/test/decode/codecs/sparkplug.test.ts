import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_BITS } from '#contract/readings.ts';
import type { Codec } from '../../../src/decode/codec.ts';
import { readFields } from '../../../src/decode/codecs/protobuf-reader.ts';
import { createSparkplugCodec } from '../../../src/decode/codecs/sparkplug.ts';
import { rebirthCommand } from '../../../src/decode/codecs/sparkplug-command.ts';
import { readSparkplug } from '../../../src/decode/codecs/sparkplug-payload.ts';
import { AT, campusDecoder, frame } from '../campus.ts';
import { delimited, type PayloadToWrite, tag, varint, writeMetric, writePayload } from './encode-sparkplug.ts';

const [FLOAT, DOUBLE, BOOLEAN, UINT64] = [9, 10, 11, 8];
/** fast-check prints seed and path of a failure. */
const RUNS = { numRuns: Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 1_000) };

const bdSeq = (session: number) => ({ name: 'bdSeq', datatype: UINT64, long: session });
const power = { name: 'Power/Active W', alias: 7, datatype: DOUBLE };

/** A codec, and what it answered last. */
function listener(): (type: string, who: string, payload: PayloadToWrite, at?: number) => unknown {
  const codec = createSparkplugCodec();
  return (type, who, payload, at = AT) => told(codec, `spBv1.0/G/${type}/${who}`, payload, at);
}

function told(codec: Codec, topic: string, payload: PayloadToWrite, at = AT): unknown {
  const read = codec({ topic, payload: writePayload(payload), at });
  if (!read.ok) throw new Error(read.detail);
  return { value: read.value, asked: read.replies?.map((reply) => reply.topic) ?? [] };
}

/** A node `n` with a meter `m` whose alias 7 is its power, both born; the next seq is 2. */
function born(): ReturnType<typeof listener> {
  const hear = listener();
  hear('NBIRTH', 'n', { seq: 0, metrics: [bdSeq(3)] });
  hear('DBIRTH', 'n/m', { seq: 1, metrics: [{ ...power, double: 1 }] });
  return hear;
}

test('however many devices speak up before their birth, so many are remembered in all', () => {
  const codec = createSparkplugCodec();
  told(codec, 'spBv1.0/G/NBIRTH/first', { seq: 0, metrics: [bdSeq(3)] });
  for (let n = 0; n < 50; n += 1)
    for (let m = 0; m < 500; m += 1) told(codec, `spBv1.0/G/DDATA/n${n}/m${m}`, { seq: m % 256 });
  // Forgotten, and so to be asked anew.
  expect(told(codec, 'spBv1.0/G/NDATA/first', { seq: 1 })).toMatchObject({ asked: ['spBv1.0/G/NCMD/first'] });
});

describe('the sequence', () => {
  test('of a node and its devices is one, and goes round after 255', () => {
    const hear = born();
    for (let n = 2; n < 600; n += 1) {
      const said = hear(n % 3 === 0 ? 'NDATA' : 'DDATA', n % 3 === 0 ? 'n' : 'n/m', { seq: n % 256 });
      expect(said).toMatchObject({ asked: [] });
    }
  });

  test('with a gap: the node is asked to be born again, and an alias is no longer believed until it is', () => {
    const hear = born();
    expect(hear('DDATA', 'n/m', { seq: 2, metrics: [{ alias: 7, double: 5 }] })).toMatchObject({
      value: { metrics: [{ quantity: 'W', value: 5 }] },
      asked: [],
    });
    expect(hear('DDATA', 'n/m', { seq: 4, metrics: [{ alias: 7, double: 6 }] })).toMatchObject({
      value: { metrics: [] },
      asked: ['spBv1.0/G/NCMD/n'],
    });
    hear('NBIRTH', 'n', { seq: 0, metrics: [bdSeq(3)] });
    hear('DBIRTH', 'n/m', { seq: 1, metrics: [{ name: 'Voltage V', alias: 7, datatype: DOUBLE, double: 1 }] });
    expect(hear('DDATA', 'n/m', { seq: 2, metrics: [{ alias: 7, double: 230 }] })).toMatchObject({
      value: { metrics: [{ quantity: 'V', value: 230 }] },
      asked: [],
    });
  });

  test('the same number twice is one message sent twice', () => {
    const hear = born();
    hear('DDATA', 'n/m', { seq: 2 });
    expect(hear('DDATA', 'n/m', { seq: 2 })).toMatchObject({ asked: [] });
  });
});

describe('a rebirth is asked for', () => {
  test.each([
    ['data of a node that was never born', (hear: ReturnType<typeof listener>) => hear('NDATA', 'n', { seq: 9 })],
    ['data of a device that was never born', (hear) => hear('DDATA', 'n/x', { seq: 0 })],
    ['a device born before its node', (hear) => hear('DBIRTH', 'n/x', { seq: 4 })],
  ] satisfies [string, (hear: ReturnType<typeof listener>) => unknown][])('%s', (_, say) => {
    expect(say(listener())).toMatchObject({ asked: ['spBv1.0/G/NCMD/n'] });
  });

  test('an alias that no birth gave', () => {
    expect(born()('DDATA', 'n/m', { seq: 2, metrics: [{ alias: 8, double: 1 }] })).toMatchObject({
      asked: ['spBv1.0/G/NCMD/n'],
    });
  });

  test('at most every 30 s of each node, and again after a clock that was put back', () => {
    const hear = listener();
    const asked = (who: string, at: number) => hear('NDATA', who, { seq: 9 }, at);
    expect(asked('n', AT)).toMatchObject({ asked: ['spBv1.0/G/NCMD/n'] });
    expect(asked('n', AT + 29_999)).toMatchObject({ asked: [] });
    expect(asked('other', AT + 1)).toMatchObject({ asked: ['spBv1.0/G/NCMD/other'] });
    expect(asked('n', AT + 30_000)).toMatchObject({ asked: ['spBv1.0/G/NCMD/n'] });
    expect(asked('n', AT - 3_600_000)).toMatchObject({ asked: ['spBv1.0/G/NCMD/n'] });
  });

  test('in bytes that another writer makes too', () => {
    const wanted = writePayload({
      timestamp: AT,
      metrics: [{ name: 'Node Control/Rebirth', timestamp: AT, datatype: BOOLEAN, boolean: true }],
    });
    expect(rebirthCommand('t', AT)).toEqual({ topic: 't', payload: wanted, qos: 0 });
  });
});

test('what bears its name is taken before any birth; two names of one quantity never alternate', () => {
  const hear = listener();
  const said = (name: string) => hear('DDATA', 'n/m', { seq: 0, metrics: [{ name, datatype: DOUBLE, double: 2 }] });
  expect(said('A/Energy kWh')).toMatchObject({ value: { metrics: [{ quantity: 'kWh', value: 2 }] } });
  expect(said('B/Energy kWh')).toMatchObject({ value: { metrics: [{ name: 'B/Energy kWh', value: 2 }] } });
  expect(said('A/Energy kWh')).not.toMatchObject({ value: { metrics: [{ quantity: 'kWh' }] } });
});

describe('a death', () => {
  test('is not what takes a retained one back', () => {
    const read = createSparkplugCodec()({ topic: 'spBv1.0/G/NDEATH/n', payload: Buffer.alloc(0), at: AT });
    expect(read).toEqual({ ok: true, value: null });
  });

  test.each([
    ['of this session', 3, { online: 0, children: { m: 0 } }],
    ['of the session before', 2, null],
  ])('%s', (_, session, wanted) => {
    const said = born()('NDEATH', 'n', { metrics: [bdSeq(session)] });
    expect(said).toMatchObject(wanted === null ? { value: null } : { value: wanted });
  });

  test('of a node is one of the devices it still spoke for', () => {
    const hear = born();
    hear('DBIRTH', 'n/gone', { seq: 2 });
    expect(hear('DDEATH', 'n/gone', { seq: 3 })).toMatchObject({ value: { online: 0 } });
    expect(hear('NDEATH', 'n', { metrics: [bdSeq(3)] })).toMatchObject({ value: { children: { m: 0 } } });
    expect(hear('DDATA', 'n/m', { seq: 4, metrics: [{ alias: 7, double: 1 }] })).toMatchObject({
      value: { metrics: [], via: [1] },
      asked: ['spBv1.0/G/NCMD/n'],
    });
  });
});

test('two groups may have a node of one name; a namespace may stand below a prefix', () => {
  const codec = createSparkplugCodec();
  told(codec, 'spBv1.0/East/NBIRTH/n', { seq: 0, metrics: [bdSeq(1)] });
  expect(told(codec, 'spBv1.0/West/NDATA/n', { seq: 1 })).toMatchObject({ asked: ['spBv1.0/West/NCMD/n'] });
  expect(told(codec, 'spBv1.0/East/NDATA/n', { seq: 1 })).toMatchObject({ asked: [] });
  expect(told(codec, 'site/a/spBv1.0/East/NDATA/n', { seq: 1 })).toMatchObject({
    asked: ['site/a/spBv1.0/East/NCMD/n'],
  });
});

test('a node’s copy of the profile for one group hears every message once', () => {
  const yaml = (id: string, group: string, device: string) =>
    `id: ${id}\nname: {zh: 一, en: one}\nrules:\n  - {id: d, match: "spBv1.0/${group}/{type=DDATA|DBIRTH|NBIRTH}/{node}/{part}", decode: codec:sparkplug, device: "${device}", each: [{in: metrics, emit_by_key: {key: {path: quantity}, value: value, keys: {W: power_w}}}]}\n  - {id: n, match: "spBv1.0/${group}/NBIRTH/{node}", decode: codec:sparkplug, device: "{node}", emit: [{metric: online, path: online}]}\ntests:\n  - {id: t, topic: x, payload: {}, expect: []}\n`;
  const decoder = campusDecoder(
    [
      { id: 'a', profile: 'any', address: 'n/m' },
      { id: 'b', profile: 'west', address: 'West n/m' },
    ],
    [yaml('west', 'West', 'West {node}/{part}'), yaml('any', '{group}', '{node}/{part}')],
  );
  const say = (topic: string, payload: PayloadToWrite) => decoder.decode(frame(topic, writePayload(payload)));
  for (const group of ['East', 'West']) {
    say(`spBv1.0/${group}/NBIRTH/n`, { seq: 0, metrics: [bdSeq(1)] });
    say(`spBv1.0/${group}/DBIRTH/n/m`, { seq: 1, metrics: [{ ...power, double: 1 }] });
    const { readings, replies } = say(`spBv1.0/${group}/DDATA/n/m`, { seq: 2, metrics: [{ alias: 7, double: 4 }] });
    expect(readings).toMatchObject([{ device: group === 'West' ? 'b' : 'a', metric: 'power_w', value: 4 }]);
    expect(replies).toEqual([]);
  }
});

test('history is stored at its own time and says nothing of now; the node that kept it lives', () => {
  const decoder = campusDecoder([
    { id: 'gw', profile: 'sparkplug-b', address: 'n' },
    { id: 'meter', profile: 'sparkplug-b', address: 'n/m' },
  ]);
  const say = (at: number, historical: readonly boolean[]) => {
    const metrics = historical.map((isHistorical, n) => ({
      ...{ name: `Voltage L${n + 1} V`, datatype: DOUBLE, double: 1, isHistorical, timestamp: at - n * 1_000 },
    }));
    return decoder.decode(frame('spBv1.0/G/DDATA/n/m', writePayload({ metrics }), { at }));
  };
  const old = say(AT, [true]);
  expect(old.readings.filter(({ device }) => device === 'meter')).toMatchObject([
    { metric: 'voltage_v_l1', flags: FLAG_BITS['catch-up'], ts: AT },
  ]);
  expect(old.heard).toEqual(['gw']);
  const mixed = say(AT + 1, [false, true]);
  expect(mixed.readings.map(({ flags }) => flags)).toEqual([0, FLAG_BITS['catch-up']]);
  expect(mixed.heard).toEqual(['meter']);
});

describe('refused', () => {
  test.each([
    ['JSON', '{"timestamp":1486144502122,"metrics":[],"seq":0}', /JSON/],
    ['a group of the old days', '\x0b\x0c', /not a Sparkplug/],
    ['a length beyond the end', '\x12\x7f\x00', /not a Sparkplug/],
  ])('%s', (_, payload, wanted) => {
    const read = createSparkplugCodec()({ topic: 'spBv1.0/G/NDATA/n', payload: Buffer.from(payload), at: AT });
    expect(read).toMatchObject({ ok: false, detail: expect.stringMatching(wanted) });
  });

  test('the profile keeps it with the reason', () => {
    const decoder = campusDecoder([{ id: 'gw', profile: 'sparkplug-b', address: 'n' }]);
    expect(decoder.decode(frame('spBv1.0/G/NDATA/n', '{"metrics":[]}')).quarantine).toMatchObject([
      { reason: 'bad-payload', detail: expect.stringContaining('JSON'), address: 'n' },
    ]);
  });
});

describe('values', () => {
  const read = (metric: Buffer) => {
    const [found] = readSparkplug(delimited(2, metric))?.metrics ?? [];
    return found?.valueAs(found.datatype);
  };

  test.each([
    [1, -5, 'int', -5],
    [2, -300, 'int', -300],
    [3, -70_000, 'int', -70_000],
    [4, -5_000_000_000, 'long', -5_000_000_000],
    [5, 255, 'int', 255],
    [6, 65_535, 'int', 65_535],
    [7, 4_294_967_295, 'int', 4_294_967_295],
    [7, 4_294_967_295, 'long', 4_294_967_295],
    [8, Number.MAX_SAFE_INTEGER, 'long', Number.MAX_SAFE_INTEGER],
    [8, 2n ** 63n, 'long', null],
    [4, -(2n ** 62n), 'long', null],
    [13, AT, 'long', null],
    [FLOAT, 20.1, 'float', 20.1],
    [FLOAT, 16_777_215, 'float', 16_777_215],
    [FLOAT, Number.NaN, 'float', null],
    [DOUBLE, Number.POSITIVE_INFINITY, 'double', null],
    [DOUBLE, 1e-7, 'double', 1e-7],
    [BOOLEAN, true, 'boolean', true],
    [12, 'on', 'string', 'on'],
    [16, 5, 'int', null],
  ])('of type %i: %s in the field %s', (datatype, value, field, wanted) => {
    expect(read(writeMetric({ datatype, [field]: value }))).toBe(wanted);
  });

  test('a small negative number in the bits of its own type alone', () => {
    expect(read(writeMetric({ datatype: 1, int: 251 }))).toBe(-5);
    expect(read(writeMetric({ datatype: 2, long: 0xffff_fed4 }))).toBe(-300);
  });

  test('without a type only where signed and unsigned agree', () => {
    expect(read(writeMetric({ int: 5 }))).toBe(5);
    expect(read(writeMetric({ int: -5 }))).toBeNull();
  });
});

describe('for any bytes', () => {
  const metric = fc.record(
    {
      name: fc.string({ minLength: 1, maxLength: 20 }),
      alias: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      timestamp: fc.nat({ max: 2 ** 45 }),
      datatype: fc.constantFrom(4, 8),
      isHistorical: fc.boolean(),
      long: fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }),
    },
    { requiredKeys: ['name', 'long', 'datatype'] },
  );
  const payload = fc.record({ timestamp: fc.nat(), seq: fc.nat(255), metrics: fc.array(metric, { maxLength: 5 }) });

  test('what another writer wrote is read as it was', () => {
    fc.assert(
      fc.property(payload, (wanted) => {
        const metrics = wanted.metrics.map((one) => (one.datatype === 8 && one.long < 0n ? { ...one, long: 7n } : one));
        const read = readSparkplug(writePayload({ ...wanted, metrics }));
        expect(read?.seq).toBe(wanted.seq);
        expect(read?.ts).toBe(wanted.timestamp || undefined);
        expect(
          read?.metrics.map(({ name, alias, ts, historical, datatype, valueAs }) => ({
            ...{ name, ts, historical, datatype, value: valueAs(datatype) },
            alias: alias === undefined ? undefined : BigInt(alias),
          })),
        ).toEqual(
          metrics.map(({ name, alias, timestamp, isHistorical = false, datatype, long }) => ({
            ...{ name, alias, ts: timestamp || undefined, historical: isHistorical, datatype, value: Number(long) },
          })),
        );
      }),
      RUNS,
    );
  });

  test('cut anywhere, it is read, refused, or read in part, and nothing is thrown', () => {
    fc.assert(
      fc.property(payload, (wanted) => {
        const bytes = writePayload(wanted);
        for (let length = 0; length <= bytes.length; length += 1) readSparkplug(bytes.subarray(0, length));
        expect(readSparkplug(bytes)?.metrics).toHaveLength(wanted.metrics.length);
      }),
      { ...RUNS, numRuns: RUNS.numRuns / 5 },
    );
  });

  test('on any topic of it: no throw, and only finite numbers', () => {
    const codec = createSparkplugCodec();
    const topic = fc.tuple(
      fc.constantFrom('NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'NDEATH', 'DDEATH', 'NCMD', 'STATE', '', '__proto__'),
      fc.constantFrom('n', 'n/m', '__proto__/__proto__', 'n/', ''),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array)),
      payload.map(writePayload),
    );
    fc.assert(
      fc.property(topic, bytes, ([type, who], sent) => {
        const read = codec({ topic: `spBv1.0/G/${type}/${who}`, payload: sent, at: AT });
        if (read.ok) expectFinite(read.value);
      }),
      RUNS,
    );
  });

  test('a varint of up to 64 bits is read as it was, a longer one refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const [field] = readFields(Buffer.concat([tag(1, 0), varint(value)]), 1) ?? [];
        expect((BigInt(field?.high ?? 0) << 32n) | BigInt(field?.low ?? 0)).toBe(value);
      }),
      RUNS,
    );
    expect(readFields(Buffer.concat([tag(1, 0), Buffer.alloc(10, 0xff), Buffer.from([1])]), 9)).toBeUndefined();
  });
});

function expectFinite(value: unknown): void {
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) expectFinite(member);
}

describe('bounded', () => {
  test('nodes: the one silent longest is forgotten, and asked anew', () => {
    const hear = born();
    for (let n = 0; n < 499; n += 1) hear('NBIRTH', `other-${n}`, { seq: 0 });
    expect(hear('DDATA', 'n/m', { seq: 2 })).toMatchObject({ asked: [] });
    for (let n = 0; n < 500; n += 1) hear('NBIRTH', `more-${n}`, { seq: 0 });
    expect(hear('DDATA', 'n/m', { seq: 3 })).toMatchObject({ asked: ['spBv1.0/G/NCMD/n'] });
  });

  test('devices of a node, names of a device, values of a message', () => {
    const hear = listener();
    hear('NBIRTH', 'n', { seq: 0, metrics: [bdSeq(1)] });
    for (let n = 0; n < 700; n += 1) hear('DBIRTH', `n/d-${n}`, { seq: (n + 1) % 256 });
    const died = hear('NDEATH', 'n', { metrics: [bdSeq(1)] }) as { value: { children: object } };
    expect(Object.keys(died.value.children).length).toBeLessThanOrEqual(500);
    const metrics = Array.from({ length: 4_000 }, (_, n) => ({ name: `x${n}`, alias: n, datatype: 8, long: n }));
    const birth = hear('NBIRTH', 'n', { seq: 0, metrics }) as { value: { metrics: object[] } };
    expect(birth.value.metrics).toHaveLength(900);
    expect(readSparkplug(writePayload({ metrics: [...metrics, ...metrics] }))).toBeUndefined();
  });
});
