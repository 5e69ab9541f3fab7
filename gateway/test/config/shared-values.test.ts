/** What an anchor (&) shares with an alias (*): an edit of one never changes the other unasked. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configWorkHere as work } from '../../src/config/config-work.ts';
import type { LoginChange } from '../../src/config/edit-logins.ts';
import { textOf } from './text-of.ts';

const TEXT = `# 设备
devices:
  - { id: a, name: 甲, kind: sensor, place: p, serial: &s S1, tokenHash: &d h0, fields: &em { p: power_w } } # 一
  - { id: b, name: 乙, kind: sensor, place: p, serial: *s, tokenHash: *d, fields: *em } # 二
  - id: c
    name: 丙
    fields: *em
    kind: sensor
  - { id: d, name: 丁, fields: { p: &m { metric: power_w }, q: *m } }
credentials:
  - username: u
    tokenHash: &h h1
    prefixes: &x [a/]
  - { username: v, tokenHash: *h, prefixes: *x } # 三
`;
type Entry = Readonly<Record<string, unknown>>;
const listsOf = (text: string): { devices: Entry[]; credentials: Entry[] } => parse(text);

/** Every entry but the one that is edited says what it said, and no comment is lost. */
function othersStay(text: string, edited: string): void {
  const [before, after] = [listsOf(TEXT), listsOf(text)];
  for (const list of ['devices', 'credentials'] as const) {
    const others = (entries: Entry[]) => entries.filter(({ id, username }) => ![id, username].includes(edited));
    expect(others(after[list])).toEqual(others(before[list]));
  }
  expect(text.match(/#.*/g)).toEqual(TEXT.match(/#.*/g));
}
const VOLTAGE = { metric: 'voltage_v' as const };

test.each([
  ['b', { x: VOLTAGE }, { p: 'power_w', x: 'voltage_v' }],
  ['b', { p: VOLTAGE }, { p: 'voltage_v' }],
  ['c', { x: VOLTAGE, y: null }, { p: 'power_w', x: 'voltage_v', y: null }],
])('a device whose fields repeat those of another one gets a copy of its own: %s %o', async (id, fields, expected) => {
  const text = textOf(await work.setFields(TEXT, id, fields));
  expect(listsOf(text).devices.find((one) => one['id'] === id)?.['fields']).toEqual(expected);
  othersStay(text, id);
});

test('fields that another device repeats are not changed through it', async () => {
  for (const fields of [{ x: VOLTAGE }, { p: VOLTAGE }])
    expect(await work.setFields(TEXT, 'a', fields)).toEqual({ kind: 'shared', settings: ['fields'] });
  expect(await work.setFields(TEXT, 'd', { p: VOLTAGE })).toEqual({ kind: 'shared', settings: ['fields'] });
});

test('a serial: the copy is replaced, the original is refused', async () => {
  const text = textOf(await work.setSerial(TEXT, 'b', 'N1'));
  expect(listsOf(text).devices[1]).toMatchObject({ serial: 'N1' });
  othersStay(text, 'b');
  expect(await work.setSerial(TEXT, 'a', 'N1')).toEqual({ kind: 'shared', settings: ['serial'] });
});

test.each<[LoginChange, Entry]>([
  [
    { kind: 'secret', username: 'v', tokenHash: 'new' },
    { tokenHash: 'new', prefixes: ['a/'] },
  ],
  [
    { kind: 'prefixes', username: 'v', prefixes: ['z/'] },
    { tokenHash: 'h1', prefixes: ['z/'] },
  ],
  [{ kind: 'device', id: 'b', tokenHash: 'new' }, { tokenHash: 'new' }],
])('a login that repeats another one: %o', async (change, expected) => {
  const text = textOf(await work.editLogins(TEXT, change));
  const edited = change.kind === 'device' ? 'b' : 'v';
  const { devices, credentials } = listsOf(text);
  expect([...devices, ...credentials].find((one) => one['id'] === edited || one['username'] === edited)).toMatchObject(
    expected,
  );
  othersStay(text, edited);
});

test.each<[LoginChange, string]>([
  [{ kind: 'secret', username: 'u', tokenHash: 'new' }, 'tokenHash'],
  [{ kind: 'prefixes', username: 'u', prefixes: ['z/'] }, 'prefixes'],
  [{ kind: 'remove', username: 'u' }, 'credentials'],
  [{ kind: 'device', id: 'a', tokenHash: 'new' }, 'tokenHash'],
  [{ kind: 'device', id: 'a', tokenHash: undefined }, 'tokenHash'],
])('a login that another one repeats is refused: %o', async (change, setting) => {
  expect(await work.editLogins(TEXT, change)).toEqual({ kind: 'shared', settings: [setting] });
});
