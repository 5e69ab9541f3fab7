import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CredentialConfig, devicesConfig } from '#contract/config/devices.ts';
import { addLogin, removeLogin, setDeviceHash, setLoginHash } from '../../src/config/edit-logins.ts';

const DEVICES = `# 设备
devices:
  - { id: a, name: 甲, kind: door, place: p } # 一楼
  - id: b   # 二楼
    name: 乙
    kind: door
    place: p
    tokenHash: "sha256:old:b" # 旧
  - { id: c, tokenHash: "sha256:old:c", name: 丙, kind: door, place: p }
  - { tokenHash: "sha256:old:d", id: d, name: 丁, kind: door, place: p }
  - tokenHash: "sha256:old:e"
    id: e
    name: 戊
    kind: door
    place: p
`;
const LOGINS = `credentials:
  # 锅炉房
  - { username: dtu-1, kind: bridge, prefixes: [dtu/1/], tokenHash: "sha256:x:1" } # 4G
  - username: z2m
    kind: bridge
    prefixes:
      - zigbee2mqtt/
    tokenHash: sha256:x:2   # 二

  - {username: ha, kind: integration, prefixes: ["homeassistant/"], tokenHash: "sha256:x:3"}
# 完
`;
const login: CredentialConfig = {
  ...{ username: 'a&b "#: 电', kind: 'bridge', prefixes: ['tele/', '$oc/'], tokenHash: 'sha256:n:w' },
};
const logins = (text: string) => devicesConfig.parse(parse(text)).credentials;
const names = (text: string) => logins(text).map(({ username }) => username);
const lines = (text: string) => text.split('\n');

describe('another login', () => {
  test.each([
    ['after the others', `${DEVICES}${LOGINS}`],
    ['before further devices', `${LOGINS}${DEVICES}`],
    ['as the first', DEVICES],
    ['as the first, after a text without a line break at its end', DEVICES.trimEnd()],
    ['in place of an empty list', `${DEVICES}credentials: [] # 还没有\n# 完\n`],
    ['in place of an empty list above', `credentials: []\n${DEVICES}`],
  ])('%s', (_, text) => {
    const result = addLogin(text, login);
    expect(logins(result)).toEqual([...logins(text), login]);
    expect(parse(result).devices).toEqual(parse(text).devices);
    const added = lines(result).filter((line) => line !== '' && !lines(text).includes(line));
    // The entry, and the key where it was not a list yet.
    expect(added.length).toBeLessThanOrEqual(2);
    for (const comment of text.match(/#.*/g) ?? []) expect(result).toContain(comment);
  });

  test.each([
    [
      'logins in one line',
      `${DEVICES}credentials: [{username: z, kind: bridge, prefixes: [z/], tokenHash: "h"}] # 一行\n`,
    ],
    ['the whole file in one map', '{devices: [], credentials: []}\n'],
    ['a document that ends', `${DEVICES}...\n`],
  ])('%s: written anew, comments kept', (_, text) => {
    const result = addLogin(text, login);
    expect(logins(result)).toEqual([...logins(text), login]);
    for (const comment of text.match(/#.*/g) ?? []) expect(result).toContain(comment);
  });
});

describe('one login less', () => {
  test.each(['dtu-1', 'z2m', 'ha'])('%s', (username) => {
    const text = `${DEVICES}${LOGINS}`;
    const result = removeLogin(text, username);
    expect(names(result)).toEqual(names(text).filter((name) => name !== username));
    expect(parse(result).devices).toEqual(parse(text).devices);
    expect(lines(text)).toEqual(expect.arrayContaining(lines(result)));
    expect(result).toContain('# 锅炉房');
    expect(result).toContain('# 完');
  });

  test('the last one leaves an empty list, to which another can be added', () => {
    const text = `${DEVICES}credentials: # 登录\n  - {username: z, kind: bridge, prefixes: [z/], tokenHash: h}\n# 完\n`;
    const none = removeLogin(text, 'z');
    expect(logins(none)).toEqual([]);
    expect(none).toContain('# 登录');
    expect(names(addLogin(none, login))).toEqual([login.username]);
  });

  test('from a list in one line', () => {
    const one = (name: string) => `{username: ${name}, kind: bridge, prefixes: [z/], tokenHash: h}`;
    const result = removeLogin(`devices: [] # 空\ncredentials: [${one('y')}, ${one('z')}]\n`, 'y');
    expect(names(result)).toEqual(['z']);
    expect(result).toContain('# 空');
  });

  test('which is not there changes nothing', () => expect(removeLogin(LOGINS, 'x')).toBe(LOGINS));
});

describe('another secret', () => {
  test.each(['dtu-1', 'z2m', 'ha'])('%s', (username) => {
    const text = `${DEVICES}${LOGINS}`;
    const result = setLoginHash(text, username, 'sha256:new:h');
    const changed = lines(result).flatMap((line, n) => (line === lines(text)[n] ? [] : [line]));
    expect(changed).toHaveLength(1);
    expect(changed[0]?.includes('#')).toBe(username !== 'ha');
    expect(logins(result).find((one) => one.username === username)?.tokenHash).toBe('sha256:new:h');
  });
});

describe('the secret of a device', () => {
  const hashOf = (text: string, id: string) =>
    devicesConfig.parse(parse(text)).devices.find((one) => one.id === id)?.tokenHash;

  test.each(['a', 'b', 'c', 'd', 'e'])('%s gets one, and loses it', (id) => {
    const set = setDeviceHash(DEVICES, id, 'sha256:new:h');
    expect(hashOf(set, id)).toBe('sha256:new:h');
    const gone = setDeviceHash(set, id, undefined);
    expect(hashOf(gone, id)).toBeUndefined();
    for (const text of [set, gone]) {
      for (const other of ['a', 'b', 'c', 'd', 'e'].filter((one) => one !== id))
        expect(hashOf(text, other)).toBe(hashOf(DEVICES, other));
      expect(text.match(/# .楼|# 设备/g)).toEqual(['# 设备', '# 一楼', '# 二楼']);
      expect(lines(text).filter((line) => !lines(DEVICES).includes(line)).length).toBeLessThanOrEqual(2);
    }
  });
  test('which is not there changes nothing', () => expect(setDeviceHash(DEVICES, 'x', 'h')).toBe(DEVICES));
});
