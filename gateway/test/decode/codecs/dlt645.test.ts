import { describe, expect, test } from 'vitest';
import { createDlt645 } from '../../../src/decode/codecs/dlt645.ts';
import { dlt645Read } from '../../../src/decode/codecs/dlt645-read.ts';
import { bytesOf, hearOne } from './hear-one.ts';
import { dlt645Answer, dlt645Frame, lowFirst } from './meter-frames.ts';

const METER = '012207450031';
const valuesOf = (payload: Buffer): unknown =>
  hearOne(createDlt645, payload)?.flatMap(({ values }) => values.map(({ name, value }) => [name, value]));
const read = (di: string, ...values: string[]): unknown => valuesOf(dlt645Answer(METER, di, ...values));
const read1997 = (di: string, ...values: string[]): unknown =>
  valuesOf(dlt645Frame(METER, 0x81, [...lowFirst(di), ...values.flatMap(lowFirst)]));

describe('values by their identification', () => {
  test.each([
    ['00010000', '99999999', 'energy_forward', 999_999.99],
    ['00010400', '00000001', 'energy_forward_rate4', 0.01],
    ['00020000', '00000000', 'energy_reverse', 0],
    ['00000000', '80012345', 'energy_combined', -123.45],
    ['00150000', '00000125', 'energy_forward_a', 1.25],
    ['003D0000', '00000125', 'energy_forward_c', 1.25],
    ['002A0000', '00000125', 'energy_reverse_b', 1.25],
    ['02010300', '2198', 'voltage_c', 219.8],
    ['02020100', '999999', 'current_a', -199.999],
    ['02030000', '799999', 'active_power', 79.9999],
    ['02030000', '800000', 'active_power', 0],
    ['02040100', '801234', 'reactive_power_a', -0.1234],
    ['02050000', '999999', 'apparent_power', 99.9999],
    ['02060200', '8500', 'power_factor_b', -0.5],
    ['02800001', '000015', 'neutral_current', 0.015],
    ['02800002', '4998', 'frequency', 49.98],
  ])('%s %s is %s %d', (di, digits, name, value) => {
    expect(read(di, digits)).toEqual([[name, value]]);
  });

  test.each([
    ['9014', '00000125', 'energy_forward_rate4', 1.25],
    ['9020', '00000125', 'energy_reverse', 1.25],
    ['B613', '0220', 'voltage_c', 220],
    ['B622', '1234', 'current_b', 12.34],
    ['B630', '991234', 'active_power', 99.1234],
    ['B640', '0150', 'reactive_power', 1.5],
    ['B653', '0980', 'power_factor_c', 0.98],
  ])('edition of 1997: %s %s is %s %d', (di, digits, name, value) => {
    expect(read1997(di, digits)).toEqual([[name, value]]);
  });

  test('blocks: total first, then rates or phases; as many as the meter has', () => {
    expect(read('0002FF00', '00000100', '00000001', '00000002')).toEqual([
      ['energy_reverse', 1],
      ['energy_reverse_rate1', 0.01],
      ['energy_reverse_rate2', 0.02],
    ]);
    expect(read('0201FF00', '2201', '2202', '2203')).toEqual([
      ['voltage_a', 220.1],
      ['voltage_b', 220.2],
      ['voltage_c', 220.3],
    ]);
    expect(read1997('B63F', '000100', '000200', '000300', '000400')).toEqual([
      ['active_power', 0.01],
      ['active_power_a', 0.02],
      ['active_power_b', 0.03],
      ['active_power_c', 0.04],
    ]);
    expect(read1997('B61F', '0220', '0221', '0222', 'AA')).toEqual([
      ['voltage_a', 220],
      ['voltage_b', 221],
      ['voltage_c', 222],
    ]);
  });
});

describe('what is no number', () => {
  test('filled with F: the meter does not know', () => {
    expect(read('00010000', 'FFFFFFFF')).toEqual([['energy_forward', null]]);
    expect(read('02030000', 'FFFFFF')).toEqual([['active_power', null]]);
  });

  test.each([
    ['00010000', '0000A000', /not BCD/],
    ['00010000', 'FFFFFF00', /not BCD/],
    ['02010100', '221F', /not BCD/],
    ['00010000', '0012345678', /5 bytes instead of 4/],
    ['00010000', '', /0 bytes instead of 4/],
    ['0201FF00', '220122', /3 bytes instead of 2/],
  ])('%s %s is told, not guessed', (di, digits, said) => {
    expect(read(di, digits)).toEqual([[expect.any(String), expect.stringMatching(said)]]);
  });

  test('volts of the 1997 edition have three digits: a fourth is another format', () => {
    expect(read1997('B611', '2201')).toEqual([['voltage_a', expect.stringMatching(/more than 999/)]]);
  });
});

describe('answers without a value', () => {
  const bare = { address: METER, values: [] };
  test.each([
    ['frozen energy', dlt645Answer(METER, '05000001', '2603020000'), { ...bare, di: '05000001' }],
    ['energy of a day of account', dlt645Answer(METER, '00010001', '00000001'), { ...bare, di: '00010001' }],
    ['a write', dlt645Frame(METER, 0x94, []), bare],
    ['a refusal', dlt645Frame(METER, 0xd1, [2]), { ...bare, error: 2 }],
    ['a refusal of a write', dlt645Frame(METER, 0xd4, [4]), { ...bare, error: 4 }],
    ['a refusal in the edition of 1997', dlt645Frame(METER, 0xc1, [1]), { ...bare, error: 1 }],
    ['a following frame', dlt645Frame(METER, 0xb2, [...lowFirst('0001FF00'), 1, 2, 3, 4, 1]), bare],
    ['its address, asked for by a wildcard', dlt645Frame('AAAAAAAAAAAA', 0x93, lowFirst(METER)), bare],
  ])('%s', (_name, payload, answer) => {
    expect(hearOne(createDlt645, payload)).toEqual([answer]);
  });

  test.each([
    ['a request of 2007', dlt645Frame(METER, 0x11, lowFirst('00010000'))],
    ['a request of 1997', dlt645Frame(METER, 0x01, lowFirst('9010'))],
    ['who is there', bytesOf('68 AA AA AA AA AA AA 68 13 00 DF 16')],
    ['a broadcast of the time', dlt645Frame('999999999999', 0x08, [0, 0, 8, 2, 3, 0x26])],
    ['an answer of nobody', dlt645Frame('AAAAAAAAAAAA', 0x91, [...lowFirst('00010000'), 1, 0, 0, 0])],
  ])('%s is on the line and of no interest', (_name, payload) => {
    expect(hearOne(createDlt645, payload)).toEqual([]);
  });

  test('more frames follow: what the first one has whole', () => {
    const cut = dlt645Frame(METER, 0xb1, [...lowFirst('0001FF00'), ...lowFirst('00000100'), 0x01, 0x02]);
    expect(valuesOf(cut)).toEqual([['energy_forward', 1]]);
  });
});

test.each([
  ['an address with letters', dlt645Frame('0122074500C1', 0x91, [...lowFirst('00010000'), 1, 0, 0, 0])],
  ['an unknown command', dlt645Frame(METER, 0x9e, [1])],
  ['a request that says it is refused', dlt645Frame(METER, 0x51, lowFirst('00010000'))],
])('%s is no frame', (_name, payload) => {
  expect(hearOne(createDlt645, payload)).toBeUndefined();
});

describe('requests', () => {
  test('2007, as captured from a real reader', () => {
    expect(dlt645Read({ address: '161', di: '00010000' })).toEqual(
      bytesOf('FE FE FE FE 68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16'),
    );
  });

  test('1997', () => {
    const body = dlt645Frame('000000012345', 0x01, lowFirst('9010'));
    expect(dlt645Read({ address: '000000012345', di: '9010', standard: '1997' })).toEqual(
      Buffer.concat([bytesOf('FEFEFEFE'), body]),
    );
  });

  test.each([
    { address: '', di: '00010000' },
    { address: '1234567890123', di: '00010000' },
    { address: '12B4', di: '00010000' },
    { address: '1234', di: '9010' },
    { address: '1234', di: '00010000', standard: '1997' as const },
    { address: '1234', di: '0001000G' },
  ])('$address $di is nothing to ask for', (asked) => {
    expect(dlt645Read(asked)).toBeUndefined();
  });
});
