/** Every text that the table gives is read back as its reader reads it, with names and secrets that try to break out. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { credential, devicesConfig, loginName } from '#contract/config/devices.ts';
import { type Access, type Ecosystem, filtersOf, prefixesOf } from '#contract/ecosystems/ecosystem.ts';
import { ECOSYSTEMS, ecosystemOf } from '#contract/ecosystems/ecosystems.ts';
import { frigateText, shellText, tomlText, yamlText } from '#contract/ecosystems/quoting.ts';
import { shippedProfiles } from '../decode/profile-files.ts';

const NASTY = [
  'plain-name',
  'DVES_USER',
  'a&b',
  `it's "quoted" \\ and \`run $(reboot)\` $HOME $\{USER}`,
  '# no: comment, {x} [y] *z !secret %d | > & ? -',
  "'; rm -rf /; '",
  '电表 一号😀',
  '- a',
  '~',
  'null',
  '1e3',
  '??=\\x41\\',
];

const accessOf = (ecosystem: Ecosystem, user: string, secret: string, host = '192.168.1.10'): Access => ({
  ...{ host, port: 1883, user, secret, site: 'main' },
  prefixes: prefixesOf(ecosystem, ''),
});

function textOf(id: string, user: string, secret: string, block = 0): string {
  const ecosystem = ecosystemOf(id);
  if (ecosystem === undefined) throw new Error(`no ecosystem ${id}`);
  const lines = ecosystem.lines(accessOf(ecosystem, user, secret))[block];
  if (lines === undefined || !('text' in lines)) throw new Error(`${id} has no text ${block}`);
  return lines.text;
}

/** What a POSIX shell makes of the words of `command` in `script`. */
function shellWords(script: string, command: string): string[] {
  const ran = spawnSync('sh', ['-c', `${command}() { printf '%s\\0' "$@"; }\n${script}`], { encoding: 'utf8' });
  expect(ran.stderr).toBe('');
  return ran.stdout.split('\0').slice(0, -1);
}

/** `key = "basic string"` of TOML 1.0, escapes undone. */
function tomlValue(text: string, key: string): string | undefined {
  const found = new RegExp(
    `^\\s*${key} = "((?:[^"\\\\\\u0000-\\u001f\\u007f]|\\\\(?:[btnfr"\\\\]|u[0-9a-f]{4}))*)"$`,
    'm',
  ).exec(text);
  return found?.[1]?.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/g, (_, hex: string | undefined, sign: string) =>
    hex === undefined
      ? ({ b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }[sign] ?? sign)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

describe('the table', () => {
  test('ids are unique, and every profile that it names is shipped', () => {
    expect(new Set(ECOSYSTEMS.map(({ id }) => id)).size).toBe(ECOSYSTEMS.length);
    const shipped = new Set(['native', ...[...shippedProfiles().keys()].map((file) => file.replace(/\.yaml$/, ''))]);
    for (const { profiles, id } of ECOSYSTEMS) for (const profile of profiles) expect(shipped, id).toContain(profile);
  });

  test('every shipped profile of a device that logs in stands in it', () => {
    // These arrive over SIP, HTTP and multicast; the last is a sample to copy.
    const others = ['gb28181', 'hikvision-isapi', 'onvif', 'modbus-float-cdab'];
    const named = new Set([...others, ...ECOSYSTEMS.flatMap(({ profiles }) => profiles)]);
    for (const file of shippedProfiles().keys()) expect([...named]).toContain(file.replace(/\.yaml$/, ''));
  });

  test.each(ECOSYSTEMS.filter(({ kind }) => kind !== 'device'))('$id makes a credential that loads', (ecosystem) => {
    const { kind, login, optional } = ecosystem;
    const prefixes = [...prefixesOf(ecosystem, ''), ...optional.map(({ prefix }) => prefix)];
    const entry = { username: login, kind, prefixes, tokenHash: 'sha256:a:b' };
    expect(credential.safeParse(entry).error).toBeUndefined();
    expect(prefixes.join()).not.toMatch(/[<>]/);
  });

  test.each(ECOSYSTEMS)('$id speaks both languages', ({ name, notes, optional, lines, ...ecosystem }) => {
    const texts = [notes, ...optional.map(({ when }) => when)];
    for (const { zh, en } of texts) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
    expect(name.en).not.toMatch(/\p{Script=Han}/u);
    const blocks = lines(accessOf({ ...ecosystem, name, notes, optional, lines }, 'user', 'secret'));
    for (const { title } of blocks) expect(title.en).not.toMatch(/\p{Script=Han}/u);
  });

  test('the four of Tasmota, and what an answer makes of a parameter', () => {
    expect(ecosystemOf('tasmota')?.prefixes).toEqual(['tele/', 'stat/', 'cmnd/', 'tasmota/']);
    const esphome = ecosystemOf('esphome');
    if (esphome === undefined) throw new Error('no ESPHome');
    expect(prefixesOf(esphome, '')).toEqual(['meter-lab/', 'esphome/']);
    expect(prefixesOf(esphome, ' $&/kitchen// ')).toEqual(['$&/kitchen/', 'esphome/']);
  });

  test('filters match everything under the prefixes', () => {
    expect(filtersOf(['a/', 'b/c/'])).toEqual(['a/#', 'b/c/#']);
    expect(filtersOf(['a/', 'shelly'])).toEqual(['#']);
    expect(filtersOf(['a b/'])).toEqual(['#']);
  });
});

describe('login names', () => {
  test.each(NASTY)('%s', (name) => expect(loginName.safeParse(name).success).toBe(true));
  test.each(['', ' a', 'a ', 'a\nb', 'a\u0000', '\u2028', 'x\ud800', '\u3000', 'anonymous', 'é'.repeat(65)])(
    'not %j',
    (name) => expect(loginName.safeParse(name).success).toBe(false),
  );
  test('128 bytes, not 128 letters', () => {
    expect(loginName.safeParse('é'.repeat(64)).success).toBe(true);
    expect(loginName.safeParse('a'.repeat(128)).success).toBe(true);
    expect(loginName.safeParse('a'.repeat(129)).success).toBe(false);
  });
  test('a device keeps its narrow id', () => {
    const device = { id: 'DVES_USER', name: 'x', kind: 'door', place: 'p' };
    expect(devicesConfig.safeParse({ devices: [device] }).success).toBe(false);
  });
});

describe.each(NASTY)('user and secret %s', (user) => {
  const secret = `${user}-s`;

  test.each([
    ['zigbee2mqtt', 'user'],
    ['esphome', 'username'],
  ])('YAML of %s', (id, key) => {
    for (const version of ['1.1', '1.2'] as const) {
      const { mqtt } = parse(textOf(id, user, secret), { version });
      expect(mqtt).toMatchObject({ [key]: user, password: secret });
    }
  });

  test('YAML of Frigate, which fills in braces afterwards', () => {
    const { mqtt } = parse(textOf('frigate', user, secret));
    const filled = (text: string): string =>
      text.replaceAll(/\{\{|\}\}|\{[^}]*\}/g, (part) =>
        part.length === 2 && part[0] === part[1] ? part.slice(1) : '?',
      );
    expect(filled(mqtt.user)).toBe(user);
    expect(filled(mqtt.password)).toBe(secret);
  });

  test('TOML of ChirpStack and Telegraf, in which $NAME is replaced beforehand', () => {
    for (const [id, block] of [
      ['chirpstack', 0],
      ['telegraf', 0],
      ['telegraf', 1],
    ] as const) {
      const text = textOf(id, user, secret, block);
      expect(text).not.toContain('$');
      expect(tomlValue(text, 'username')).toBe(user);
      expect(tomlValue(text, 'password')).toBe(secret);
    }
  });

  test('shells run it as one word each', () => {
    expect(shellWords(textOf('scripts', user, secret), 'mosquitto_pub')).toEqual([
      '-h',
      '192.168.1.10',
      '-p',
      '1883',
      '-u',
      user,
      '-P',
      secret,
      '-q',
      '1',
      '-t',
      'scripts/test',
      '-m',
      '{"power_w": 812}',
    ]);
    expect(shellWords(textOf('theengs', user, secret), 'TheengsGateway').slice(2)).toEqual([
      `--user=${user}`,
      `--pass=${secret}`,
    ]);
    const rtl = `${textOf('rtl_433', user, secret).split('\n')[0]}\nshow "$MQTT_USERNAME" "$MQTT_PASSWORD"`;
    expect(shellWords(rtl, 'show')).toEqual([user, secret]);
    const [, , , body = ''] = shellWords(textOf('shelly-gen2', user, secret).split('\n')[0] ?? '', 'curl');
    expect(JSON.parse(body)).toMatchObject({ config: { user, pass: secret, server: '192.168.1.10:1883' } });
  });

  test.each(['mosquitto-bridge', 'thethingsstack', 'aliyun-alink', 'huawei-iotda'])(
    '%s: the rest of the line is the value',
    (id) => {
      const lines = textOf(id, user, secret)
        .split('\n')
        .map((line) => line.trim());
      expect(lines).toContain(`remote_username ${user}`);
      expect(lines).toContain(`remote_password ${secret}`);
    },
  );

  test('flashmq.conf: values in quotes, with escapes of quotes and backslashes only', () => {
    const text = textOf('flashmq-victron', user, secret);
    for (const [key, value] of [
      ['remote_username', user],
      ['remote_password', secret],
    ] as const) {
      const written = new RegExp(`^ {2}${key} (?:([\\w@%+=:,./-]+)|"((?:[^"\\\\]|\\\\["\\\\])*)")$`, 'm').exec(text);
      expect(written?.[1] ?? written?.[2]?.replaceAll(/\\(.)/g, '$1')).toBe(value);
    }
  });

  test('the console of Tasmota gets a command each, or one line without a further separator', () => {
    const text = textOf('tasmota', user, secret);
    const commands = text.startsWith('Backlog ') ? text.slice(8).split('; ') : text.split('\n');
    expect(commands).toEqual(['MqttHost 192.168.1.10', 'MqttPort 1883', `MqttUser ${user}`, `MqttPassword ${secret}`]);
  });

  test('JSON of Homie, HOCON of NanoMQ, a C string', () => {
    expect(JSON.parse(`{${textOf('homie', user, secret)}}`).mqtt).toMatchObject({ username: user, password: secret });
    const hocon = /username = (.*)\n {2}password = (.*)\n/.exec(textOf('nanomq-bridge', user, secret));
    expect([JSON.parse(hocon?.[1] ?? ''), JSON.parse(hocon?.[2] ?? '')]).toEqual([user, secret]);
    const written = /MQTT_USER "(.*)"$/m.exec(textOf('firmware', user, secret))?.[1] ?? '';
    const bytes = [...written.matchAll(/\\([0-7]{3})|([^\\"?])/g)].map(([, octal, sign = '']) =>
      octal === undefined ? sign.charCodeAt(0) : Number.parseInt(octal, 8),
    );
    expect(Buffer.from(bytes).toString()).toBe(user);
  });
});

test('signs that readers of YAML and TOML take for the end of a line are escaped', () => {
  const text = 'a\u0085b\u2028c\u2029d\u007fe\ufeff';
  for (const quoted of [yamlText(text), tomlText(text), frigateText(text)]) {
    expect(quoted).toMatch(/^"[ -~]+"$/);
    expect(JSON.parse(quoted)).toBe(text);
  }
  expect(shellText('')).toBe("''");
});

test('an IPv6 address stands in brackets where a port follows', () => {
  const bridge = ecosystemOf('mosquitto-bridge');
  if (bridge === undefined) throw new Error('no bridge');
  const [block] = bridge.lines(accessOf(bridge, 'u', 's', 'fd00::1'));
  expect(block && 'text' in block && block.text).toContain('address [fd00::1]:1883\n');
});
