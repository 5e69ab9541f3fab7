/** Files that are wrong all over: the first problems are listed, all are counted, and the work grows with the file. */
import { describe, expect, test } from 'vitest';
import { findCycles } from '../../src/config/find-cycles.ts';
import { parseConfigText } from '../../src/config/parse-config.ts';
import { nearestWord } from '../../src/shared/nearest-word.ts';
import { worstDevices, worstTexts } from '../chaos/worst-texts.ts';
import { textsOf } from './small-campus.ts';

const COUNT = 5_000;
const lines = (line: (n: number) => string): string => Array.from({ length: COUNT }, (_, n) => `${line(n)}\n`).join('');
const refused = (name: 'rules' | 'devices' | 'campus' | 'calendar', text: string) => {
  const result = parseConfigText(name, text, textsOf());
  if (result.ok) throw new Error('it was accepted');
  return result;
};

describe('100 problems are listed, all are counted', () => {
  test.each([
    ['unknown keys', 'rules' as const, lines((n) => `k${n}: 1`), COUNT + 1],
    ['one key again and again', 'rules' as const, lines(() => 'k0: 1'), COUNT - 1],
    ['entries that are none', 'devices' as const, `devices:\n${lines(() => '- 1')}`, COUNT],
    ['quotes', 'rules' as const, '"'.repeat(COUNT), COUNT / 2 - 1],
    [
      'places that are not there',
      'devices' as const,
      `devices:\n${lines((n) => `- {id: d${n}, name: a, kind: door, place: x${n}}`)}`,
      COUNT,
    ],
    [
      'one id',
      'devices' as const,
      `devices:\n${lines(() => '- {id: d, name: a, kind: door, place: hall}')}`,
      2 * COUNT - 2,
    ],
  ])('%s', (_what, name, text, atLeast) => {
    const { problems, problemCount } = refused(name, text);
    expect(problems).toHaveLength(100);
    expect(problemCount).toBeGreaterThanOrEqual(atLeast);
    for (const { message, path } of problems) expect(`${path}${message.zh}${message.en}`.length).toBeLessThan(2_000);
  });

  test('warnings likewise', () => {
    const rules = `rules:\n${lines((n) => `- {id: r${n}, name: a, kind: silent, select: {kind: nvr}}`)}`;
    const result = parseConfigText('rules', rules, textsOf());
    expect(result).toMatchObject({ ok: true, warningCount: COUNT });
    expect(result.warnings).toHaveLength(100);
  });

  test.each(Object.entries(worstTexts(20_000)))('%s: each has its place', (_what, text) => {
    const { problems, problemCount } = refused('rules', text);
    expect(problemCount).toBeGreaterThanOrEqual(problems.length);
    for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
  });
});

describe('a campus that is too deep or too entangled to walk is refused', () => {
  test('devices behind a long chain', () => {
    const { problems, problemCount } = refused(
      'devices',
      worstDevices(40_000, 'hall')['a chain of dependencies'] ?? '',
    );
    expect(problems.find(({ message }) => message.en.includes('behind more than 64 devices'))).toBeDefined();
    expect(problems).toHaveLength(100);
    expect(problemCount).toBeGreaterThan(400);
  });

  test('places below each other without end', () => {
    const chain = Array.from({ length: 50 }, (_, n) => `- {id: p${n + 1}, name: a, kind: room, parent: p${n}}\n`);
    const text = `name: a\nsites: [{id: main, name: a}]\nplaces:\n- {id: p0, name: a, kind: campus}\n${chain.join('')}`;
    const { problems } = refused('campus', text);
    expect(problems.filter(({ message }) => message.en.includes('below more than 32 places'))).toHaveLength(18);
  });

  test('rules that together watch too much', () => {
    const many = lines((n) => `- {id: d${n}, name: a, kind: door, place: hall}`);
    const devices = `devices:\n${many}`;
    const rules = `rules:\n${lines((n) => `- {id: r${n}, name: a, kind: silent}`)}`;
    const result = parseConfigText('rules', rules, textsOf({ devices }));
    expect(result.ok ? [] : result.problems.map(({ message }) => message.en)).toEqual([
      expect.stringContaining('these rules watch more than 20000 places'),
    ]);
  });
});

describe('circles', () => {
  test('are looked for in time that grows with the number of arrows, however long a chain is', () => {
    const ids = Array.from({ length: 50_000 }, (_, n) => `d${n}`);
    let asked = 0;
    const next = (id: string): string[] => {
      asked += 1;
      return [`d${Number(id.slice(1)) + 1}`];
    };
    expect(findCycles(ids, next)).toEqual([]);
    expect(asked).toBeLessThanOrEqual(2 * ids.length);
  });

  test('each is found once, from its first node', () => {
    const arrows: Record<string, string[]> = {
      ...{ a: ['b'], b: ['c', 'x'], c: ['b', 'd'], d: ['d'], e: ['f'], f: ['g', 'a'], g: ['e'] },
    };
    expect(findCycles(Object.keys(arrows), (id) => arrows[id] ?? [])).toEqual([
      ['b', 'c', 'b'],
      ['d', 'd'],
      ['e', 'f', 'g', 'e'],
    ]);
  });

  test('a long one is cut in its sentence', () => {
    const ring = lines((n) => `- {id: d${n}, name: a, kind: door, place: hall, dependsOn: [d${(n + 1) % COUNT}]}`);
    const [first] = refused('devices', `devices:\n${ring}`).problems;
    expect(first?.message.en).toMatch(/^dependsOn goes in a circle: d0 → d1 → .* → … → d0; remove/);
    expect(first?.message.en.length).toBeLessThan(300);
  });
});

test.each([
  ['nmae', ['name', 'game'], 'name'],
  ['switch-2', ['switch-1', 'camera-1'], 'switch-1'],
  ['quux', ['demo', 'mqtt'], undefined],
  ['ab', ['ba', 'cd'], 'ba'],
  ['x'.repeat(10_000), ['x'], undefined],
])('the word meant by %.20s', (word, known, meant) => {
  expect(nearestWord(word, known)).toBe(meant);
});
