/** Encoders and responders against frames that others have published with their meaning. */
import { describe, expect, test } from 'vitest';
import { type DeviceConfig, devicesConfig } from '#contract/config/devices.ts';
import { dlt645Data, dlt645Frame } from '../encoders/dlt645.ts';
import { createTalkers } from '../encoders/encoder-of.ts';
import type { Message, Talker } from '../encoders/message.ts';
import { type SparkplugMetric, sparkplugBytes } from '../encoders/sparkplug-payload.ts';
import { withCrc } from '../responders/modbus-slave.ts';
import type { Values } from '../signals/device-values.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** A frame whose sum and end mark follow from the rest. */
const summed = (head: string): string =>
  `${head} ${hex(Buffer.of(bytes(head).reduce((sum, byte) => (sum + byte) & 0xff, 0)))} 16`;
const hex = (buffer: Uint8Array | string): string =>
  (Buffer.from(buffer).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');

function device(profile: string, address: string, more: object = {}): DeviceConfig {
  const [one] = devicesConfig.parse({
    devices: [{ id: 'it', name: 'it', kind: 'electricity-meter', place: 'campus', profile, address, ...more }],
  }).devices;
  if (one === undefined) throw new Error(profile);
  return one;
}

function talker(profile: string, address: string, more: object = {}): Talker {
  const made = createTalkers()(device(profile, address, more), {
    site: 'main',
    localTime: () => '2017-01-09T17:20:06',
  });
  if (made === undefined) throw new Error(profile);
  return made;
}

const onLine = { downTopic: 'dtu/b3/down' };

/** What a device on a line says to a request, as hex; empty when it is silent. */
function answer(asked: Talker, request: string | Buffer, values: Values = {}): string {
  const payload = typeof request === 'string' ? bytes(request) : request;
  return (asked.hears?.(payload, values, 0) ?? []).map((one: Message) => hex(one.payload)).join(' ');
}

describe('DL/T 645', () => {
  const frame = (identifier: string, values: Values): string => {
    const data = dlt645Data(identifier, values, identifier.length === 4) ?? Buffer.alloc(0);
    const control = identifier.length === 4 ? 0x81 : 0x91;
    const address = control === 0x81 ? '000000012345' : '000000000161';
    return hex(dlt645Frame(address, control, Buffer.concat([bytes(identifier).reverse(), data])));
  };

  test.each([
    ['00010000', { energy_total_kwh: 0.26 }, '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16'],
    ['00020000', { energy_export_total_kwh: 1.26 }, '68 61 01 00 00 00 00 68 91 08 33 33 35 33 59 34 33 33 8C 16'],
    ['02010100', { voltage_v_l1: 100.1 }, '68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16'],
    ['02020100', { current_a_l1: 4.999 }, '68 61 01 00 00 00 00 68 91 07 33 34 35 35 CC 7C 33 16 16'],
    ['02030000', { power_w: 251.2 }, '68 61 01 00 00 00 00 68 91 07 33 33 36 35 45 58 33 6B 16'],
    ['02060000', { power_factor: 0.501 }, '68 61 01 00 00 00 00 68 91 06 33 33 39 35 34 38 09 16'],
    ['9010', { energy_total_kwh: 5_678.9 }, '68 45 23 01 00 00 00 68 81 06 43 C3 C3 AB 89 33 F0 16'],
  ])('%s', (identifier, values, published) => expect(frame(identifier, values)).toBe(published));

  const meter = talker('dlt645', '202503150088', onLine);
  const WAKE = 'FE FE FE FE ';

  test('the sign of a power is the highest bit', () => {
    const request = summed('68 88 00 15 03 25 20 68 11 04 33 33 36 35');
    expect(answer(meter, request, { power_w: -125 })).toBe(
      `${WAKE}68 88 00 15 03 25 20 68 91 07 33 33 36 35 83 45 B3 99 16`,
    );
  });

  test("everybody's address asks for the address; AA stands for any digits; another's is not answered", () => {
    const read = '68 AA AA AA AA AA AA 68 13 00 DF 16';
    expect(answer(meter, `${WAKE}${read}`)).toBe(`${WAKE}68 88 00 15 03 25 20 68 93 06 BB 33 48 36 58 53 65 16`);
    expect(answer(meter, '68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16', { energy_total_kwh: 1 })).toBe('');
  });

  test('what it has not: error 02H; a broken sum: nothing', () => {
    const request = summed('68 88 00 15 03 25 20 68 11 04 33 33 34 33');
    expect(answer(meter, request)).toBe(`${WAKE}68 88 00 15 03 25 20 68 D1 01 35 BC 16`);
    expect(answer(meter, request.replace(/.. 16$/, '00 16'))).toBe('');
  });
});

describe('CJ/T 188', () => {
  const meter = talker('cjt188', '00201510270588', { ...onLine, kind: 'water-meter' });

  test('an answer with the clock, as a real meter gave it', () => {
    expect(answer(meter, summed('68 10 88 05 27 10 15 20 00 01 03 90 1F 01'), { water_total_m3: 0 })).toBe(
      'FE FE FE FE 68 10 88 05 27 10 15 20 00 81 16 90 1F 01 00 00 00 00 2C 00 00 00 00 2C 06 20 17 09 01 17 20 00 00 8E 16',
    );
  });

  test('answers in the byte order it was asked in', () => {
    const other = talker('cjt188', '78330011223344', { ...onLine, kind: 'water-meter' });
    const said = answer(other, 'FE FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16', {
      water_total_m3: 556_677,
    });
    expect(said).toContain('81 16 1F 90 00 00 77 66 55 2C');
  });
});

describe('Modbus RTU', () => {
  test.each([
    ['modbus-sdm', { voltage_v: 230.200_012 }, '01 04 00 00 00 02 71 CB', '01 04 04 43 66 33 34 1B 38'],
    ['modbus-ddsu666', { energy_total_kwh: 478.492 }, '01 04 40 00 00 02 64 0B', '01 04 04 43 EF 3E FA 4F D6'],
    ['modbus-ddsu666', { power_w: -196.3 }, '01 04 20 04 00 02 3B CA', '01 04 04 BE 49 02 DE 8F 42'],
  ])('%s %o', (profile, values, request, published) => {
    expect(answer(talker(profile, '1', onLine), request, values)).toBe(published);
  });

  const slave = talker('modbus-dds238', '1', onLine);
  const ask = (...request: number[]): string => answer(slave, withCrc(Buffer.from(request)));

  test('exceptions: function, register, number of registers', () => {
    expect(ask(1, 3, 1, 0, 0, 2)).toBe('01 83 02 C0 F1');
    expect(ask(1, 6, 0, 0, 0, 2).slice(0, 8)).toBe('01 86 01');
    expect(ask(1, 3, 0, 0, 0, 0).slice(0, 8)).toBe('01 83 03');
  });

  test("another's address and a broken frame are not answered", () => {
    expect(ask(2, 3, 0, 0, 0, 2)).toBe('');
    expect(answer(slave, '01 03 00 00 00 02 C4 0C')).toBe('');
    expect(answer(slave, '01 03 00 00 00 02 C4 0B')).not.toBe('');
  });
});

describe('M-Bus', () => {
  const meter = talker('mbus', '11490378', { ...onLine, kind: 'water-meter' });
  const values = { water_total_m3: 54.321 };
  const short = (control: number, address: number): Buffer =>
    Buffer.of(0x10, control, address, (control + address) & 0xff, 0x16);
  const select = (number: string): string => {
    const body = bytes(`53 FD 52 ${number} FF FF FF FF`);
    return `68 0B 0B 68 ${hex(body)} ${hex(Buffer.of(body.reduce((sum, byte) => (sum + byte) & 0xff, 0)))} 16`;
  };

  test('is reset with E5, asked with either frame count bit, and says volume as the paper has it', () => {
    expect(answer(meter, short(0x40, 0), values)).toBe('E5');
    for (const control of [0x5b, 0x7b]) {
      const said = answer(meter, short(control, 254), values);
      expect(said).toMatch(/^68 15 15 68 08 00 72 78 03 49 11 /);
      expect(said).toContain('0C 13 21 43 05 00');
    }
  });

  test('is selected by its number, F for any digit, and by no other', () => {
    expect(answer(meter, short(0x5b, 253), values)).toBe('');
    expect(answer(meter, select('78 03 4F FF'), values)).toBe('E5');
    expect(answer(meter, short(0x5b, 253), values)).not.toBe('');
    expect(answer(meter, select('79 03 49 11'), values)).toBe('');
    expect(answer(meter, short(0x5b, 253), values)).toBe('');
  });
});

describe('Sparkplug B', () => {
  const timestamp = 1_760_000_000_010;
  const metric = (name: string, alias: number, dataType: SparkplugMetric['dataType'], value: number | boolean) => ({
    ...{ name, alias, timestamp, dataType, value },
  });

  test('a birth is what the reference library makes of it', () => {
    const birth = sparkplugBytes({
      timestamp,
      metrics: [
        metric('Energy/Total kWh', 1, 'Double', 1_234.56),
        metric('Power/Active W', 2, 'Float', 812.5),
        metric('Door/Open', 3, 'Boolean', false),
        metric('Water/Total L', 4, 'UInt64', 987_654),
      ],
      seq: 1,
    });
    expect(birth.toString('hex')).toBe(
      '088a80b3c19c3312260a10456e657267792f546f74616c206b57681001188a80b3c19c33200a690ad7a3703d4a9340' +
        '12200a0e506f7765722f41637469766520571002188a80b3c19c3320096500204b44' +
        '12180a09446f6f722f4f70656e1003188a80b3c19c33200b7000' +
        '121e0a0d57617465722f546f74616c204c1004188a80b3c19c3320085886a43c1801',
    );
  });
});
