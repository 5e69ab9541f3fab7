import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROFILE_SCHEMA_LINE } from '#contract/config/profile.ts';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { decoderOf } from '../../src/decode/profile-test.ts';
import { type Bench, createBench } from './run-houqin.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ config: resolve(import.meta.dirname, '../../../config') });
});
afterEach(() => bench.remove());

const MESSAGE = {
  sn: 'WM2301',
  t: Math.floor(Date.now() / 1_000),
  flow: { total: 1_234_567, rate: 0.18 },
  valve: 'open',
};
const TOPIC = 'watermeter/WM2301/data';

test('a captured message becomes a profile whose own test passes', async () => {
  const path = await bench.file('message.json', JSON.stringify(MESSAGE));
  const { code } = await bench.houqin('profile', 'new', 'acme-water', '--from', path, '--topic', TOPIC);
  expect(code).toBe(0);
  const file = join(bench.configDir, 'profiles/acme-water.yaml');
  const text = await readFile(file, 'utf8');
  expect(text.split('\n')[0]).toBe(PROFILE_SCHEMA_LINE);
  expect(text).toContain('match: watermeter/{device}/data');
  expect(text).toMatch(/metric: water_total_m3\n\s+scale: 1\/1000/);
  expect(text).toMatch(/ts:\n\s+path: t\n\s+unit: s/);
  const { json } = await bench.houqin('profile', 'test', file, '--json');
  expect(json()).toEqual({ passed: 1, failed: 0, failures: [] });
});

test('a list of named values is read by name, units and doubts stand on top', async () => {
  const list = [
    { type: 'AI', key: 'A相电压', value: 220.5, unit: 'V' },
    { type: 'AI', key: '正向有功电度', value: 10_234.5, unit: 'kWh' },
    { type: 'SOE', key: '电压越限', value: 1, unit: 'V' },
  ];
  const path = await bench.file('message.json', JSON.stringify({ location_code: 'B2-3F-01', properties: list }));
  expect((await bench.houqin('profile', 'new', 'acme-tags', '--from', path, '--topic', 'tags/A1/up')).code).toBe(0);
  const file = join(bench.configDir, 'profiles/acme-tags.yaml');
  const text = await readFile(file, 'utf8');
  expect(text).toContain('in: properties');
  expect(text).toMatch(/key:\n\s+path: key\n\s+value: value/);
  expect(text).toContain('A相电压: voltage_v_l1');
  expect(text).toContain('# properties[0].value 220.5 → voltage_v_l1 V');
  expect(text).not.toContain('电压越限: ');
  // In another order the names still hold.
  const { profiles } = compileProfiles(new Map([['acme-tags.yaml', text]]));
  const payload = Buffer.from(JSON.stringify({ properties: list.toReversed() }));
  expect(
    decoderOf(profiles)
      .trace({ topic: 'tags/A1/up', payload, at: Date.now() })
      .readings.map(({ metric, value }) => [metric, value])
      .sort(),
  ).toEqual([
    ['energy_total_kwh', 10_234.5],
    ['voltage_v_l1', 220.5],
  ]);
  expect(text).toContain('device: {path: location_code}');
  expect((await bench.houqin('profile', 'test', file)).code).toBe(0);
});

test('what is to be checked stands on top, also where nothing is proposed', async () => {
  const message = {
    ...{ energy_delivered_tariff1: '1234.567', energy_delivered_tariff2: '2345.678' },
    ...{ power_delivered: '0.812', voltage_l1: '229.0', current_l1: 3 },
  };
  const path = await bench.file('message.json', JSON.stringify(message));
  const { code } = await bench.houqin('profile', 'new', 'p1', '--from', path, '--topic', 'meters/x1/data');
  expect(code).toBe(0);
  const file = join(bench.configDir, 'profiles/p1.yaml');
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(/# power_delivered "0\.812" × 1000 → power_w W .*kW/);
  expect(text).toMatch(/# energy_delivered_tariff1：.*one tariff only/);
  expect(text).not.toContain('metric: energy_total_kwh');
  expect((await bench.houqin('profile', 'test', file)).code).toBe(0);
});

test('numbers that are not recognised keep their names', async () => {
  const path = await bench.file('message.json', '{"s":1,"q":192,"ai1":-1.25,"di1":false,"note":"x","d":"{\\"a\\":1}"}');
  const { code } = await bench.houqin('profile', 'new', 'acme-io', '--from', path, '--topic', 'Acme/00D0C9FFAA11/data');
  expect(code).toBe(0);
  const file = join(bench.configDir, 'profiles/acme-io.yaml');
  const text = await readFile(file, 'utf8');
  const again = await bench.houqin('profile', 'new', 'acme-io', '--from', path, '--topic', 'Acme/00D0C9FFAA11/data');
  expect(again.err.join()).toContain('is there already');
  expect(text).toContain('add unpack: d');
  expect(text).toMatch(/metric: property:ai1\n\s+value: -1.25/);
  expect(text).toMatch(/metric: property:di1\n\s+value: 0/);
  expect((await bench.houqin('profile', 'test', file)).code).toBe(0);
});

test('what says nothing, is not there or is kept by nobody is refused with a sentence', async () => {
  const path = await bench.file('message.json', '{"hello":"world"}');
  const bytes = await bench.file('frame.bin', '\u0001\u0003\u0004');
  for (const args of [
    ['--from', path, '--topic', TOPIC],
    ['--from', bytes, '--topic', TOPIC],
    ['--from', `${path}.no`, '--topic', TOPIC],
    ['--from', TOPIC],
  ]) {
    const { code } = await bench.houqin('profile', 'new', 'acme-water', ...args);
    expect(code).not.toBe(0);
  }
});
