import { describe, expect, it } from 'vitest';
import { parseConfig, parseConfigText } from '../../src/config/parse-config.ts';
import type { ConfigName } from '../../src/config/schemas.ts';
import { MISTAKES } from './mistakes.ts';
import { SMALL, textsOf } from './small-campus.ts';

const problemsOf = (name: ConfigName, text: string) => {
  const result = parseConfigText(name, text, textsOf());
  return result.ok ? [] : result.problems;
};
/** The small campus' file with one passage replaced. */
const edited = (name: ConfigName, before: string, after: string) => {
  expect(SMALL[name]).toContain(before);
  return SMALL[name].replace(before, after);
};

describe('a config folder that is right', () => {
  it('becomes one snapshot', () => {
    const result = parseConfig(textsOf());
    expect(result).toMatchObject({ ok: true, warnings: [] });
    if (!result.ok) return;
    expect([...result.config.registry.devices.keys()]).toEqual(['meter-1', 'switch-1', 'camera-1']);
    expect(result.config.registry.ancestors('camera-1')).toEqual(['switch-1']);
    expect(result.config.gateway.store.rawDays).toBe(400);
    expect(result.config.registry.placeProfile('hall')).toBe('classroom');
  });

  it('needs no prices', () => {
    const texts = textsOf();
    const files = new Map(texts.files);
    files.delete('tariffs');
    expect(parseConfig({ ...texts, files })).toMatchObject({ ok: true });
  });
});

const startingWith = (token: string) => new RegExp(`^${token.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);

describe('a mistake is shown where it stands, in both languages', () => {
  it.each(MISTAKES)('$what', ({ name, before, after, path, token, zh, en }) => {
    const text = edited(name, before, after);
    const problems = problemsOf(name, text);
    const problem = problems.find((one) => one.path === path);
    expect(problem, JSON.stringify(problems)).toBeDefined();
    expect(problem?.file).toBe(`${name}.yaml`);
    const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? '';
    expect(line.slice((problem?.column ?? 0) - 1)).toMatch(startingWith(token));
    expect(problem?.message.zh).toContain(zh);
    expect(problem?.message.en).toContain(en);
  });

  it('names a file that is missing', () => {
    const texts = textsOf();
    const files = new Map(texts.files);
    files.delete('campus');
    expect(parseConfig({ ...texts, files })).toMatchObject({
      ok: false,
      problems: [{ file: 'campus.yaml', line: 0, message: { en: expect.stringContaining('is missing') } }],
    });
  });

  it('blames the file that is wrong, not those that refer to it', () => {
    expect(new Set(problemsOf('campus', 'name: 5\n').map(({ file }) => file))).toEqual(new Set(['campus.yaml']));
  });

  it('shows a mistake in a profile file', () => {
    const texts = {
      ...textsOf(),
      profiles: new Map([['mine.yaml', 'id: mine\nname: { zh: 我, en: me }\nrulez: []\n']]),
    };
    const result = parseConfig(texts);
    expect(result.ok ? [] : result.problems.map(({ file, line, path }) => `${file}:${line} ${path}`)).toContain(
      'profiles/mine.yaml:3 rulez',
    );
  });

  it('refuses a bomb of aliases instead of unfolding it', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${
          i === 0
            ? 'x'
            : Array(9)
                .fill(`*a${i - 1}`)
                .join(', ')
        }]`,
    );
    expect(problemsOf('gateway', `${levels.join('\n')}\n`).length).toBeGreaterThan(0);
  });
});

describe('warnings', () => {
  const warningsOf = (over: Partial<Record<ConfigName, string>>) => parseConfig(textsOf(over)).warnings;

  it('tell of a rule that selects nothing', () => {
    const warnings = warningsOf({ rules: edited('rules', 'kind: electricity-meter', 'tags: [nothing]') });
    expect(warnings).toMatchObject([{ file: 'rules.yaml', line: 2, path: 'rules[0].select' }]);
    expect(warnings[0]?.message.en).toContain('selects no device');
  });

  it('tell once that there is no device at all, whatever the number of rules, and hide no other', () => {
    const rule = /- (.*)/.exec(SMALL.rules)?.[1] ?? '';
    const rules = ['a', 'b', 'c'].map((id) => `  - ${rule.replace('left-on', id)}\n`).join('');
    const empty = { devices: 'devices: []\n', rules: `rules:\n${rules}` };
    const calendar = edited('calendar', 'holidays: none', 'holidays: CN');
    const warnings = warningsOf({ ...empty, calendar });
    expect(warnings.map(({ file, line }) => [file, line])).toEqual([
      ['devices.yaml', 1],
      ['holidays-cn.csv', expect.anything()],
    ]);
    expect(warnings[0]?.message.zh).toContain('3 条规则');
    expect(warnings[0]?.message.en).toContain('none of the 3 rules can alert');
    // A rule that names a device still has to name one that exists.
    const named = parseConfig(
      textsOf({ ...empty, rules: SMALL.rules.replace(/select: .*}/, 'select: { devices: [gone] } }') }),
    );
    expect(named.ok).toBe(false);
  });

  it('tell of a closed-hours rule on a place that is never closed', () => {
    const warnings = warningsOf({ campus: edited('campus', ', profile: classroom', '') });
    expect(warnings[0]?.message.en).toContain('never closed: hall');
  });

  it('tell of holidays that are wanted and missing', () => {
    const warnings = warningsOf({ calendar: edited('calendar', 'holidays: none', 'holidays: CN') });
    expect(warnings).toMatchObject([{ file: 'holidays-cn.csv' }]);
  });
});
