/** What C firmware and careless writers send, through the decoder with the shipped profiles: one fault costs no neighbour. */
import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/decode/codecs/create-codecs.ts';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { localTime } from '../../src/decode/local-time.ts';
import { decodeNative } from '../../src/decode/native.ts';
import { decoderOf } from '../../src/decode/profile-test.ts';
import { shippedProfiles } from './profile-files.ts';

const AT = Date.parse('2026-03-02T08:00:05+08:00');
const shipped = compileProfiles(shippedProfiles(), createCodecs()).profiles;

function said(topic: string, payload: string | Buffer): string[] {
  const { readings, faults } = decoderOf(shipped).trace({ topic, payload: Buffer.from(payload), at: AT });
  return [
    ...readings.map(({ address, metric, value }) => `${address} ${metric} ${value}`),
    ...faults.map(({ detail }) => detail),
  ].sort();
}

const TOTAL = 'plug energy_total_kwh 12.5';

describe('JSON', () => {
  test.each([
    [
      'a probe that fails',
      '{"Time":"2026-03-02T08:00:00","AM2301":{"Temperature":nan,"Humidity":-nan},"ENERGY":{"Total":12.5}}',
    ],
    ['a number too large', '{"ENERGY":{"Total":12.5,"Power":inf,"Voltage":-Infinity}}'],
    ['a byte order mark', '\ufeff{"ENERGY":{"Total":12.5}}'],
    ['the end of a C string', '{"ENERGY":{"Total":12.5}}\0'],
    ['a padded buffer and a newline', '{"ENERGY":{"Total":12.5}}\r\n\0\0\0'],
    ['a comma at the end', '{"ENERGY":{"Total":12.5,},}'],
    ['all of it', '\ufeff {"ENERGY":{"Total":+12.5,"Power":nan,},}\n\0'],
  ])('%s', (_, payload) => {
    expect(said('tele/plug/SENSOR', payload)).toEqual([TOTAL]);
  });

  test('UTF-16 with its mark', () => {
    expect(said('tele/plug/SENSOR', Buffer.from('\ufeff{"ENERGY":{"Total":12.5}}', 'utf16le'))).toEqual([TOTAL]);
  });

  test('what breaks off is refused, and says so', () => {
    expect(said('tele/plug/SENSOR', '{"ENERGY":{"Total":12.5')).toEqual(['not JSON: it breaks off']);
  });
});

describe('words', () => {
  test.each(['Online', 'Online\0\0', '\ufeffOnline', 'Online\r\n\0'])('%j', (payload) => {
    expect(said('tele/plug/LWT', payload)).toEqual(['plug online 1']);
  });

  test.each([
    ['text', '{ON: 1, OFF: 0}', 'ON\0', ['d valve_open 1']],
    ['text', '{ON: 1, OFF: 0}', 'nan', []],
    ['json', '{ON: 1, OFF: 0}', '"ON\\u0000"', ['d valve_open 1']],
    ['json-or-text', '{ON: 1, OFF: 0}', '\ufeffON', ['d valve_open 1']],
    ['json-or-text', '{ON: 1, OFF: 0}', '\ufeff"ON"', ['valve_open: "ON"']],
    ['number', undefined, ' 1\0\0', ['d valve_open 1']],
    ['number', undefined, '-nan', []],
    ['number', undefined, 'Infinity', []],
    ['json', undefined, '{"v":"inf"}', ['valve_open: {"v":"inf"}']],
  ])('%s %s %j', (decode, map, payload, wanted) => {
    const yaml = `id: one
name: {zh: 一, en: one}
rules:
  - id: value
    match: "one/{device}"
    decode: ${decode}
    emit: [{metric: valve_open, path: "."${map === undefined ? '' : `, map: ${map}`}}]
tests:
  - {id: t, topic: one/d, enc: text, payload: "1", expect: []}
`;
    const { profiles, problems } = compileProfiles(new Map([['one.yaml', yaml]]));
    expect(problems).toEqual([]);
    const { readings, faults } = decoderOf(profiles).trace({ topic: 'one/d', payload: Buffer.from(payload), at: AT });
    expect([
      ...readings.map(({ address, metric, value }) => `${address} ${metric} ${value}`),
      ...faults.map(({ detail }) => detail),
    ]).toEqual(wanted);
  });
});

describe('JSON inside JSON', () => {
  test('is as near', () => {
    const yaml = `id: one
name: {zh: 一, en: one}
rules:
  - id: value
    match: "one/{device}"
    unpack: d
    emit: [{metric: power_w, path: d.p}, {metric: voltage_v, path: d.u}]
tests:
  - {id: t, topic: one/d, payload: {d: "{\\"p\\":1}"}, expect: [{device: d, metric: power_w, value: 1}]}
`;
    const { profiles } = compileProfiles(new Map([['one.yaml', yaml]]));
    const payload = Buffer.from(JSON.stringify({ d: '{"p":5,"u":nan,}\0' }));
    expect(decoderOf(profiles).trace({ topic: 'one/d', payload, at: AT }).readings).toEqual([
      { address: 'd', metric: 'power_w', value: 5 },
    ]);
  });
});

describe('native topics', () => {
  const native = (leaf: 'readings' | 'heartbeat' | 'status', payload: string): string[] => {
    const outcome = decodeNative(leaf, 'd', 'camera', Buffer.from(payload), AT, localTime('Asia/Shanghai'));
    return [
      ...outcome.samples.map(({ metric, value }) => `${metric} ${value}`),
      ...outcome.faults.map(({ detail }) => detail),
    ];
  };

  test.each([
    ['readings', '\ufeff{"power_w":40,"temperature_c":nan,}\0', ['power_w 40']],
    ['readings', '{"power_w":"nan","voltage_v":220}', ['voltage_v 220']],
    ['readings', '[{"power_w":40},{"power_w":-inf}]\n', ['power_w 40']],
    ['readings', '{"power_w":40', ['not JSON: it breaks off']],
    ['status', 'online\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', ['online 1']],
    ['status', '\ufeffOFFLINE\r\n', ['online 0']],
    ['heartbeat', '1\0\0\0\0\0\0\0', ['online 1', 'camera_online 1']],
    ['heartbeat', '{"fps":nan,"status":"ok\\u0000"}\0', ['online 1', 'camera_online 1', 'device_alert 0']],
  ] as const)('%s %j', (leaf, payload, wanted) => {
    expect(native(leaf, payload)).toEqual(wanted);
  });
});
