import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROFILE_SCHEMA_LINE } from '#contract/config/profile.ts';
import { CONDITION_KINDS } from '#contract/enums.ts';
import { METRICS, metricInfo } from '#contract/metrics.ts';
import { createSchoolCalendar } from '../../src/calendar/create-school-calendar.ts';
import { parseHolidays } from '../../src/calendar/holidays.ts';
import { chineseHint } from '../../src/config/chinese-hints.ts';
import { jsonSchemas } from '../../src/config/json-schemas.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { CONFIG_NAMES } from '../../src/config/schemas.ts';
import type { LoadedConfig } from '../../src/shared/loaded-config.ts';
import { configFolder } from './small-campus.ts';

const folder = fileURLToPath(new URL('../../../config/', import.meta.url));
const contract = fileURLToPath(new URL('../../contract/config/', import.meta.url));

const profiles = readdirSync(`${folder}profiles`).map((file) => `profiles/${file}`);
const files = [...CONFIG_NAMES.map((name) => `${name}.yaml`), ...profiles];

/** What an editor checks a file of the config folder with. */
function schemaOf(file: string) {
  const name = file.startsWith('profiles/') ? 'profile' : file.replace('.yaml', '');
  return new Ajv({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(`${folder}schema/${name}.schema.json`, 'utf8')),
  );
}

async function shipped(): Promise<LoadedConfig> {
  const result = await loadConfig(folder);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.warnings).toEqual([]);
  return result.config;
}

describe('the shipped campus', () => {
  it('is whole, and every text of it is there in both languages', async () => {
    const { registry, gateway } = await shipped();
    expect(gateway.demo).toBe(true);
    expect(registry.campus.timeZone).toBe('Asia/Shanghai');
    const names = [...registry.devices.values(), ...registry.places.values()].map(({ name }) => name);
    for (const { zh, en } of names) expect(zh).not.toBe(en);
  });

  it('holds the three stories', async () => {
    const { registry, calendar, rules, holidaysCsv = '' } = await shipped();
    const year = createSchoolCalendar({
      config: calendar,
      timeZone: registry.campus.timeZone,
      placeProfile: registry.placeProfile,
      placePath: registry.placePath,
      holidays: parseHolidays(holidaysCsv).data,
    });
    const monday = Date.UTC(2026, 8, 14);
    for (let hour = 0; hour < 7 * 24; hour += 1) {
      for (const place of ['room-301', 'gate-east']) expect(year.isOpen(place, monday + hour * 3_600_000)).toBe(false);
    }
    expect(year.isOpen('room-302', monday + 2 * 3_600_000)).toBe(true);
    expect(registry.devicesAt('room-301', 'electricity-meter')).toHaveLength(1);
    expect(registry.devicesAt('gate-east', 'door')).toHaveLength(1);
    for (const id of ['sw-a', 'sw-dorm']) expect(registry.dependents(id)).toHaveLength(8);
    const soon = rules.rules.filter(({ id }) =>
      ['door-open-closed', 'room-left-on', 'camera-silent', 'switch-silent'].includes(id),
    );
    expect(soon).toHaveLength(4);
    for (const rule of soon) expect(rule.for).toBeLessThanOrEqual(30_000);
  });

  it('has a rule of every kind that runs, each with advice', async () => {
    const { rules } = await shipped();
    const kinds = new Set(rules.rules.map(({ kind }) => kind));
    const running = ['threshold', 'state-in-period', 'silent', 'closed-hours-power', 'never-zero-flow'];
    expect([...kinds].sort()).toEqual(CONDITION_KINDS.filter((kind) => running.includes(kind)).sort());
    for (const rule of rules.rules) expect(rule.advice, rule.id).toBeDefined();
  });

  it('marks its prices as examples', async () => {
    const { tariffs } = await shipped();
    expect(tariffs.tariffs.map(({ resource, example, prices }) => [resource, example, prices[0]?.yuan])).toEqual([
      ['electricity', true, 0.5],
      ['water', true, 3],
    ]);
  });

  it.each(profiles)('%s names its schema in the first line', (file) => {
    expect(readFileSync(`${folder}${file}`, 'utf8').split('\n')[0]).toBe(PROFILE_SCHEMA_LINE);
  });

  it.each(profiles)('%s says in Chinese, then in English, what it is for', (file) => {
    const [, ...lines] = readFileSync(`${folder}${file}`, 'utf8').split('\n');
    const header = lines.slice(
      0,
      Math.max(
        0,
        lines.findIndex((line) => !line.startsWith('#')),
      ),
    );
    const english = header.findIndex((line) => !/\p{Script=Han}/u.test(line));
    expect(english).toBeGreaterThan(0);
    expect(header.slice(english).join('\n')).not.toMatch(/\p{Script=Han}/u);
  });

  it.each(CONFIG_NAMES)('%s.yaml names its schema in the first line', (name) => {
    const first = readFileSync(`${folder}${name}.yaml`, 'utf8').split('\n')[0];
    expect(first).toBe(`# yaml-language-server: $schema=./schema/${name}.schema.json`);
  });
});

describe('the schemas for editors', () => {
  it.each([...jsonSchemas()])(
    '%s is current (else: node gateway/src/config/write-schemas.ts && npm run format)',
    (file, text) => {
      expect(JSON.parse(readFileSync(`${folder}schema/${file}`, 'utf8'))).toEqual(JSON.parse(text));
    },
  );

  it.each(files)('%s passes the schema of its first line', (file) => {
    const text = readFileSync(`${folder}${file}`, 'utf8');
    const validate = schemaOf(file);
    validate(parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('offer the metrics by name and know them with every suffix, no others', () => {
    const validate = schemaOf('profiles/any.yaml');
    const profileWith = (metric: string) => ({
      ...{ id: 'any', name: { zh: '表', en: 'Meter' }, tests: ['any.json'] },
      rules: [{ id: 'data', match: '{device}/data', emit: [{ metric }] }],
    });
    const bases = [...Object.keys(METRICS), 'power', 'power_kw', ''];
    const ends = ['', '_l1', '_l3', '_ch0', '_ch99', '_l0', '_l4', '_ch100', '_l1_l2', '_', ' '];
    for (const metric of bases.flatMap((base) => ends.map((end) => base + end)))
      expect(validate(profileWith(metric)), metric).toBe(metricInfo(metric) !== undefined);
    expect(jsonSchemas().get('profile.schema.json')).toMatch(/"enum": \[\s*"energy_total_kwh"/);
  });

  it('find what is written wrong', () => {
    const validate = schemaOf('profiles/any.yaml');
    const rule = { id: 'data', match: '{device}/data', emitt: [] };
    expect(validate({ id: 'any', name: { zh: '表', en: 'Meter' }, rules: [rule], tests: ['any.json'] })).toBe(false);
    expect(validate.errors?.[0]).toMatchObject({ instancePath: '/rules/0', params: { additionalProperty: 'emitt' } });
  });

  it('are one per file', () => {
    expect(readdirSync(`${folder}schema`).sort()).toEqual([...jsonSchemas().keys()].sort());
  });
});

describe('hints of the schemas', () => {
  const hints = readdirSync(contract)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(`${contract}${file}`, 'utf8');
      return [...source.matchAll(/\.(?:regex|refine)\([\s\S]*?, *\n? *'((?:[^'\\\n]| )+)',?\s*\)/g)].map(
        (match) => match[1] ?? '',
      );
    });

  it.each([...new Set(hints)])('“%s” is there in Chinese', (hint) => {
    expect(chineseHint(hint)).toMatch(/\p{Script=Han}/u);
  });

  it('were found', () => {
    expect(hints.length).toBeGreaterThan(10);
  });
});

describe('loading from disk', () => {
  it('tells of files that are missing, without throwing', async () => {
    const result = await loadConfig('/nowhere/at/all');
    expect(result.ok ? [] : result.problems.map(({ file }) => file)).toEqual([
      'gateway.yaml',
      'campus.yaml',
      'devices.yaml',
      'calendar.yaml',
      'rules.yaml',
    ]);
  });

  it('tells once of a file that cannot be read', async () => {
    await using broken = await configFolder();
    await rm(`${broken.dir}/rules.yaml`);
    await mkdir(`${broken.dir}/rules.yaml`);
    const result = await loadConfig(broken.dir);
    expect(result.ok ? [] : result.problems).toMatchObject([
      { file: 'rules.yaml', line: 0, message: { en: expect.stringContaining('cannot be read') } },
    ]);
  });
});
