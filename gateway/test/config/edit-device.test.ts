import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { device, devicesConfig } from '#contract/config/devices.ts';
import { appendPlace } from '../../src/config/append-devices.ts';
import { type DeviceSettings, editDevice } from '../../src/config/edit-device.ts';
import { setLoginPrefixes } from '../../src/config/edit-logins.ts';

const TEXT = `# 设备 / devices
devices:
  # the first
  - { id: a, name: 甲, kind: door, place: p, tags: [x, "y, z"] } # kept
  - id: b   # the second
    name: { zh: 乙, en: Second } # bilingual
    kind: camera
    place: p   # by the stairs
    tags:
      - one # first
      - two
    # where it hangs
    dependsOn: [a]
    intervalS: 10
  - id: c
    name:
      zh: 丙
      en: Third
    kind: camera
    place: p

credentials: [] # none
`;

const edited = (id: string, change: Partial<DeviceSettings>, text = TEXT): string => {
  const result = editDevice(text, { id, change, was: {} });
  if (result.kind !== 'edited') throw new Error(result.kind);
  return result.text;
};
/** Lines that went and lines that came. */
const differences = (text: string): string[] => {
  const [before, after] = [TEXT.split('\n'), text.split('\n')];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
};

describe('a value that others share by an anchor', () => {
  const SHARED = `devices:
  - id: a
    name: 甲
    kind: door
    place: &p room-1
    tags: &t [x]
  - { id: b, name: 乙, kind: door, place: *p, tags: *t }
  - { id: c, name: &n 丙, kind: door, place: room-1 }
`;

  it('is not edited away from those who share it', () => {
    for (const change of [{ place: 'q' }, { tags: ['y'] }, { tags: [] }] as Partial<DeviceSettings>[])
      expect(editDevice(SHARED, { id: 'a', change, was: {} })).toEqual({
        kind: 'shared',
        settings: Object.keys(change),
      });
  });

  it('can be replaced where the others only repeat it, or where no one does', () => {
    expect(parse(edited('a', { name: '新' }, SHARED)).devices[0]).toMatchObject({ name: '新', place: 'room-1' });
    expect(parse(edited('b', { place: 'q', tags: [] }, SHARED)).devices.slice(0, 2)).toMatchObject([
      { place: 'room-1', tags: ['x'] },
      { id: 'b', place: 'q' },
    ]);
    expect(parse(edited('c', { name: '新' }, SHARED)).devices[2]).toMatchObject({ name: '新' });
  });
});

describe('settings of a device in devices.yaml', () => {
  it.each<[string, string, Partial<DeviceSettings>, string[]]>([
    [
      'a value in an entry of one line',
      'a',
      { place: 'q' },
      [
        '-  - { id: a, name: 甲, kind: door, place: p, tags: [x, "y, z"] } # kept',
        '+  - { id: a, name: 甲, kind: door, place: q, tags: [x, "y, z"] } # kept',
      ],
    ],
    [
      'a list that another comma stands in',
      'a',
      { tags: ['x', 'a, b', '{'] },
      [
        '-  - { id: a, name: 甲, kind: door, place: p, tags: [x, "y, z"] } # kept',
        '+  - { id: a, name: 甲, kind: door, place: p, tags: [ x, "a, b", "{" ] } # kept',
      ],
    ],
    [
      'a setting that was not there',
      'a',
      { custodian: '王: 工' },
      [
        '-  - { id: a, name: 甲, kind: door, place: p, tags: [x, "y, z"] } # kept',
        '+  - { id: a, custodian: "王: 工", name: 甲, kind: door, place: p, tags: [x, "y, z"] } # kept',
      ],
    ],
    [
      'a value of its own line',
      'b',
      { place: 'q' },
      ['-    place: p   # by the stairs', '+    place: q   # by the stairs'],
    ],
    ['a number', 'b', { intervalS: 2.5 }, ['-    intervalS: 10', '+    intervalS: 2.5']],
    [
      'a list over several lines',
      'b',
      { tags: ['three'] },
      ['-    tags:', '-      - one # first', '-      - two', '+    tags: [ three ]'],
    ],
    ['a list that is taken away', 'b', { tags: [] }, ['-    tags:', '-      - one # first', '-      - two']],
    ['a parent that is taken away', 'b', { dependsOn: [] }, ['-    dependsOn: [a]']],
    [
      'one name for both languages',
      'b',
      { name: { zh: '乙二', en: '乙二' } },
      ['-    name: { zh: 乙, en: Second } # bilingual', '+    name: 乙二 # bilingual'],
    ],
    [
      'a name over several lines',
      'c',
      { name: { zh: '丙', en: 'The third' } },
      ['-    name:', '-      zh: 丙', '-      en: Third', '+    name: { zh: 丙, en: The third }'],
    ],
    ['the day of its retirement', 'c', { retired: '2026-12-01' }, ['+    retired: 2026-12-01']],
  ])('%s is changed, and not a sign besides', (_, id, change, lines) => {
    const text = edited(id, change);
    expect(differences(text)).toEqual(lines);
    const [before, after] = [TEXT, text].map((one) => devicesConfig.parse(parse(one)).devices);
    const expected = before?.map((one) => (one.id === id ? device.parse({ ...one, ...given(change) }) : one));
    expect(after).toEqual(expected);
  });

  it('comes back byte by byte when it is undone', () => {
    for (const id of ['a', 'b', 'c']) {
      expect(edited(id, { retired: null }, edited(id, { retired: '2026-12-01' }))).toBe(TEXT);
      expect(edited(id, { custodian: null }, edited(id, { custodian: '王工' }))).toBe(TEXT);
    }
  });

  it('keeps the line breaks of Windows', () => {
    const text = edited('b', { place: 'q' }, TEXT.replaceAll('\n', '\r\n'));
    expect(text).toBe(edited('b', { place: 'q' }).replaceAll('\n', '\r\n'));
  });

  it('is refused where somebody else changed the same setting, and only there', () => {
    const change = { place: 'q' };
    const was = { place: 'old', custodian: null, name: { zh: '乙', en: 'Second' }, tags: ['one'], retired: null };
    expect(editDevice(TEXT, { id: 'b', change, was })).toEqual({ kind: 'changed', settings: ['place', 'tags'] });
    expect(editDevice(TEXT, { id: 'b', change, was: { place: 'p', intervalS: 10 } }).kind).toBe('edited');
    expect(editDevice(TEXT, { id: 'a', change, was: { name: '甲', intervalS: 60, dependsOn: [] } }).kind).toBe(
      'edited',
    );
    expect(editDevice(TEXT, { id: 'nobody', change, was: {} })).toEqual({ kind: 'gone' });
  });
});

const given = ({ custodian, retired, ...rest }: Partial<DeviceSettings>) => ({
  ...rest,
  ...(custodian == null ? {} : { custodian }),
  ...(retired == null ? {} : { retired }),
});

it('a place is added to campus.yaml, and all else stays', () => {
  const text =
    'name: 校\nplaces:\n  - { id: campus, name: 校园, kind: campus } # root\n\n# 完\nsites: [{ id: main, name: 本部 }]\n';
  const place = { id: 'room-9', name: { zh: '九: 室', en: 'Room 9' }, kind: 'room' as const, parent: 'campus' };
  const line = '  - { id: room-9, name: { zh: "九: 室", en: Room 9 }, kind: room, parent: campus }\n';
  expect(appendPlace(text, place)).toBe(text.replace('# root\n', `# root\n${line}`));
});

it('the topics of a login are changed, and not a sign besides', () => {
  const text =
    'devices: []\ncredentials:\n  - { username: z2m, kind: bridge, prefixes: [zigbee2mqtt/], tokenHash: "x" } # 一楼\n  - username: b\n    kind: bridge\n    prefixes:\n      - a/ # one\n    tokenHash: x # hash\n';
  expect(setLoginPrefixes(text, 'z2m', ['zigbee2mqtt/', 'z2/'])).toBe(
    text.replace('[zigbee2mqtt/]', '[ zigbee2mqtt/, z2/ ]'),
  );
  expect(setLoginPrefixes(text, 'b', ['c/'])).toBe(
    text.replace('prefixes:\n      - a/ # one', 'prefixes: [ c/ ] # one'),
  );
  expect(setLoginPrefixes(text, 'nobody', ['c/'])).toBe(text);
});
