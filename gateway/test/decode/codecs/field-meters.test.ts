/** Meters as people write them down and DTUs wrap them: read, or named with what to change. */
import { describe, expect, it, test } from 'vitest';
import { lineCampus } from '../modbus/line-campus.ts';
import { registersOf, slaveAnswer } from '../modbus/modbus-slave.ts';
import { cjt188Answer, dlt645Answer, mbusAnswer } from './meter-frames.ts';

const values = ({ readings }: { readings: readonly { device: string; metric: string; value: number }[] }): string[] =>
  readings.map(({ device, metric, value }) => `${device} ${metric} ${value}`);

describe('m01: leading zeros of a meter’s number do not count', () => {
  const frames = {
    dlt645: dlt645Answer('000012345678', '00010000', '00123456'),
    cjt188: cjt188Answer('00000012345678', '00123456'),
    mbus: mbusAnswer('00345678', 0x07, '0C 13 56 34 12 00'),
  };
  it.each([
    ['dlt645', '12345678', 'm energy_total_kwh 1234.56'],
    ['dlt645', '0012345678', 'm energy_total_kwh 1234.56'],
    ['dlt645', '000012345678', 'm energy_total_kwh 1234.56'],
    ['cjt188', '12345678', 'm water_total_m3 1234.56'],
    ['cjt188', '00000012345678', 'm water_total_m3 1234.56'],
    ['mbus', '345678', 'm water_total_m3 123.456'],
    ['mbus', '00345678', 'm water_total_m3 123.456'],
  ] as const)('%s as %s: asked and read', (profile, address, value) => {
    const line = lineCampus([{ id: 'm', profile, address, downTopic: 'dtu/1/down' }]);
    expect(line.run(0)).toHaveLength(1);
    const read = line.take('dtu/1/up', frames[profile]);
    expect(values(read)).toContain(value);
    expect(read.quarantine).toEqual([]);
    expect(read.heard).toEqual(['m']);
  });

  it('a meter that reports without being asked is found too', () => {
    const line = lineCampus([{ id: 'm', profile: 'dlt645', address: '12345678' }]);
    expect(values(line.take('dtu/1/up', frames.dlt645))).toEqual(['m energy_total_kwh 1234.56']);
  });

  it('another number is a stranger’s', () => {
    const line = lineCampus([{ id: 'm', profile: 'dlt645', address: '2345678' }]);
    expect(line.take('dtu/1/up', frames.dlt645).quarantine).toMatchObject([
      { reason: 'unknown-device', address: '000012345678' },
    ]);
  });

  it('names of other profiles keep their zeros: 01 is not 1', () => {
    const line = lineCampus([{ id: 'm', profile: 'tasmota', address: '1' }]);
    const read = line.take('tele/01/SENSOR', Buffer.from('{"ENERGY":{"Power":5}}'));
    expect(read.readings).toEqual([]);
  });
});

describe('m02: hex text', () => {
  const dlt = Buffer.concat([Buffer.alloc(4, 0xfe), dlt645Answer('000012345678', '00010000', '00123456')]);
  const hex = (bytes: Buffer, gap = ''): Buffer =>
    Buffer.from((bytes.toString('hex').toUpperCase().match(/../g) ?? []).join(gap));
  const meter = { id: 'm', profile: 'dlt645', address: '12345678', downTopic: 'dtu/1/down' };

  it.each([
    ['with gaps', hex(dlt, ' ')],
    ['without', hex(dlt)],
    ['in small letters and a line of its own', Buffer.from(`${dlt.toString('hex')}\r\n`)],
    ['with commas and 0x', Buffer.from([...dlt].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(','))],
  ])('%s: a whole frame is read', (_what, payload) => {
    const line = lineCampus([meter]);
    line.run(0);
    const read = line.take('dtu/1/up', payload);
    expect(values(read)).toEqual(['m energy_total_kwh 1234.56']);
    expect(read.quarantine).toEqual([]);
  });

  it('CJ/T 188 and M-Bus alike, and without a device the number is told', () => {
    const line = lineCampus([{ id: 'w', profile: 'cjt188', address: '12345678' }]);
    expect(values(line.take('dtu/1/up', hex(cjt188Answer('00000012345678', '00123456'))))).toContain(
      'w water_total_m3 1234.56',
    );
    expect(line.take('dtu/1/up', hex(mbusAnswer('00345678', 0x07, '0C 13 56 34 12 00'))).quarantine).toMatchObject([
      { reason: 'unknown-device', address: '345678' },
    ]);
  });

  it('Modbus: the answer to what was asked is read', () => {
    const line = lineCampus([{ id: 'm', profile: 'modbus-ddsu666', address: '7', downTopic: 'dtu/1/down' }]);
    const [asked] = line.run(0);
    const all = registersOf({ 8192: Array.from({ length: 64 }, () => 0), 16384: [0x4249, 0x999a] });
    const answer = slaveAnswer(asked?.request ?? Buffer.alloc(0), 7, all);
    expect(answer).toBeDefined();
    const read = line.take('dtu/1/up', hex(answer ?? Buffer.alloc(0), ' '));
    expect(read.readings.length).toBeGreaterThan(0);
    expect(read.quarantine).toEqual([]);
  });

  it.each([
    ['a check byte that is wrong', hex(Buffer.concat([dlt.subarray(0, -2), Buffer.from([0, 0x16])]))],
    ['half a frame', hex(dlt.subarray(0, 12), ' ')],
  ])('%s: no value, and told what to change', (_what, payload) => {
    for (const devices of [[meter], []]) {
      const line = lineCampus(devices);
      line.run(0);
      const { readings, quarantine } = line.take('dtu/1/up', payload);
      expect(readings).toEqual([]);
      expect(quarantine).toHaveLength(1);
      expect(quarantine[0]?.detail).toContain('hex text: switch the DTU to raw');
      expect(quarantine[0]?.detail).toContain('透传');
    }
  });

  it('on a topic that no profile knows it is told as well', () => {
    expect(lineCampus([]).take('school/7/raw', hex(dlt)).quarantine[0]?.detail).toContain('switch the DTU to raw');
  });
});

test.each([
  ['Modbus ASCII', Buffer.from(':010300000002FA\r\n'), 'switch meter and DTU to Modbus RTU'],
  ['Modbus TCP', Buffer.from('000100000007010304000003E8', 'hex'), 'protocol conversion of the DTU off'],
  ['JSON', Buffer.from('{"data":"6877"}'), 'the DTU sends JSON'],
  ['Base64', Buffer.from(dlt645Answer('000012345678', '00010000', '00123456').toString('base64')), 'Base64'],
  ['words', Buffer.from('www.usr.cn'), 'heartbeat packets'],
  ['noise', Buffer.from([0, 0xff, 0x81, 0x90, 0xa0]), 'a wrong baud rate'],
])('a line that brings %s is told so', (_what, payload, words) => {
  const line = lineCampus([{ id: 'm', profile: 'modbus-ddsu666', address: '7', downTopic: 'dtu/1/down' }]);
  line.run(0);
  const { readings, quarantine } = line.take('dtu/1/up', payload);
  expect(readings).toEqual([]);
  expect(quarantine.map(({ detail }) => detail).join()).toContain(words);
});
