import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONDITION_KINDS } from '#contract/enums.ts';
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
