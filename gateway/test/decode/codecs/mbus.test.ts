import { describe, expect, test } from 'vitest';
import { createMbus } from '../../../src/decode/codecs/mbus.ts';
import { MBUS_SELECTED, mbusRequest, mbusSelect } from '../../../src/decode/codecs/mbus-request.ts';
import { bytesOf, hearOne } from './hear-one.ts';
import { int32, lowFirst, mbusAnswer, mbusFrame } from './meter-frames.ts';

const ELECTRICITY = 0x02;
const HEAT = 0x04;
const WATER = 0x07;
const ROOM_SENSOR = 0x1b;

const valuesOf = (records: string, medium = ELECTRICITY): unknown =>
  hearOne(createMbus, mbusAnswer('50001234', medium, records))?.flatMap(({ values }) =>
    values.map(({ name, value }) => [name, value]),
  );

describe('value information', () => {
  test.each([
    ['00', 1_000_000, 'energy_wh', 1_000],
    ['03', 12, 'energy_wh', 12],
    ['07', 12, 'energy_wh', 120_000],
    ['08', 12, 'energy_j', 12],
    ['0F', 12, 'energy_j', 120_000_000],
    ['10', 332, 'volume_m3', 0.000332],
    ['13', 332, 'volume_m3', 0.332],
    ['17', 3, 'volume_m3', 30],
    ['28', 1_500, 'power_w', 1.5],
    ['2F', 2, 'power_w', 20_000],
    ['30', 3_600, 'power_jph', 3_600],
    ['38', 5, 'flow_m3ph', 0.000005],
    ['47', 5, 'flow_m3pmin', 5],
    ['48', 5_000, 'flow_m3ps', 0.000005],
    ['58', 21_500, 'flow_temperature_c', 21.5],
    ['5F', 40, 'return_temperature_c', 40],
    ['62', 305, 'temperature_difference_k', 30.5],
    ['65', -125, 'external_temperature_c', -1.25],
    ['FB 00', 3, 'energy_wh', 300_000],
    ['FB 09', 3, 'energy_j', 3_000_000_000],
    ['FB 11', 3, 'volume_m3', 3_000],
    ['FB 28', 3, 'power_w', 300_000],
    ['FB 31', 3, 'power_jph', 3_000_000_000],
    ['FD 48', 2_301, 'voltage_v', 230.1],
    ['FD 59', 4_999, 'current_a', 4.999],
  ])('%s %d is %s %d', (vif, raw, name, value) => {
    expect(valuesOf(`04 ${vif} ${int32(raw)}`)).toEqual([[name, expect.closeTo(value, 9)]]);
  });

  test.each([
    ['of no interest: operating time', '04 24 01000000'],
    ['mass', '04 1B 01000000'],
    ['a unit in letters', '04 7C 02 7341 01000000'],
    ['stored', '44 03 01000000'],
    ['stored further back', '84 01 03 01000000'],
    ['a tariff', '84 10 03 01000000'],
    ['a subunit', '84 40 03 01000000'],
    ['the greatest', '14 2B 01000000'],
    ['the least', '24 2B 01000000'],
    ['during an error', '34 2B 01000000'],
    ['of the maker', '04 FF 01 01000000'],
    ['with a qualifier of the maker', '04 83 FF 01 01000000'],
    ['per pulse', '04 90 28 08000000'],
    ['per hour', '04 83 22 01000000'],
    ['a record that is in error', '04 83 15 01000000'],
  ])('%s is not the value of now', (_name, records) => {
    expect(valuesOf(records)).toEqual([]);
  });

  test.each([
    ['no error', '04 83 00', 'energy_wh', 12],
    ['consumed only', '04 83 3B', 'energy_wh', 12],
    ['delivered only', '04 83 3C', 'energy_wh_negative', 12],
    ['ten times', '04 83 77', 'energy_wh', 120],
    ['a thousandth', '04 83 73', 'energy_wh', 0.012],
    ['a thousand times', '04 83 7D', 'energy_wh', 12_000],
    ['two of them', '04 83 FD 3C', 'energy_wh_negative', 12_000],
  ])('a qualifier that leaves it what it is: %s', (_name, head, name, value) => {
    expect(valuesOf(`${head} ${int32(12)}`)).toEqual([[name, value]]);
  });

  test('the plain record in front has it', () => {
    expect(valuesOf(`04 13 ${int32(332)} 04 13 ${int32(8)}`, WATER)).toContainEqual(['volume_m3', 0.332]);
  });
});

describe('data types', () => {
  test.each([
    ['8 bit', '01 2B FF', -1],
    ['16 bit', '02 2B E803', 1_000],
    ['24 bit', '03 2B FFFFFF', -1],
    ['48 bit', '06 2B 000000000100', 4_294_967_296],
    ['64 bit', '07 2B 0100000000000000', 1],
    ['real', '05 2B 0080BBC4', -1_500],
    ['2 digits', '09 2B 42', 42],
    ['4 digits', '0A 2B 3412', 1_234],
    ['6 digits, minus', '0B 2B 2501F0', -125],
    ['8 digits', '0C 2B 78563412', 12_345_678],
    ['12 digits', '0E 2B 563412000000', 123_456],
    ['digits of any length', '0D 2B C3 563412', 123_456],
    ['digits of any length, minus', '0D 2B D2 3412', -1_234],
    ['binary of any length', '0D 2B E3 FFFFFF', -1],
  ])('%s', (_name, record, value) => {
    expect(valuesOf(record)).toEqual([['power_w', value]]);
  });

  test.each([
    ['invalid integer', '02 2B 0080'],
    ['not a number', '05 2B 0000C07F'],
    ['infinite', '05 2B 0000807F'],
    ['digits all F', '0A 2B FFFF'],
    ['letters on the display', '0A 2B AE12'],
    ['no data', '00 2B'],
    ['a text', '0D 2B 02 4142'],
    ['binary too long to count', '0D 2B E9 010203040506070809'],
  ])('%s is not known', (_name, record) => {
    expect(valuesOf(record)).toEqual([['power_w', null]]);
  });
});

describe('records', () => {
  test('fillers between, the end at the maker’s own data', () => {
    expect(valuesOf('2F 2F 01 2B 05 2F 0F 01 03 07')).toEqual([['power_w', 5]]);
    expect(valuesOf('01 2B 05 1F 01 03 07')).toEqual([['power_w', 5]]);
  });

  test.each([
    ['a value cut off', '01 2B 05 04 03 01'],
    ['value information cut off', '01 2B 05 04 83'],
    ['extensions without end', `01 2B 05 04 83 ${'80'.repeat(12)} 00 01000000`],
    ['storage extensions without end', `01 2B 05 ${'84'.repeat(12)} 03 01000000`],
    ['a length that is reserved', '01 2B 05 0D 03 FB 01'],
    ['a letter unit longer than the frame', '01 2B 05 04 7C 7F 01'],
    ['a global request', '01 2B 05 7F'],
  ])('%s ends them; those before count', (_name, records) => {
    expect(valuesOf(records)).toEqual([['power_w', 5]]);
  });
});

describe('what the meter counts', () => {
  test.each([
    [ELECTRICITY, 'energy_wh'],
    [HEAT, 'heat_energy_wh'],
    [0x0a, 'cooling_energy_wh'],
    [0x0c, 'heat_energy_wh'],
    [0x03, 'gas_energy_wh'],
    [0x00, 'other_energy_wh'],
    [ROOM_SENSOR, 'other_energy_wh'],
  ])('medium %d: %s', (medium, name) => {
    expect(valuesOf('01 03 05', medium)).toContainEqual([name, 5]);
  });

  test('temperature is temperature, whatever the medium', () => {
    expect(valuesOf('02 65 9808', ROOM_SENSOR)).toEqual([['external_temperature_c', 22]]);
  });

  test('a battery only where there is one', () => {
    expect(valuesOf('', WATER)).toEqual([['battery_low', 0]]);
    expect(valuesOf('', ELECTRICITY)).toEqual([]);
  });
});

describe('headers', () => {
  test.each([
    ['09011523', '9011523'],
    ['0500023E', '500023E'],
    ['00000000', '0'],
  ])('number %s is %s', (number, address) => {
    expect(hearOne(createMbus, mbusAnswer(number, WATER, ''))?.[0]?.address).toBe(address);
  });

  test('a short header or none: the number that is stamped on it', () => {
    const records = [0x0c, 0x78, ...lowFirst('00712348'), 0x01, 0x2b, 0x05];
    const answer = [{ address: '712348', values: [{ name: 'other_power_w', value: 5 }] }];
    expect(hearOne(createMbus, mbusFrame([0x08, 5, 0x78, ...records]))).toEqual(answer);
    expect(hearOne(createMbus, mbusFrame([0x28, 5, 0x7a, 1, 0, 0, 0, ...records]))).toEqual(answer);
    expect(hearOne(createMbus, mbusFrame([0x08, 5, 0x78, 0x01, 0x2b, 0x05]))).toEqual([]);
  });

  test('encrypted: alive, and no more', () => {
    const body = [0x08, 1, 0x72, ...lowFirst('00712348'), 0x77, 4, 0x0e, WATER, 1, 0, 0x10, 0x05, 0x01, 0x2b, 0x05];
    expect(hearOne(createMbus, mbusFrame(body))).toEqual([
      { address: '712348', values: [], unread: expect.stringContaining('encrypted') },
    ]);
  });

  test.each([
    ['an application error', [0x08, 5, 0x70, 8]],
    ['the fixed structure cut short', [0x08, 5, 0x73, ...Buffer.alloc(15)]],
    ['a header cut short', [0x08, 5, 0x72, 1, 2, 3]],
    ['a master that selects', [0x53, 0xfd, 0x52, ...Buffer.alloc(8, 0xff)]],
  ])('%s is a frame of no interest', (_name, body) => {
    expect(hearOne(createMbus, mbusFrame(body))).toEqual([]);
  });

  test.each([
    ['lengths that differ', '68 03 04 68 08 05 78 85 16'],
    ['an unknown control byte', '68 03 03 68 09 05 78 86 16'],
    ['too short to be one', '68 02 02 68 08 05 0D 16'],
    ['a short frame of wrong sum', '10 5B 05 61 16'],
    ['any single byte', 'E4'],
  ])('%s is no frame', (_name, text) => {
    expect(hearOne(createMbus, bytesOf(text))).toBeUndefined();
  });

  test.each([['E5'], ['10 5B 05 60 16'], ['10 40 FD 3D 16']])('%s is of no interest', (text) => {
    expect(hearOne(createMbus, bytesOf(text))).toEqual([]);
  });
});

describe('requests', () => {
  test('send your data', () => {
    expect(mbusRequest({ address: 1 })).toEqual(bytesOf('10 5B 01 5C 16'));
    expect(mbusRequest({ address: MBUS_SELECTED, toggle: true })).toEqual(bytesOf('10 7B FD 78 16'));
  });

  test('select by number', () => {
    const body = bytesOf('53 FD 52 78 56 34 12 FF FF FF FF');
    expect(mbusSelect({ address: '12345678' })).toEqual(mbusFrame([...body]));
    expect(mbusSelect({ address: '9011523' })?.subarray(7, 11)).toEqual(bytesOf('23 15 01 09'));
    expect(mbusSelect({ address: 'F' })?.subarray(7, 11)).toEqual(bytesOf('0F 00 00 00'));
  });

  test.each(['', '123456789', 'meter'])('%j is nothing to select', (address) => {
    expect(mbusSelect({ address })).toBeUndefined();
  });
});

describe('the fixed data structure', () => {
  const DOCUMENTED = '68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16';
  const framed = (body: string): Buffer => mbusFrame([...bytesOf(body)]);
  const fixed = (data: string): Buffer => framed(`08 05 73 ${data}`);

  test('the example of the standard: a water meter of 1 l, the value of a stored day left out', () => {
    expect(hearOne(createMbus, bytesOf(DOCUMENTED))).toEqual([
      {
        address: '12345678',
        values: [
          { name: 'volume_m3', value: 0.001 },
          { name: 'battery_low', value: 0 },
        ],
      },
    ]);
  });

  test.each([
    ['electricity, kWh, digits', '01 00 00 00 01 00 85 3F 34 12 00 00 00 00 00 00', [['energy_wh', 1_234_000]]],
    ['electricity, kWh, binary', '01 00 00 00 01 01 85 3F D2 04 00 00 00 00 00 00', [['energy_wh', 1_234_000]]],
    [
      'electricity, energy and power',
      '01 00 00 00 01 01 85 14 D2 04 00 00 0A 00 00 00',
      [
        ['energy_wh', 1_234_000],
        ['power_w', 10],
      ],
    ],
    [
      'electricity, two tariffs',
      '01 00 00 00 01 01 85 05 0A 00 00 00 14 00 00 00',
      [
        ['energy_wh', 10_000],
        ['energy_wh_2', 20_000],
      ],
    ],
    [
      'heat in MJ',
      '01 00 00 00 01 01 0E 7F 05 00 00 00 00 00 00 00',
      [
        ['heat_energy_j', 5_000_000],
        ['battery_low', 0],
      ],
    ],
    [
      'water, battery low',
      '01 00 00 00 01 05 EC 7F 05 00 00 00 00 00 00 00',
      [
        ['volume_m3', 5],
        ['battery_low', 1],
      ],
    ],
    ['of a fixed day: not of now', '01 00 00 00 01 03 85 3F D2 04 00 00 00 00 00 00', []],
    ['no digits', '01 00 00 00 01 00 85 3F AA 12 00 00 00 00 00 00', [['energy_wh', null]]],
  ])('%s', (_, data, values) => {
    expect(
      hearOne(createMbus, fixed(data))?.flatMap((answer) => answer.values.map(({ name, value }) => [name, value])),
    ).toEqual(values);
  });

  test('what cannot be read is told with the number of the meter', () => {
    const encrypted = hearOne(createMbus, framed('08 05 72 78 56 34 12 24 40 01 07 55 00 00 05 00'));
    expect(encrypted).toMatchObject([
      { address: '12345678', values: [], unread: expect.stringContaining('encrypted') },
    ]);
    const swapped = hearOne(createMbus, framed('08 05 77 12 34 56 78 0A 00 E9 7E 00 00 00 01 00 00 00 35'));
    expect(swapped).toMatchObject([
      { address: '12345678', values: [], unread: expect.stringContaining('high byte first') },
    ]);
  });
});
