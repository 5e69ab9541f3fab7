/** Devices on serial lines: two lines may each have a unit 1, and what cannot work is said at its line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfigTexts } from '../../src/config/load-config.ts';
import { type ConfigTexts, parseConfig } from '../../src/config/parse-config.ts';

const root = join(import.meta.dirname, '../../..');
const profiles = new Map(
  ['modbus-sdm', 'modbus-ddsu666', 'dlt645', 'mbus', 'tasmota'].map((id): [string, string] => [
    `${id}.yaml`,
    readFileSync(join(root, `config/profiles/${id}.yaml`), 'utf8'),
  ]),
);

async function problemsOf(...devices: readonly string[]): Promise<string[]> {
  const { texts } = await readConfigTexts(join(root, 'gateway/test/campus-config'));
  const entries = devices.map(
    (device, n) => `  - {id: d${n}, name: d, kind: electricity-meter, place: campus, ${device}}`,
  );
  const files = new Map(texts.files).set('devices', ['devices:', ...entries].join('\n')).set('rules', 'rules: []');
  const result = parseConfig({ ...texts, files, profiles } satisfies ConfigTexts);
  return result.ok ? [] : result.problems.map(({ line, path, message }) => `${line} ${path}: ${message.en}`);
}

const SDM = 'profile: modbus-sdm';

test('a unit is unique on its line, not in the campus', async () => {
  expect(
    await problemsOf(`${SDM}, address: "1", downTopic: a/down`, `${SDM}, address: "1", downTopic: b/down`),
  ).toEqual([]);
  expect(
    await problemsOf(`${SDM}, address: "1", downTopic: a/down`, `${SDM}, address: "1", downTopic: a/down`),
  ).toEqual(['3 devices[1].address: device address “modbus-sdm: a/up: 1” stands twice; change one of them']);
});

test('a meter’s own number is unique everywhere', async () => {
  const meter = (topic: string): string => `profile: dlt645, address: "000012345678", downTopic: ${topic}/down`;
  expect(await problemsOf(meter('a'), meter('b'))).toHaveLength(1);
});

test.each([
  [`${SDM}, address: "0", downTopic: a/down`, '2 devices[0].address: address is the Modbus unit, 1 to 247'],
  [`${SDM}, address: "248", downTopic: a/down`, '2 devices[0].address: address is the Modbus unit, 1 to 247'],
  [`${SDM}, address: "1"`, '2 devices[0].profile: give downTopic, the topic on which its DTU takes requests'],
  [`${SDM}, address: "1", downTopic: a/tx`, '2 devices[0].downTopic: downTopic has no “down” in it: give upTopic too'],
  [
    `${SDM}, address: "1", downTopic: a/b, upTopic: a/b`,
    '2 devices[0].upTopic: upTopic and downTopic must be two topics',
  ],
  [`${SDM}, address: "1", downTopic: a/+/down`, '2 devices[0].downTopic: no wildcards, no topic under $ or campus/v1/'],
  [
    `${SDM}, address: "1", downTopic: campus/v1/x/y/down`,
    '2 devices[0].downTopic: no wildcards, no topic under $ or campus/v1/',
  ],
  [
    'profile: dlt645, address: "1234567890123"',
    '2 devices[0].address: address is the number of the meter, 4 to 12 digits, with or without leading zeros',
  ],
  [
    'profile: dlt645, address: "1"',
    '2 devices[0].address: address is the number of the meter, 4 to 12 digits, with or without leading zeros',
  ],
  ['profile: mbus, address: "001234567"', '2 devices[0].address: address is the number of the meter, at most 8 digits'],
])('%s', async (device, problem) => {
  expect(await problemsOf(device)).toEqual([problem]);
});

test.each(['dlt645', 'mbus'])('%s: leading zeros may be left out, and tell no two meters apart', async (profile) => {
  const meter = (address: string): string => `profile: ${profile}, address: "${address}", downTopic: a/down`;
  expect(await problemsOf(meter('1234567'), meter('07654321'))).toEqual([]);
  expect(await problemsOf(meter('1234567'), meter('01234567'))).toEqual([
    `3 devices[1].address: device address “${profile}: 1234567” stands twice; change one of them`,
  ]);
});

test('a line has one pair of topics', async () => {
  expect(
    await problemsOf(
      `${SDM}, address: "1", downTopic: a/down`,
      `${SDM}, address: "2", upTopic: a/up`,
      `${SDM}, address: "3", downTopic: a/down, upTopic: b/up`,
    ),
  ).toEqual([
    '3 devices[1].upTopic: other devices of a/up have a/down downTopic: a line has one pair of topics',
    '4 devices[2].upTopic: other devices of a/down have upTopic a/up: a line has one pair of topics',
  ]);
});

test('what is not asked may have any topics', async () => {
  expect(await problemsOf('profile: tasmota, downTopic: cmnd/x/POWER')).toEqual([]);
});
