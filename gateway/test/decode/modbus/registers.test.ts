import { describe, expect, test } from 'vitest';
import { compileProfiles } from '../../../src/decode/compile-profiles.ts';
import { crc16 } from '../../../src/decode/modbus/crc16.ts';
import { modbusRequest, parseRequest } from '../../../src/decode/modbus/modbus-frame.ts';
import { registerReader } from '../../../src/decode/modbus/register-value.ts';
import { lineCampus, meterProfile } from './line-campus.ts';
import { floatWords, withCrc } from './modbus-slave.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('the checksum is that of the paper', () => {
  // Modbus over Serial Line V1.02, 6.2.2, worked example: 02 07 has 1241 (sent as 41 12).
  expect(crc16(bytes('02 07'))).toBe(0x1241);
  expect(crc16(bytes('01 04 04 43 66 33 34'))).toBe(0x381b);
});

test('a request is that of the papers of the meters', () => {
  const request = modbusRequest(1, { function: 4, register: 0x4000, count: 2 });
  expect(request).toEqual(bytes('01 04 40 00 00 02 64 0B'));
  expect(parseRequest(request)).toEqual({ unit: 1, function: 4, register: 0x4000, count: 2 });
});

test.each(['01 06 00 00 00 02 08 0B', '01 04 40 00 00 02 64 0C', '01 10 00 00 00 02', ''])(
  '%s is no request to read',
  (hex) => {
    expect(parseRequest(bytes(hex))).toBeUndefined();
  },
);

describe('registers to numbers', () => {
  test.each([
    ['uint16', 'ABCD', 'FFFE', 65534],
    ['uint16', 'CDAB', 'FFFE', 65534],
    ['uint16', 'BADC', 'FEFF', 65534],
    ['uint16', 'DCBA', 'FEFF', 65534],
    ['int16', 'ABCD', 'FFFE', -2],
    ['uint32', 'ABCD', '0001E240', 123456],
    ['uint32', 'CDAB', 'E2400001', 123456],
    ['uint32', 'BADC', '010040E2', 123456],
    ['uint32', 'DCBA', '40E20100', 123456],
    ['int32', 'ABCD', 'FFFFFF38', -200],
    ['int32', 'CDAB', 'FF38FFFF', -200],
    ['uint64', 'ABCD', '000000000001E240', 123456],
    ['uint64', 'CDAB', 'E240000100000000', 123456],
    ['uint64', 'BADC', '00000000010040E2', 123456],
    ['uint64', 'DCBA', '40E2010000000000', 123456],
    ['int64', 'ABCD', 'FFFFFFFFFFFFFF38', -200],
    ['float32', 'ABCD', '43EF3EFA', 478.492],
    ['float32', 'CDAB', '3EFA43EF', 478.492],
    ['float32', 'ABCD', '43663334', 230.2],
    ['float32', 'ABCD', '47F12064', 123456.78],
    ['float32', 'ABCD', '00000000', 0],
    ['float32', 'ABCD', 'BE4902DE', -0.1963],
    ['float64', 'ABCD', '407CE00000000000', 462],
    ['bcd16', 'ABCD', '1234', 1234],
    ['bcd32', 'ABCD', '00123456', 123456],
  ] as const)('%s %s %s is %d', (type, order, hex, value) => {
    expect(registerReader(type, order)(bytes(hex))).toBe(value);
  });

  test.each([
    ['float32', '7FC00000'],
    ['float32', '7F800000'],
    ['float32', 'FF800000'],
    ['float64', '7FF8000000000000'],
  ] as const)('%s %s is not known', (type, hex) => {
    expect(registerReader(type, 'ABCD')(bytes(hex))).toBeUndefined();
  });

  test('what is no BCD is no number', () => {
    expect(registerReader('bcd16', 'ABCD')(bytes('12AF'))).toBeNaN();
  });

  test('a bit', () => {
    expect([0, 3, 15].map((bit) => registerReader('bit', 'ABCD', bit)(bytes('8008')))).toEqual([0, 1, 1]);
  });
});

describe('requests of a map', () => {
  const requestsOf = (profile: string): string[] => {
    const line = lineCampus([{ id: 'm', address: '1', downTopic: 'd/down' }], [profile]);
    return [...line.decoder.lines.values()].flatMap(({ devices }) =>
      devices.flatMap(({ steps }) => steps.map(({ read }) => `${read?.function} ${read?.register}+${read?.count}`)),
    );
  };
  const [a, b, c] = ['voltage_v', 'power_w', 'energy_total_kwh'];

  test('neighbours go into one, whatever their order in the file', () => {
    expect(
      requestsOf(meterProfile([`register: 2, metric: ${b}`, `register: 0, metric: ${a}`, `register: 4, metric: ${c}`])),
    ).toEqual(['4 0+6']);
  });
  test('a gap is read over only where the profile says so', () => {
    const registers = [`register: 0, metric: ${a}`, `register: 6, metric: ${b}`];
    expect(requestsOf(meterProfile(registers))).toEqual(['4 0+2', '4 6+2']);
    expect(requestsOf(meterProfile(registers, 'maxGap: 4,'))).toEqual(['4 0+8']);
  });
  test('none is longer than the device takes', () => {
    const registers = [`register: 0, metric: ${a}`, `register: 2, metric: ${b}`, `register: 4, metric: ${c}`];
    expect(requestsOf(meterProfile(registers, 'maxRegisters: 4,'))).toEqual(['4 0+4', '4 4+2']);
  });
  test('functions are not mixed', () => {
    expect(requestsOf(meterProfile([`register: 0, metric: ${a}`, `register: 2, metric: ${b}, function: 3`]))).toEqual([
      '3 2+2',
      '4 0+2',
    ]);
  });
});

describe('values of an answer', () => {
  const valuesOf = (registers: readonly string[], data: readonly number[], code = 4): Record<string, number> => {
    const line = lineCampus([{ id: 'm', address: '1', downTopic: 'd/down' }], [meterProfile(registers)]);
    line.run(0);
    const { readings } = line.take('d/up', withCrc([1, code, data.length, ...data]));
    return Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));
  };

  test('scale, map, a pattern that means unknown, and a bit of a register', () => {
    expect(
      valuesOf(
        [
          'register: 0, type: uint16, scale: 0.1, metric: voltage_v',
          'register: 1, type: uint16, unknown: [0xFFFF], metric: power_w',
          'register: 2, type: uint16, map: {"1": 1, "2": 0, "3": null}, metric: valve_open',
          'register: 3, bit: 2, metric: device_alert',
        ],
        [0x08, 0xfd, 0xff, 0xff, 0, 2, 0, 4],
      ),
    ).toEqual({ voltage_v: 230.1, valve_open: 0, device_alert: 1 });
  });

  test('coils and discrete inputs', () => {
    const doors = [
      'register: 8, function: 2, metric: door_open',
      'register: 17, function: 2, invert: true, metric: tamper',
    ];
    const line = lineCampus([{ id: 'm', address: '1', downTopic: 'd/down' }], [meterProfile(doors, 'maxGap: 20,')]);
    expect(line.run(0)[0]?.request).toEqual(modbusRequest(1, { function: 2, register: 8, count: 10 }));
    const { readings } = line.take('d/up', withCrc([1, 2, 2, 0x01, 0x02]));
    expect(readings.map(({ metric, value }) => [metric, value])).toEqual([
      ['door_open', 1],
      ['tamper', 0],
    ]);
  });

  test('a value outside of the metric is told with its registers', () => {
    const line = lineCampus(
      [{ id: 'm', address: '1', downTopic: 'd/down' }],
      [meterProfile(['register: 0, type: float32, metric: voltage_v'])],
    );
    line.run(0);
    const [high = 0, low = 0] = floatWords(-5);
    const { readings, quarantine } = line.take('d/up', withCrc([1, 4, 4, high >> 8, high & 255, low >> 8, low & 255]));
    expect(readings).toEqual([]);
    expect(quarantine).toMatchObject([{ reason: 'bad-value', detail: 'voltage_v: register 0x0 is 0xc0a00000' }]);
  });
});

test.each([
  ['register: 0, function: 1, type: uint16, metric: power_w', 'functions 1 and 2 read bits'],
  ['register: 0, type: bit, metric: door_open', 'type bit needs the bit: 0 to 15'],
  ['register: 0xFFFF, metric: power_w', 'reaches beyond the last register 0xFFFF'],
  ['register: 0, metric: power_w}, {register: 9, metric: power_w', 'power_w appears twice'],
])('%s: %s', (register, problem) => {
  const { problems } = compileProfiles(new Map([['p.yaml', meterProfile([register])]]));
  expect(problems.map(({ message }) => message.en)).toEqual([problem]);
});
