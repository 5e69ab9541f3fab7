/** Whatever edits a config file leaves its line ends, comments and layout as the person who wrote it has them. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { device } from '#contract/config/devices.ts';
import { configWorkHere as work } from '../../src/config/config-work.ts';
import { textOf } from './text-of.ts';

const TEXT = `# 设备 / devices
devices:
  # the first
  - { id: a, name: 甲, kind: door, place: p, tags: [x,  "y, z"] }   # kept
  - id: b   # the second
    name: >-
      乙
      门
    kind: camera
    place:   p
    custodian: |
      王工
    tags: # two
      - one # first
      - two
    fields: # of the maker
      x: power_w   # as delivered
      y: {metric: voltage_v}

    intervalS: 10

credentials:   # logins
  - {username: z2m,   kind: bridge, prefixes: [a/], tokenHash: "x"} # 一楼
# 完
`;
const ONE_LINE = `devices: [ { id: a, name: 甲, kind: door,   place: p }, # one
  {id: b,   name: 乙, kind: door, place: p} ]   # two
credentials: [] # none

`;
const IN_BRACKETS = `devices:   [ ]
credentials: [ {username: a,   prefixes: [a/], tokenHash: x}, # one
  {username: b, prefixes: ['b/'],tokenHash: x},  {username: c, prefixes: [c/], tokenHash: x} ] # end
`;
const added = device.parse({ id: 'c', name: '丙', kind: 'door', place: 'p', intervalS: 9 });
const place = { id: 'q', name: { zh: '九', en: '九' }, kind: 'room' as const };
const login = { username: 'n', kind: 'bridge' as const, prefixes: ['n/'], tokenHash: 'h' };

const edit = async (text: string, id: string, change: object): Promise<string> => {
  const result = await work.editDevice(text, { id, change, was: {} });
  if (result.kind !== 'edited') throw new Error(result.kind);
  return result.text;
};

/** What is done, and the lines that differ afterwards: those that went, those that came. */
const EDITS: readonly (readonly [
  what: string,
  text: string,
  (text: string) => Promise<string>,
  gone: readonly string[],
  came: readonly string[],
])[] = [
  [
    'a text over several lines becomes another name',
    TEXT,
    (text) => edit(text, 'b', { name: '丁' }),
    ['    name: >-', '      乙', '      门'],
    ['    name: 丁'],
  ],
  [
    'a text over several lines goes',
    TEXT,
    (text) => edit(text, 'b', { custodian: null }),
    ['    custodian: |', '      王工'],
    [],
  ],
  [
    'a list over several lines becomes another',
    TEXT,
    (text) => edit(text, 'b', { tags: ['t'] }),
    ['    tags: # two', '      - one # first', '      - two'],
    ['    tags: [ t ] # two'],
  ],
  [
    'a device comes',
    TEXT,
    (text) => work.append(text, [added]),
    [],
    ['  - { id: c, name: 丙, kind: door, place: p, intervalS: 9 }'],
  ],
  [
    'fields over several lines get one more and one new meaning',
    TEXT,
    async (text) => textOf(await work.setFields(text, 'b', { z: { metric: 'current_a' }, x: null })),
    ['      x: power_w   # as delivered'],
    ['      x: null   # as delivered', '      z: current_a'],
  ],
  [
    'a device without fields gets them',
    TEXT,
    async (text) => textOf(await work.setFields(text, 'a', { z: { metric: 'current_a' } })),
    ['  - { id: a, name: 甲, kind: door, place: p, tags: [x,  "y, z"] }   # kept'],
    ['  - { id: a, fields: { z: current_a }, name: 甲, kind: door, place: p, tags: [x,  "y, z"] }   # kept'],
  ],
  ['a serial comes', TEXT, async (text) => textOf(await work.setSerial(text, 'b', 'S1')), [], ['    serial: "S1"']],
  [
    'a login comes',
    TEXT,
    async (text) => textOf(await work.editLogins(text, { kind: 'add', login })),
    [],
    ['  - { username: n, kind: bridge, prefixes: [ n/ ], tokenHash: h }'],
  ],
  [
    'the only login goes',
    TEXT,
    async (text) => textOf(await work.editLogins(text, { kind: 'remove', username: 'z2m' })),
    ['credentials:   # logins', '  - {username: z2m,   kind: bridge, prefixes: [a/], tokenHash: "x"} # 一楼'],
    ['credentials: []   # logins'],
  ],
  [
    'a device comes to a list in brackets',
    ONE_LINE,
    (text) => work.append(text, [added]),
    ['  {id: b,   name: 乙, kind: door, place: p} ]   # two'],
    ['  {id: b,   name: 乙, kind: door, place: p}, { id: c, name: 丙, kind: door, place: p, intervalS: 9 } ]   # two'],
  ],
  [
    'a login comes to an empty list',
    ONE_LINE,
    async (text) => textOf(await work.editLogins(text, { kind: 'add', login })),
    ['credentials: [] # none'],
    ['credentials: # none', '  - { username: n, kind: bridge, prefixes: [ n/ ], tokenHash: h }'],
  ],
  [
    'the first login goes from a list in brackets',
    IN_BRACKETS,
    async (text) => textOf(await work.editLogins(text, { kind: 'remove', username: 'a' })),
    ['credentials: [ {username: a,   prefixes: [a/], tokenHash: x}, # one'],
    ['credentials: [ # one'],
  ],
  [
    'one login of several goes from a list in brackets',
    IN_BRACKETS,
    async (text) => textOf(await work.editLogins(text, { kind: 'remove', username: 'c' })),
    ["  {username: b, prefixes: ['b/'],tokenHash: x},  {username: c, prefixes: [c/], tokenHash: x} ] # end"],
    ["  {username: b, prefixes: ['b/'],tokenHash: x} ] # end"],
  ],
  [
    'the only login goes from a list in brackets',
    'devices:   [ ]\ncredentials: [ {username: a,   prefixes: [a/], tokenHash: x} ] # one\n',
    async (text) => textOf(await work.editLogins(text, { kind: 'remove', username: 'a' })),
    ['credentials: [ {username: a,   prefixes: [a/], tokenHash: x} ] # one'],
    ['credentials: [  ] # one'],
  ],
  [
    'a device comes to an empty list',
    'devices:   [] # yet\n# end\nother: {a:   1}\n',
    (text) => work.append(text, [added]),
    ['devices:   [] # yet'],
    ['devices: # yet', '  - { id: c, name: 丙, kind: door, place: p, intervalS: 9 }'],
  ],
  [
    'a device comes where no list is',
    '# 设备\ncredentials:   [] # none\n',
    (text) => work.append(text, [added]),
    [],
    ['devices:', '  - { id: c, name: 丙, kind: door, place: p, intervalS: 9 }'],
  ],
  [
    'a place comes',
    'name: 校\nplaces:\n  - {id: p,   name: 楼}\n\n# end\nsites:   []\n',
    (text) => work.appendPlace(text, place),
    [],
    ['  - { id: q, name: 九, kind: room }'],
  ],
];

const lines = (text: string): string[] => text.split('\n');

describe.each(EDITS)('%s', (_, text, run, gone, came) => {
  it('and every other line stays', async () => {
    const after = await run(text);
    expect(parse(after)).toBeTypeOf('object');
    expect(lines(text).filter((line) => !lines(after).includes(line))).toEqual(gone);
    expect(lines(after).filter((line) => !lines(text).includes(line))).toEqual(came);
  });

  it('with the line ends of Windows, and a byte order mark', async () => {
    const windows = `\ufeff${text.replaceAll('\n', '\r\n')}`;
    expect(await run(windows)).toBe(`\ufeff${(await run(text)).replaceAll('\n', '\r\n')}`);
  });

  it('and where both line ends occur every other line keeps its own', async () => {
    const all = lines(text);
    const mixed = all.map((line, n) => (n === all.length - 1 ? line : `${line}${n % 2 === 0 ? '\r' : ''}`)).join('\n');
    const kept = new Set(lines(mixed).filter((line) => !gone.includes(line.replace(/\r$/, ''))));
    const after = await run(mixed);
    expect([...kept].filter((line) => line.trim() !== '' && !lines(after).includes(line))).toEqual([]);
    expect(after.replaceAll('\r\n', '\n')).toBe(await run(text));
  });
});
