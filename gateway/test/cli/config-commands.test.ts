import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROFILE_SCHEMA_LINE } from '#contract/config/profile.ts';
import { parseHolidays } from '../../src/calendar/holidays.ts';
import { mergeHolidays } from '../../src/cli/calendar-import.ts';
import { entriesOf, fingerprint, isShipped, isShippedFile } from '../../src/cli/demo-entries.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { type Bench, createBench } from './run-houqin.ts';

const SHIPPED = resolve(import.meta.dirname, '../../../config');
const FILES = ['gateway', 'campus', 'devices', 'calendar', 'rules', 'tariffs'];

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ config: SHIPPED });
});
afterEach(() => bench.remove());

const textOf = (name: string): Promise<string> => readFile(join(bench.configDir, name), 'utf8');
const textsOf = (): Promise<string[]> => Promise.all(FILES.map((name) => textOf(`${name}.yaml`)));

describe('config check', () => {
  it('is content with what ships', async () => {
    const { code, json } = await bench.houqin('config', 'check', '--json');
    const none = { problems: [], problemCount: 0, warnings: [], warningCount: 0 };
    expect([code, json()]).toEqual([0, { ok: true, dir: bench.configDir, ...none }]);
  });

  it('names file, line and column of problems in files and profiles, and exits with 1', async () => {
    await appendFile(
      join(bench.configDir, 'rules.yaml'),
      '  - { id: new, name: x, kind: threshold, metric: power_ww, above: 1 }\n',
    );
    await bench.file(
      'config/profiles/broken.yaml',
      'id: broken\nname: x\nrules:\n  - {id: a, match: "x/{device}", emit: [{metric: nonsense, path: a}]}\ntests: []\n',
    );
    const { code, out } = await bench.houqin('config', 'check');
    expect(code).toBe(1);
    const line = (await textOf('rules.yaml')).split('\n').length - 1;
    expect(out.join('\n')).toMatch(new RegExp(`✗ rules\\.yaml:${line}:\\d+ .*是不是“power_w”.*did you mean “power_w”`));
    await bench.file('config/rules.yaml', 'rules: []\n');
    expect((await bench.houqin('config', 'check')).out.join('\n')).toMatch(/✗ profiles\/broken\.yaml:4:\d+/);
  });

  it('lists 100 of many problems and says how many there are', async () => {
    const keys = Array.from({ length: 1_000 }, (_, n) => `k${n}: 1\n`).join('');
    await bench.file('config/rules.yaml', `rules: []\n${keys}`);
    const { code, out } = await bench.houqin('config', 'check');
    expect(code).toBe(1);
    expect(out.filter((line) => line.startsWith('✗'))).toHaveLength(100);
    expect(out.join('\n')).toMatch(/另有 900 处问题未列出 \/ 900 more problems\n1000 处问题/);
    const { json } = await bench.houqin('config', 'check', '--json');
    expect(json()).toMatchObject({ ok: false, problemCount: 1_000, problems: { length: 100 } });
  });

  it('warns of holiday lines that cannot be read', async () => {
    await appendFile(join(bench.configDir, 'holidays-cn.csv'), '2027-02-30,nothing,1\n');
    const { code, json } = await bench.houqin('config', 'check', '--json');
    expect([code, json()]).toMatchObject([0, { ok: true, warnings: [{ file: 'holidays-cn.csv', line: 258 }] }]);
  });
});

describe('demo', () => {
  it('off leaves an empty, valid, real campus, and on brings the demo back byte for byte', async () => {
    const before = await textsOf();
    const off = await bench.houqin('demo', 'off', '--json');
    expect([off.code, off.json()]).toMatchObject([0, { demo: false, dataDir: bench.dataDir, running: null }]);
    const { json } = await bench.houqin('config', 'check', '--json');
    expect(json()).toMatchObject({ ok: true });
    const loaded = await loadConfig(bench.configDir);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { gateway, registry, calendar, rules } = loaded.config;
    expect([gateway.demo, registry.devices.size, registry.campus.places.map(({ id }) => id)]).toEqual([
      false,
      0,
      ['campus'],
    ]);
    expect([calendar.terms, calendar.overrides]).toEqual([[], []]);
    const forMs = Object.fromEntries(rules.rules.map((rule) => [rule.id, rule.for]));
    expect(forMs).toMatchObject({ 'door-open-closed': 300_000, 'room-left-on': 600_000 });
    expect(await textOf('rules.yaml')).not.toMatch(/演示|demo/i);
    // Comments of the file stay.
    expect(await textOf('gateway.yaml')).toContain('auth: required # 设备要用口令登录');
    expect((await bench.houqin('demo', 'on')).code).toBe(0);
    expect(await textsOf()).toEqual(before);
  });

  it('brings the own campus back that was there before the demo was switched on again', async () => {
    await bench.houqin('demo', 'off');
    await bench.file('config/campus.yaml', (await textOf('campus.yaml')).replace('我们学校', '实验小学'));
    const own = await textsOf();
    await bench.houqin('demo', 'on');
    expect(await textOf('campus.yaml')).toContain('示范中学');
    await bench.houqin('demo', 'off');
    expect(await textsOf()).toEqual(own);
  });

  it('off after editing keeps the places, devices and terms that somebody wrote, and tells what of the demo went', async () => {
    const edit = async (name: string, from: string | RegExp, to: string): Promise<void> => {
      const text = (await textOf(name)).replace(from, to);
      expect(text).not.toBe(await textOf(name));
      await bench.file(`config/${name}`, text);
    };
    await edit('campus.yaml', '示范中学, en: Demonstration Middle School', '实验小学, en: Experimental School');
    await edit('campus.yaml', /$/, '  - { id: lab, parent: building-a, kind: room, name: { zh: 实验室, en: Lab } }\n');
    await edit(
      'devices.yaml',
      'name: { zh: 全校总电表, en: Campus main meter }',
      'name: { zh: 实验小学总表, en: Our meter }',
    );
    await edit(
      'devices.yaml',
      /$/,
      '  # 自己的 · ours\n  - { id: lab-cam, kind: camera, name: { zh: 实验室, en: Lab }, place: lab, dependsOn: [sw-dorm], intervalS: 30 }\n',
    );
    await edit('rules.yaml', 'for: 30s # 演示用；平时建议 10m', 'for: 20m # 演示用；平时建议 10m');
    const { code, out } = await bench.houqin('demo', 'off');
    const said = out.join('\n');
    expect(code).toBe(0);
    expect(said).toContain('删去的演示设备 / devices removed: 47');
    expect(said).toContain('files you had edited: campus.yaml, devices.yaml');
    expect(said).toMatch(/保留的设备.*elec-campus, lab-cam, sw-dorm|保留的设备.*elec-campus, sw-dorm, lab-cam/);
    expect(said).toMatch(/19 个地点仍和演示一样/);
    const loaded = await loadConfig(bench.configDir);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { registry, calendar, rules } = loaded.config;
    expect([...registry.devices.keys()].toSorted()).toEqual(['elec-campus', 'lab-cam', 'sw-dorm']);
    expect(registry.places.has('lab')).toBe(true);
    expect(await textOf('campus.yaml')).toContain('实验小学');
    expect(await textOf('devices.yaml')).toContain('# 自己的 · ours');
    expect(await textOf('devices.yaml')).not.toContain('# 门磁');
    expect(calendar.overrides.map(({ places }) => places)).toEqual([undefined, undefined]);
    const forMs = Object.fromEntries(rules.rules.map((rule) => [rule.id, rule.for]));
    expect(forMs).toMatchObject({ 'door-open-closed': 300_000, 'room-left-on': 1_200_000 });
    expect((await bench.houqin('config', 'check')).code).toBe(0);
  });

  it('off never leaves devices of the demo, also when only the name of the school was changed', async () => {
    await bench.file('config/campus.yaml', (await textOf('campus.yaml')).replaceAll('示范中学', '实验小学'));
    const { json } = await bench.houqin('demo', 'off', '--json');
    expect(json()).toMatchObject({
      demo: false,
      changed: ['gateway.yaml', 'devices.yaml', 'calendar.yaml', 'rules.yaml'],
      left: { edited: ['campus'], keptDevices: [], removedDevices: 49 },
    });
    expect(await textOf('campus.yaml')).toContain('实验小学');
    expect((await bench.houqin('config', 'check')).code).toBe(0);
  });

  it('off names the users of the demo, who are not taken along, and how to remove them', async () => {
    const made = await bench.houqin('user', 'add', '王主任', '--role', 'office', '--generate');
    expect(made.code).toBe(0);
    const { out } = await bench.houqin('demo', 'off');
    expect(out.join('\n')).toContain('演示期间的用户（王主任）不带到本校');
    expect(out.join('\n')).toContain(`rm -r ${join(bench.dataDir, 'demo')}`);
  });

  it('knows the shipped campus by its fingerprints', async () => {
    const files = ['campus', 'devices', 'calendar'].map((name) => join(SHIPPED, `${name}.yaml`));
    for (const file of files) expect(isShippedFile(await readFile(file, 'utf8')), file).toBe(true);
    for (const [name, key] of [
      ['campus', 'places'],
      ['devices', 'devices'],
    ] as const)
      for (const { id, value } of entriesOf(await readFile(join(SHIPPED, `${name}.yaml`), 'utf8'), key))
        expect(isShipped(value), `${id}: put '${fingerprint(value)}' into demo-fingerprints.ts`).toBe(true);
  });

  it('status tells, and doing it twice changes nothing', async () => {
    expect((await bench.houqin('demo', 'status', '--json')).json()).toMatchObject({
      demo: true,
      dataDir: join(bench.dataDir, 'demo'),
    });
    const before = await textsOf();
    expect((await bench.houqin('demo', 'on', '--json')).json()).toMatchObject({ demo: true, changed: [], kept: null });
    expect(await textsOf()).toEqual(before);
    expect((await bench.houqin('demo', 'maybe')).code).toBe(2);
  });
});

describe('profiles', () => {
  it('tests profiles with the vectors they name, and new ones with their own', async () => {
    const made = await bench.houqin('profile', 'new', 'acme-water');
    expect(made.code).toBe(0);
    const file = join(bench.configDir, 'profiles/acme-water.yaml');
    expect((await readFile(file, 'utf8')).split('\n')[0]).toBe(PROFILE_SCHEMA_LINE);
    const shipped = join(bench.configDir, 'profiles/tasmota.yaml');
    const { code, json } = await bench.houqin('profile', 'test', file, shipped, '--json');
    const result = json<{ passed: number; failed: number; failures: unknown[] }>();
    expect([code, Object.keys(result)]).toEqual([0, ['passed', 'failed', 'failures']]);
    expect(result).toMatchObject({ failed: 0, failures: [] });
    expect(result.passed).toBeGreaterThan(10);
    expect((await bench.houqin('config', 'check')).code).toBe(0);
    expect((await bench.houqin('profile', 'new', 'acme-water')).code).toBe(3);
    expect((await bench.houqin('profile', 'new', 'Acme Water')).code).toBe(2);
  });

  it('runs a fixture against all profiles, and says what came instead', async () => {
    const message = { id: 'power', topic: 'tele/plug-1/SENSOR', enc: 'json', payload: { ENERGY: { Power: 5 } } };
    const expectation = (value: number) => [{ device: 'plug-1', metric: 'power_w', value }];
    const fixture = (value: number) =>
      JSON.stringify({ _meta: {}, messages: [{ ...message, expect: expectation(value) }] });
    const right = await bench.houqin('profile', 'test', await bench.file('right.json', fixture(5)), '--json');
    expect([right.code, right.json()]).toEqual([0, { passed: 1, failed: 0, failures: [] }]);
    const path = await bench.file('wrong.json', fixture(6));
    const wrong = await bench.houqin('profile', 'test', path, '--json');
    expect([wrong.code, wrong.json()]).toMatchObject([
      1,
      { passed: 0, failed: 1, failures: [{ file: path, id: 'power', expected: expectation(6) }] },
    ]);
    expect((await bench.houqin('profile', 'test', path)).out.at(-1)).toBe('0 通过 passed，1 失败 failed');
  });

  it('finds vectors beside a profile', async () => {
    const dir = join(bench.configDir, 'profiles');
    await copyFile(resolve(SHIPPED, '../gateway/contract/vectors/tasmota.json'), join(dir, 'mine.json'));
    const text = (await textOf('profiles/tasmota.yaml')).replaceAll(/tasmota\.json/g, 'mine.json');
    const { json } = await bench.houqin(
      'profile',
      'test',
      await bench.file('config/profiles/mine.yaml', text),
      '--json',
    );
    expect(json()).toMatchObject({ failed: 0 });
    expect(text).toContain('mine.json');
  });
});

describe('calendar import', () => {
  const year = (days: [string, boolean][]) =>
    JSON.stringify({
      year: 2027,
      days: days.map(([date, isOffDay]) => ({ name: date.endsWith('10-01') ? '国庆节' : '元旦', date, isOffDay })),
    });

  it('adds a year, replaces it whole when it comes again, and keeps the rest byte for byte', async () => {
    const before = await textOf('holidays-cn.csv');
    const first = await bench.file(
      '2027.json',
      year([
        ['2027-10-01', true],
        ['2027-01-01', true],
        ['2027-01-02', false],
      ]),
    );
    expect((await bench.houqin('calendar', 'import', first, '--json')).json()).toEqual({
      years: [2027],
      added: 3,
      changed: 0,
      removed: 0,
      days: 3,
    });
    expect(await textOf('holidays-cn.csv')).toBe(
      `${before}2027-01-01,元旦,1\n2027-01-02,元旦,0\n2027-10-01,国庆节,1\n`,
    );
    const second = await bench.file(
      'again.json',
      year([
        ['2027-10-01', true],
        ['2027-01-01', false],
      ]),
    );
    expect((await bench.houqin('calendar', 'import', second, '--json')).json()).toMatchObject({
      added: 0,
      changed: 1,
      removed: 1,
    });
    expect(parseHolidays(await textOf('holidays-cn.csv')).data.years).toContain(2027);
  });

  it('merges a CSV by date while its year is not whole', () => {
    const merged = mergeHolidays('# note\ndate,name,is_off_day\n2026-10-01,国庆节,1\n', [
      { date: '2027-01-01', name: '元旦', isOffDay: true },
    ]);
    expect(merged).toMatchObject({
      years: [],
      added: 1,
      removed: 0,
      text: '# note\ndate,name,is_off_day\n2026-10-01,国庆节,1\n2027-01-01,元旦,1\n',
    });
  });

  it('reads a config that an editor wrote as UTF-16, or with a mark', async () => {
    for (const [name, encoding] of [
      ['rules.yaml', 'utf16le'],
      ['tariffs.yaml', 'utf8'],
    ] as const)
      await writeFile(join(bench.configDir, name), Buffer.from(`\ufeff${await textOf(name)}`, encoding));
    expect((await bench.houqin('config', 'check')).code).toBe(0);
  });

  it('reads dates in any hand, byte order marks, NULs and a comma at the end', async () => {
    const days = { years: [], added: 3, changed: 0, removed: 0, days: 3 };
    const csv = '\ufeff2027/1/1,元旦,1\r\n2027年1月2日,元旦,0\r\n20270103,元旦,1\r\n\0\0';
    const wanted = '2027-01-01,元旦,1\n2027-01-02,元旦,0\n2027-01-03,元旦,1\n';
    const before = await textOf('holidays-cn.csv');
    expect((await bench.houqin('calendar', 'import', await bench.file('a.csv', csv), '--json')).json()).toEqual(days);
    expect(await textOf('holidays-cn.csv')).toBe(before + wanted);
    const json = '{"year":2027,"days":[{"name":"元旦","date":"2027/1/1","isOffDay":true},]}\0';
    expect((await bench.houqin('calendar', 'import', await bench.file('b.json', json), '--json')).json()).toMatchObject(
      {
        ...{ added: 0, changed: 0, days: 1 },
      },
    );
    const utf16 = await bench.file('c.csv', '');
    await writeFile(utf16, Buffer.from('\ufeff2027-01-04,元旦,1\n', 'utf16le'));
    expect((await bench.houqin('calendar', 'import', utf16, '--json')).json()).toMatchObject({ added: 1, days: 1 });
  });

  it('refuses what it cannot read, with the line', async () => {
    const bad = await bench.houqin(
      'calendar',
      'import',
      await bench.file('bad.csv', '2027-01-01,元旦,1\n2027-02-30,x,1\n'),
    );
    expect([bad.code, bad.err.join('\n')]).toEqual([2, expect.stringMatching(/bad\.csv:2:1/)]);
    const empty = await bench.houqin('calendar', 'import', await bench.file('empty.json', '{"year":2027,"days":[]}'));
    expect(empty.code).toBe(2);
  });
});
