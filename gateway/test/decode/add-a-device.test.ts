import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { devicesConfig } from '#contract/config/devices.ts';
import { gatewayConfig } from '#contract/config/gateway.ts';
import { profileTest } from '../../src/decode/profile-test.ts';
import { AT, campusDecoder, type DeviceEntry, frame } from './campus.ts';
import { shippedProfiles } from './profile-files.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/add-a-device.md'), 'utf8');

/** Every fenced block of YAML, without the indentation of the list it may stand in. */
const blocks = [...page.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);
const profileId = (block: string): string | undefined => /^(?:#[^\n]*\n)*id: (\S+)/.exec(block)?.[1];
const profiles = blocks.flatMap((block) => {
  const id = profileId(block);
  return id === undefined ? [] : [[id, block] as const];
});
const reference = blocks.filter((block) => /^- (?:\{match|match)/m.test(block));
const devices = blocks.filter((block) => /^(?:devices:|credentials:| *- (?:\{ ?)?id:)/.test(block));
const settings = blocks.filter((block) => /^[a-z0-9]+: \{ listen/.test(block));

const run = (text: string) =>
  profileTest({ targets: new Map([['acme-water.yaml', text]]), loaded: new Map(), vectors: new Map() });

test('every block of YAML is of a kind that is tested here', () => {
  expect(profiles.length).toBeGreaterThanOrEqual(5);
  expect(reference.length).toBeGreaterThanOrEqual(5);
  expect(devices.length).toBeGreaterThanOrEqual(5);
  expect(blocks.length).toBe(profiles.length + reference.length + devices.length + settings.length);
});

test.each(profiles)('the profile %s on the page passes its own tests', (_id, text) => {
  const { passed, failed, failures } = run(text);
  expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
  expect(passed).toBeGreaterThan(0);
});

test('the mistake on the page is reported with the words on the page', () => {
  const water = profiles.find(([id]) => id === 'acme-water')?.[1] ?? '';
  const [failure] = run(water.replace('flow_lph, path', 'flow_lpm, path')).failures;
  expect(page).toContain(`${failure?.id}: no metric of that name`);
});

const known = new Set([
  'native',
  ...profiles.map(([id]) => id),
  ...[...shippedProfiles().keys()].map((file) => file.replace(/\.yaml$/, '')),
]);

test.each(devices.map((block) => [block.slice(0, 60), block]))('devices: %s', (_name, block) => {
  const written: unknown = parse(block);
  const config = devicesConfig.parse(Array.isArray(written) ? { devices: written } : written);
  for (const { profile } of config.devices) expect(known).toContain(profile);
});

test('what `fields` says on the page is what comes out, with the name written either way', () => {
  const [block = ''] = devices.filter((one) => one.includes('fields:'));
  const text = profiles.find(([id]) => id === 'acme-io')?.[1] ?? '';
  const message = frame('Acme/00D0C9FFAA11/data', { s: 1, ai1: 21.5, di1: false });
  for (const written of [block, block.replace('ai1:', '"property:ai1":')]) {
    const config: { readonly devices: readonly DeviceEntry[] } = parse(written);
    const { readings } = campusDecoder(config.devices, [text]).decode(message);
    expect(readings.map(({ metric, value }) => [metric, value])).toEqual([
      ['temperature_c', 21.5],
      ['door_open', 1],
    ]);
  }
});

test.each(settings)('gateway.yaml: %s', (block) => {
  expect(gatewayConfig.safeParse(parse(block)).error).toBeUndefined();
});

test('every shipped profile stands in the table on top', () => {
  const table = page.slice(0, page.indexOf('## 二'));
  for (const id of shippedProfiles().keys()) expect(table).toContain(`\`${id.replace(/\.yaml$/, '')}\``);
});

test('every link inside the page leads somewhere', () => {
  const anchors = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  for (const [, target] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(target);
});

/** `- {rule}` and the lines `# [topic] payload → results` that follow it. */
const examples = reference.flatMap((block) =>
  block.split(/^(?=- )/m).flatMap((chunk) => {
    if (!chunk.startsWith('- ')) return [];
    const [rule]: readonly unknown[] = parse(chunk);
    return [...chunk.matchAll(/^# (.*) → (.*)$/gm)].map(([, message = '', wanted = '']) => {
      const [topic, payload] = /^[^ {"]+\/[^ ]+ /.test(message) ? message.split(/ (.*)/s) : ['t/d1', message];
      return { rule: JSON.stringify(rule), topic: topic ?? '', payload: payload ?? '', wanted };
    });
  }),
);

function resultsOf(rule: string, topic: string, payload: string): string {
  const text = `{"id": "example", "name": {"zh": "例", "en": "x"}, "rules": [{"id": "r", ${rule.slice(1, -1)}}],
    "tests": [{"id": "t", "topic": "none", "payload": "", "expect": []}]}`;
  const { readings, faults } = campusDecoder([], [text]).trace(frame(topic, payload, { at: AT }));
  const taken = readings.map(({ address, metric, value, ts }) => {
    const when = ts === undefined ? '' : ` @${(ts - AT) / 1_000}s`;
    return `${address === 'd1' ? '' : `${address} `}${metric} ${value}${when}`;
  });
  return [...taken, ...faults.map(({ reason }) => `!${reason}`)].join(', ') || '–';
}

describe('what a profile can say', () => {
  test('there are examples', () => expect(examples.length).toBeGreaterThan(40));

  test.each(examples)('$rule $payload', ({ rule, topic, payload, wanted }) => {
    expect(resultsOf(rule, topic, payload)).toBe(wanted);
  });

  test('every key of a profile stands on the page', () => {
    const file = join(import.meta.dirname, '../../../config/schema/profile.schema.json');
    const keys = new Set(keysOf(JSON.parse(readFileSync(file, 'utf8'))));
    expect(keys.size).toBeGreaterThan(60);
    for (const key of keys) expect(page, key).toMatch(new RegExp(`\\b${key}\\b`));
  });
});

/** Names of all properties that a schema describes. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const own = key === 'properties' && typeof value === 'object' && value !== null ? Object.keys(value) : [];
    return [...own, ...keysOf(value)];
  });
}
