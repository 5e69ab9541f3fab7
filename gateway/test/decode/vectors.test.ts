import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { vectorFile } from '#contract/vectors/vector-file.ts';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { decoderOf, frameOf, profileTest } from '../../src/decode/profile-test.ts';
import { itNeeds } from '../skip.ts';
import { goldenVectors, readTexts, shippedProfiles } from './profile-files.ts';

const decoder = decoderOf(compileProfiles(shippedProfiles()).profiles);

describe.each([...goldenVectors()])('golden vectors: %s', (_name, text) => {
  const file = vectorFile.parse(JSON.parse(text));

  test.each(file.messages.map((message) => [message.id, message] as const))('%s', (_id, message) => {
    const trace = decoder.trace(frameOf(message));
    const wanted = message.expect.map(({ ts, ...rest }) => ({
      ...rest,
      ts: typeof ts === 'string' ? Date.parse(ts) : ts,
    }));
    const got = trace.readings.map(({ address, metric, value, ts }) => ({
      device: address,
      metric,
      value: expect.closeTo(value, 6),
      ts,
    }));
    expect(wanted).toEqual(got);
    expect(trace.faults).toEqual([]);
    expect(trace.profile).toBe(file.profile);
  });
});

const ECOSYSTEMS = [
  'generic',
  'zigbee2mqtt',
  'tasmota',
  'shelly',
  'frigate',
  'homie',
  'sparkplug-b',
  'esphome',
  'chirpstack',
  'thethingsstack',
  'usr-dtu',
  'aliyun-alink',
  'huawei-iotda',
];
const data = process.env['HOUQIN_TEST_DATA'];

describe('captured messages of these ecosystems', () => {
  for (const ecosystem of ECOSYSTEMS) {
    const fixtures =
      data === undefined ? new Map<string, string>() : readTexts(join(data, '../fixtures', ecosystem), '.json');
    const missing = fixtures.size > 0 ? undefined : 'HOUQIN_TEST_DATA names no folder with ../fixtures beside it';
    itNeeds(missing, ecosystem, () => {
      const result = profileTest({ targets: fixtures, loaded: shippedProfiles(), vectors: new Map() });
      expect(result.failures).toEqual([]);
      expect(result.passed).toBeGreaterThan(0);
    });
  }
});
