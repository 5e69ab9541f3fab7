import { describe, expect, test } from 'vitest';
import { createCjt188 } from '../../../src/decode/codecs/cjt188.ts';
import { cjt188Read } from '../../../src/decode/codecs/cjt188-read.ts';
import { bytesOf, hearOne } from './hear-one.ts';
import { cjt188Answer, cjt188Frame, lowFirst } from './meter-frames.ts';

const METER = '33780011223399';
const valuesOf = (payload: Buffer): unknown =>
  hearOne(createCjt188, payload)?.flatMap(({ values }) => values.map(({ name, value }) => [name, value]));
const register = (digits: string, unit: number, kind = 0x10): unknown =>
  valuesOf(cjt188Frame(METER, 0x81, [0x90, 0x1f, 0, ...lowFirst(digits), unit], kind));

describe('register and unit', () => {
  test.each([
    ['cold water, m³', '99999999', 0x2c, 0x10, 'volume_m3', 999_999.99],
    ['reclaimed water, litres', '00000001', 0x29, 0x13, 'volume_l', 0.01],
    ['gas', '00000125', 0x2c, 0x30, 'gas_m3', 1.25],
    ['electricity, Wh', '00000125', 0x02, 0x40, 'energy_wh', 1.25],
    ['electricity, kWh', '00000125', 0x05, 0x40, 'energy_kwh', 1.25],
    ['electricity, MWh', '00000125', 0x08, 0x41, 'energy_mwh', 1.25],
    ['filled with F', 'FFFFFFFF', 0x2c, 0x10, 'volume_m3', null],
  ])('%s', (_name, digits, unit, kind, name, value) => {
    expect(register(digits, unit, kind)).toEqual([[name, value]]);
  });

  test.each([
    ['a unit of flow', '00000125', 0x35, 0x10, /unit 35H/],
    ['no unit', '00000125', 0x00, 0x10, /unit 00H/],
    ['energy of a water meter', '00000125', 0x05, 0x10, /unit 05H/],
    ['no digits', '000001A5', 0x2c, 0x10, /not BCD/],
    ['half filled', 'FFFF0125', 0x2c, 0x10, /not BCD/],
  ])('%s is told, not guessed', (_name, digits, unit, kind, said) => {
    expect(register(digits, unit, kind)).toEqual([[expect.any(String), expect.stringMatching(said)]]);
  });
});

describe('status', () => {
  const status = (first: number, second = 0): unknown => {
    const values = valuesOf(cjt188Answer(METER, '00000100', [first, second])) as [string, unknown][];
    return Object.fromEntries(values.slice(1));
  };

  test.each([
    [0b000, 0x00, { valve_open: 1, valve_fault: 0, battery_low: 0 }],
    [0b001, 0x00, { valve_open: 0, valve_fault: 0, battery_low: 0 }],
    [0b010, 0x00, { valve_open: null, valve_fault: 0, battery_low: 0 }],
    [0b011, 0x00, { valve_open: null, valve_fault: 1, battery_low: 0 }],
    [0b101, 0x00, { valve_open: 0, valve_fault: 0, battery_low: 1 }],
    [0b000, 0xff, { valve_open: 1, valve_fault: 0, battery_low: 0 }],
    [0x21, 0x84, { valve_open: 0, valve_fault: 0, battery_low: 0 }],
    [0xff, 0xff, {}],
  ])('%d, and %d of the maker', (first, second, expected) => {
    expect(status(first, second)).toEqual(expected);
  });

  test('of another layout is not read', () => {
    const longer = cjt188Frame(METER, 0x81, [0x90, 0x1f, 0, ...lowFirst('00000100'), 0x2c, ...Buffer.alloc(20, 0xff)]);
    expect(valuesOf(longer)).toEqual([['volume_m3', 1]]);
  });
});

describe('answers without a value', () => {
  const bare = { address: METER, values: [] };
  test.each([
    [
      'register of the day of account',
      cjt188Frame(METER, 0x81, [0xd1, 0x20, 0, 1, 0, 0, 0, 0x2c]),
      { ...bare, di: 'D120' },
    ],
    ['heat', cjt188Frame(METER, 0x81, [0x90, 0x1f, 0, ...Buffer.alloc(43)], 0x20), { ...bare, di: '901F' }],
    ['cut short', cjt188Frame(METER, 0x81, [0x90, 0x1f, 0, 1, 2]), { ...bare, di: '901F' }],
    ['its address', cjt188Frame(METER, 0x83, [0x81, 0x0a, 0]), bare],
    ['a write', cjt188Frame(METER, 0x84, [0xa0, 0x17, 0, 0x55]), bare],
    ['a refusal', cjt188Frame(METER, 0xc1, [0, 0x02, 0x00]), { ...bare, error: 2 }],
  ])('%s', (_name, payload, answer) => {
    expect(hearOne(createCjt188, payload)).toEqual([answer]);
  });

  test('a request is on the line and of no interest', () => {
    expect(hearOne(createCjt188, bytesOf('FE FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16'))).toEqual([]);
  });

  test('either order of the identification', () => {
    const swapped = cjt188Frame(METER, 0x81, [0x1f, 0x90, 0, ...lowFirst('00000125'), 0x2c]);
    expect(valuesOf(swapped)).toEqual([['volume_m3', 1.25]]);
  });
});

test.each([
  ['a kind that is none', cjt188Frame(METER, 0x81, [0x90, 0x1f, 0], 0x50)],
  ['a command that is none', cjt188Frame(METER, 0x8f, [0x90, 0x1f, 0])],
  ['a request to write', cjt188Frame(METER, 0x04, [0xa0, 0x17, 0, 0x55])],
])('%s is no frame', (_name, payload) => {
  expect(hearOne(createCjt188, payload)).toBeUndefined();
});

test('a frame of wrong sum that many pages copy is refused', () => {
  const copied =
    '68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 08 16';
  expect(createCjt188()({ topic: 't', payload: bytesOf(copied), at: 0 })).toMatchObject({ ok: false });
});

describe('requests', () => {
  test('as captured from a real reader', () => {
    expect(cjt188Read({ address: '78330011223344', di: '1F90' })).toEqual(
      bytesOf('FE FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16'),
    );
  });

  test('whoever is on the line, with a serial number', () => {
    const body = cjt188Frame('AAAAAAAAAAAAAA', 0x01, [0x90, 0x1f, 7], 0x11);
    expect(cjt188Read({ address: 'AAAAAAAAAAAAAA', type: 0x11, ser: 7 })).toEqual(
      Buffer.concat([bytesOf('FEFEFEFE'), body]),
    );
  });

  test.each([
    { address: '' },
    { address: '123456789012345' },
    { address: 'no number' },
    { address: '1', di: '90' },
    { address: '1', di: 'read' },
  ])('%o is nothing to ask for', (asked) => {
    expect(cjt188Read(asked)).toBeUndefined();
  });
});
