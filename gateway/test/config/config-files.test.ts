import { chmod, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConfigFiles, etagOf } from '../../src/config/config-files.ts';
import { itNeeds } from '../skip.ts';
import { configFolder, SMALL } from './small-campus.ts';

const AT = Date.UTC(2026, 8, 1, 8);
const CHANGED = `${SMALL.rules.replace('aboveW: 300', 'aboveW: 500')}# 更高\n`;
const asRoot = process.getuid?.() === 0 ? 'a file cannot be read-only for root' : undefined;

describe('editing a config file', () => {
  it('replaces the text, tells the new ETag and keeps the former version', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    const { text, etag, readOnly } = await files.read('rules');
    expect([text, etag, readOnly]).toEqual([SMALL.rules, etagOf(SMALL.rules), false]);

    const result = await files.write('rules', { text: CHANGED, etag, who: '王老师/x', at: AT });
    expect(result).toEqual({ ok: true, etag: etagOf(CHANGED), warnings: [] });
    expect((await files.read('rules')).text).toBe(CHANGED);

    const history = join(folder.data, 'config-history', 'rules');
    expect(await readdir(history)).toEqual(['2026-09-01T08-00-00.000Z.王老师_x.yaml']);
    expect(await readFile(join(history, '2026-09-01T08-00-00.000Z.王老师_x.yaml'), 'utf8')).toBe(SMALL.rules);
    expect((await readdir(folder.dir)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses an edit of a text that has changed meanwhile', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    const { etag } = await files.read('rules');
    await folder.put('rules.yaml', `${SMALL.rules}# by hand\n`);
    const result = await files.write('rules', { text: CHANGED, etag, who: 'a', at: AT });
    expect(result).toEqual({ ok: false, reason: 'changed', etag: etagOf(`${SMALL.rules}# by hand\n`) });
    expect((await files.read('rules')).text).toContain('by hand');
  });

  it('lets one of two edits of the same text win', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    const { etag } = await files.read('rules');
    const edit = (aboveW: number) =>
      files.write('rules', { text: SMALL.rules.replace('300', String(aboveW)), etag, who: 'a', at: AT });
    const results = await Promise.all([edit(400), edit(500)]);
    expect(results.map((result) => result.ok)).toEqual([true, false]);
    expect((await files.read('rules')).text).toContain('aboveW: 400');
  });

  it('writes nothing that does not pass, also against the other files', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    const { etag, text } = await files.read('campus');
    const result = await files.write('campus', { text: text.replace('id: hall', 'id: aula'), etag, who: 'a', at: AT });
    expect(result).toMatchObject({ ok: false, reason: 'invalid', problems: [{ file: 'devices.yaml' }, {}, {}] });
    expect((await files.read('campus')).text).toBe(text);
  });

  it('keeps the mode and follows a link', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    const target = join(folder.dir, '..', 'shared-rules.yaml');
    await writeFile(target, SMALL.rules);
    await chmod(target, 0o640);
    const link = join(folder.dir, 'rules.yaml');
    await rm(link);
    await symlink(target, link);
    const { etag } = await files.read('rules');
    expect(await files.write('rules', { text: CHANGED, etag, who: 'a', at: AT })).toMatchObject({ ok: true });
    expect(await readFile(target, 'utf8')).toBe(CHANGED);
    expect((await stat(target)).mode & 0o777).toBe(0o640);
  });

  it('writes prices where there were none', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    await rm(join(folder.dir, 'tariffs.yaml'));
    const { text, etag, readOnly } = await files.read('tariffs');
    expect([text, readOnly]).toEqual(['', false]);
    expect(await files.write('tariffs', { text: SMALL.tariffs, etag, who: 'a', at: AT })).toMatchObject({ ok: true });
    expect((await files.read('tariffs')).text).toBe(SMALL.tariffs);
  });

  itNeeds(asRoot, 'says that a file is read-only', async () => {
    await using folder = await configFolder();
    const files = createConfigFiles(folder.dir, folder.data);
    await chmod(folder.dir, 0o555);
    const { etag, readOnly } = await files.read('rules');
    expect(readOnly).toBe(true);
    const result = await files.write('rules', { text: CHANGED, etag, who: 'a', at: AT });
    expect(result).toEqual({ ok: false, reason: 'read-only' });
    await chmod(folder.dir, 0o755);
  });
});
