import { once } from 'node:events';
import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { devicesConfig } from '#contract/config/devices.ts';
import { otherProfiles } from '../../src/cli/other-profiles.ts';
import { verifyToken } from '../../src/shared/token-hash.ts';
import { type Bench, createBench } from './run-houqin.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.remove());

const PASSWORD = 'a long enough password';

describe('users, tokens and the audit log in a folder that nobody holds', () => {
  it('adds, lists and disables users; the last administrator stays', async () => {
    expect((await bench.withInput('short', 'user', 'add', 'li', '--role', 'admin')).code).toBe(2);
    expect((await bench.withInput(PASSWORD, 'user', 'add', 'li', '--role', 'leader')).err.join()).toContain(
      'admin, office, guard',
    );
    expect((await bench.withInput(PASSWORD, 'user', 'add', 'li', '--role', 'admin', '--json')).json()).toMatchObject({
      user: { name: 'li', role: 'admin' },
    });
    expect((await bench.withInput(PASSWORD, 'user', 'add', 'LI', '--role', 'guard')).err.join()).toContain(
      'exists already',
    );
    const made = await bench.houqin('user', 'add', 'gate', '--role', 'guard', '--generate', '--json');
    expect(made.json<{ password: string }>().password).toHaveLength(20);
    expect((await bench.houqin('user', 'disable', 'gate')).code).toBe(0);
    expect((await bench.houqin('user', 'disable', 'li')).err.join()).toContain('last administrator');
    expect((await bench.withInput(PASSWORD, 'user', 'passwd', 'nobody')).code).toBe(3);
    const { users } = (await bench.houqin('user', 'list', '--json')).json<{
      users: { name: string; disabled: boolean }[];
    }>();
    expect(users.map(({ name, disabled }) => [name, disabled])).toEqual([
      ['gate', true],
      ['li', false],
    ]);
  });

  it('makes, lists and revokes API tokens', async () => {
    const { token, secret } = (
      await bench.houqin('token', 'create', 'wall', '--scope', 'kiosk', '--for-ever', '--json')
    ).json<{ token: { id: string; expiresAt: number | null }; secret: string }>();
    expect([secret.slice(0, 3), token.expiresAt]).toEqual(['ht_', null]);
    expect((await bench.houqin('token', 'list', '--json')).json()).toMatchObject({
      tokens: [{ id: token.id, scope: 'kiosk' }],
    });
    expect((await bench.houqin('token', 'revoke', token.id)).code).toBe(0);
    expect((await bench.houqin('token', 'revoke', token.id)).code).toBe(3);
    expect((await bench.houqin('token', 'create', 'x', '--scope', 'all')).code).toBe(2);
  });

  it('makes the login of a bridge as a line of credentials', async () => {
    const { code, out } = await bench.houqin('token', 'bridge', 'dtu-1', 'dtu/1/', 'meters/');
    expect(code).toBe(0);
    const line = out.find((one) => one.startsWith('  - {')) ?? '';
    const secret = /shown once: (\S+)/.exec(out.join('\n'))?.[1] ?? '';
    const { credentials } = devicesConfig.parse(parse(`devices: []\ncredentials:\n${line}`));
    expect(credentials).toMatchObject([{ username: 'dtu-1', kind: 'bridge', prefixes: ['dtu/1/', 'meters/'] }]);
    expect(verifyToken(secret, credentials[0]?.tokenHash ?? '')).toBe(true);
    for (const wrong of [['dtu-1'], [' DTU', 'dtu/'], ['dtu-1', 'dtu/#'], ['dtu-1', '$SYS/']])
      expect((await bench.houqin('token', 'bridge', ...wrong)).code).toBe(2);
  });

  it('fills the prefixes in by product, under any name that can be printed', async () => {
    for (const name of ['DVES_USER', 'a&b "x": #', 'null', '1e3', '电表']) {
      const { code, out } = await bench.houqin('token', 'bridge', name, 'home/', '--for', 'tasmota');
      expect(code).toBe(0);
      const line = out.find((one) => one.startsWith('  - {')) ?? '';
      expect(devicesConfig.parse(parse(`devices: []\ncredentials:\n${line}`)).credentials).toMatchObject([
        { username: name, kind: 'bridge', prefixes: ['tele/', 'stat/', 'cmnd/', 'tasmota/', 'home/'] },
      ]);
      expect(out.join('\n')).toContain(`MqttUser ${name}; MqttPassword `);
    }
    const made = await bench.houqin('token', 'bridge', 'esp', 'kitchen/', '--for', 'esphome', '--json');
    expect(made.json()).toMatchObject({ kind: 'bridge', prefixes: ['kitchen/', 'esphome/'] });
    expect((await bench.houqin('token', 'bridge', 'ha', '--for', 'home-assistant', '--json')).json()).toMatchObject({
      kind: 'integration',
    });
    const bare = await bench.houqin('token', 'bridge', 'esp', '--for', 'esphome');
    expect([bare.code, bare.err.join()]).toEqual([2, expect.stringContaining('meter-lab/')]);
    const unknown = await bench.houqin('token', 'bridge', 'x', '--for', 'native');
    expect([unknown.code, unknown.err.join()]).toEqual([2, expect.stringContaining('zigbee2mqtt')]);
    expect((await bench.houqin('token', 'device', 'meter-main', '--for', 'tasmota')).code).toBe(2);
  });

  it('makes a device secret that its hash recognises, and writes it nowhere', async () => {
    const before = await readFile(join(bench.configDir, 'devices.yaml'), 'utf8');
    const made = (await bench.houqin('token', 'device', 'meter-main', '--json')).json<{
      secret: string;
      tokenHash: string;
    }>();
    expect([verifyToken(made.secret, made.tokenHash), verifyToken('other', made.tokenHash)]).toEqual([true, false]);
    expect(await readFile(join(bench.configDir, 'devices.yaml'), 'utf8')).toBe(before);
    expect((await bench.houqin('token', 'device', 'Meter Main')).code).toBe(2);
  });

  it('audits what it did, and finds an edit', async () => {
    expect((await bench.houqin('audit', 'verify', '--json')).json()).toEqual({ ok: true, checked: 5 });
    const db = new DatabaseSync(join(bench.dataDir, 'records.db'));
    // Whoever edits the file by hand first has to get the triggers out of the way.
    const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'").all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${String(name)}`);
    db.exec("UPDATE audit SET who = 'somebody' WHERE id = 2");
    db.close();
    const { code, json } = await bench.houqin('audit', 'verify', '--json');
    expect([code, json()]).toEqual([1, { ok: false, checked: 1, id: 2, reason: 'row-changed' }]);
  });
});

describe('doctor', () => {
  it('finds a healthy machine healthy and says what it looked at', async () => {
    const well = await createBench();
    const { code, json } = await well.houqin('doctor', '--json');
    const { ok, checks } = json<{
      ok: boolean;
      checks: { id: string; state: string; message: { zh: string; en: string } }[];
    }>();
    expect([code, ok]).toEqual([0, true]);
    expect(checks.map(({ id }) => id)).toEqual([
      'node',
      'clock',
      'config',
      'data folder',
      'disk',
      'gateway',
      'http port',
      'mqtt port',
      'data',
    ]);
    await well.remove();
  });

  it('lists in one line the profiles that are not as this version has them', async () => {
    const bench = await createBench();
    const shipped = join(import.meta.dirname, '../../../config/profiles');
    const profiles = join(bench.configDir, 'profiles');
    const said = async (): Promise<readonly string[]> =>
      (await bench.houqin('doctor')).out.filter((line) => line.includes(' profiles: '));
    await mkdir(profiles, { recursive: true });
    for (const name of ['dlt645', 'tasmota', 'mbus'])
      await cp(join(shipped, `${name}.yaml`), join(profiles, `${name}.yaml`));
    // A checkout with other line ends is no other profile, and one of the school's own has no shipped one.
    const mbus = join(profiles, 'mbus.yaml');
    await writeFile(mbus, (await readFile(mbus, 'utf8')).replaceAll('\n', '\r\n'));
    const tasmota = await readFile(join(profiles, 'tasmota.yaml'), 'utf8');
    await writeFile(join(profiles, 'our-own.yaml'), tasmota.replace('id: tasmota', 'id: our-own'));
    expect(await said()).toEqual([]);
    for (const name of ['tasmota', 'dlt645']) await appendFile(join(profiles, `${name}.yaml`), '# older\n');
    const [line = '', ...more] = await said();
    expect(more).toEqual([]);
    expect(line).toContain('differ from those shipped with this version: dlt645, tasmota; compare');
    expect(line).toContain('与本版本自带的不同：dlt645, tasmota；');
    await bench.remove();
  });

  it('finds nothing to compare where the config folder is the shipped one', async () => {
    expect(await otherProfiles(join(import.meta.dirname, '../../../config'))).toEqual([]);
  });

  it('names a config with problems, a taken port and a file that is no folder', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const ill = await createBench({ env: { HOUQIN_HTTP: `127.0.0.1:${port}` } });
    await ill.file('config/rules.yaml', 'rules: nothing\n');
    await ill.file('data', 'a file');
    const { code, json } = await ill.houqin('doctor', '--json');
    const { checks } = json<{ checks: { id: string; state: string }[] }>();
    server.close();
    expect(code).toBe(1);
    expect(checks.filter(({ state }) => state === 'bad').map(({ id }) => id)).toEqual([
      'config',
      'data folder',
      'http port',
    ]);
    await ill.remove();
  });
});
