import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigFiles, createConfigFiles } from '../../src/config/config-files.ts';
import { setDeviceSerial } from '../../src/config/set-device-serial.ts';
import { textOf } from './text-of.ts';

const campus = resolve(import.meta.dirname, '../campus-config');
const PROFILE = {
  file: 'acme.yaml',
  text: 'id: acme\nname: {zh: a, en: a}\nrules:\n  - {id: d, match: "a/{device}", emit: [{metric: power_w, path: p}]}\ntests:\n  - {id: t, topic: a/1, payload: {p: 1}, expect: [{device: "1", metric: power_w, value: 1}]}\n',
};
const LINE = '  - { id: new-1, name: 新, kind: electricity-meter, place: room-101, profile: acme }\n';

let dir: string;
let files: ConfigFiles;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'houqin-edit-'));
  await cp(campus, join(dir, 'config'), { recursive: true });
  files = createConfigFiles(join(dir, 'config'), join(dir, 'data'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const edit = async (change: (text: string) => string) => {
  const { text, etag } = await files.read('devices');
  return { text: change(text), etag, who: 'w', at: 0 };
};
const profiles = (): Promise<string[]> => readdir(join(dir, 'config/profiles')).catch(() => []);

test('a profile and the device that needs it come together', async () => {
  expect(await files.writeWithProfile(PROFILE, await edit((text) => text + LINE))).toMatchObject({ ok: true });
  expect(await readFile(join(dir, 'config/profiles/acme.yaml'), 'utf8')).toBe(PROFILE.text);
  expect((await files.read('devices')).text).toContain('new-1');
});

test('a device that does not fit keeps the profile out, and a profile that does not fit the device', async () => {
  const before = (await files.read('devices')).text;
  const nowhere = await edit((text) => text + LINE.replace('room-101', 'nowhere'));
  expect(await files.writeWithProfile(PROFILE, nowhere)).toMatchObject({ ok: false, reason: 'invalid' });
  const broken = { ...PROFILE, text: 'id: acme\n' };
  expect(await files.writeWithProfile(broken, await edit((text) => text + LINE))).toMatchObject({
    ok: false,
    reason: 'invalid',
  });
  expect(await profiles()).toEqual([]);
  expect((await files.read('devices')).text).toBe(before);
});

test('a file of somebody else is never written over; the same text again is no conflict', async () => {
  expect(await files.writeWithProfile(PROFILE, await edit((text) => text + LINE))).toMatchObject({ ok: true });
  const other = { ...PROFILE, text: PROFILE.text.replace('power_w, path', 'voltage_v, path') };
  const second = await edit((text) => text + LINE.replace('new-1', 'new-2'));
  expect(await files.writeWithProfile(other, second)).toMatchObject({ ok: false, reason: 'invalid' });
  expect(await files.writeWithProfile(PROFILE, second)).toMatchObject({ ok: true });
  expect(await readFile(join(dir, 'config/profiles/acme.yaml'), 'utf8')).toBe(PROFILE.text);
});

test('an edit of a text that is no longer there writes neither', async () => {
  const stale = await edit((text) => text + LINE);
  await writeFile(join(dir, 'config/devices.yaml'), `${stale.text}# changed\n`);
  expect(await files.writeWithProfile(PROFILE, { ...stale, etag: '"x"' })).toMatchObject({
    ok: false,
    reason: 'changed',
  });
  expect(await profiles()).toEqual([]);
});

const TEXT = `devices:
  # the first
  - { id: a, name: 甲, kind: door, place: p } # kept
  - id: b   # the second
    name: 乙
    serial: old-1 # from the plate
  - id: c
    name: 丙
`;

test.each([
  ['a', '- { id: a, serial: "N 1", name: 甲, kind: door, place: p } # kept'],
  ['b', '    serial: "N 1" # from the plate'],
  ['c', '  - id: c\n    serial: "N 1"\n    name: 丙'],
])('the serial of %s, and nothing else', (id, line) => {
  const after = textOf(setDeviceSerial(TEXT, id, 'N 1'));
  expect(after).toContain(line);
  expect(after.replace('serial: "N 1"', 'X').length).toBeLessThan(TEXT.length + 12);
  expect(after.split('\n').filter((one) => !one.includes('N 1') && !TEXT.split('\n').includes(one))).toEqual([]);
});

test('a device that is not there changes nothing', () => {
  expect(textOf(setDeviceSerial(TEXT, 'x', 'N 1'))).toBe(TEXT);
});
