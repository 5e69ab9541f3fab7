import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROFILE_SCHEMA_LINE } from '#contract/config/profile.ts';
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

test('what says nothing, is not there or is kept by nobody is refused with a sentence', async () => {
  const path = await bench.file('message.json', '{"hello":"world"}');
  for (const args of [
    ['--from', path, '--topic', TOPIC],
    ['--from', `${path}.no`, '--topic', TOPIC],
    ['--from', TOPIC],
  ]) {
    const { code } = await bench.houqin('profile', 'new', 'acme-water', ...args);
    expect(code).not.toBe(0);
  }
});
