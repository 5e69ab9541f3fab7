import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataLock, dataOwner } from '../../src/store/data-lock.ts';

describe('the lock of the data folder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'houqin-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const lockFile = () => join(dir, 'lock');
  const taken = () => {
    const lock = dataLock(dir);
    if (!lock.ok) throw new Error(lock.message);
    return lock;
  };

  it('has one owner, and names it to the second', () => {
    const lock = taken();
    expect(dataLock(dir)).toMatchObject({ ok: false, reason: 'owned', pid: process.pid });
    expect(dataOwner(dir)).toBe(process.pid);
    lock.release();
    expect(dataOwner(dir)).toBeUndefined();
    taken().release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is held by a process as long as it lives, and free once it was killed', async () => {
    const file = new URL('../../src/store/data-lock.ts', import.meta.url).href;
    const script = `const { dataLock } = await import('${file}'); process.stdout.write(String(dataLock(process.argv[1]).ok)); setInterval(() => {}, 1e6);`;
    const child = spawn('node', ['--input-type=module', '-e', script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).toBe('true');
    expect(dataLock(dir)).toMatchObject({ ok: false, reason: 'owned', pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
    taken().release();
  });

  it('is taken over from another boot, from a recycled pid and from a file cut short', () => {
    const own = taken();
    const mine: unknown = JSON.parse(readFileSync(lockFile(), 'utf8'));
    own.release();
    const stale = [
      { ...Object(mine), boot: 'an earlier one' },
      { ...Object(mine), started: '1' },
      { ...Object(mine), pid: 2 ** 22 + 1 },
    ];
    for (const owner of [...stale.map((one) => JSON.stringify(one)), '{"pid":', '']) {
      writeFileSync(lockFile(), owner);
      taken().release();
    }
  });

  it('does not remove what is no longer its own', () => {
    const lock = taken();
    writeFileSync(lockFile(), JSON.stringify({ pid: 1, boot: 'x', started: '' }));
    lock.release();
    expect(readdirSync(dir)).toEqual(['lock']);
  });

  it('says so when the folder cannot be made', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(dataLock(join(dir, 'file', 'below'))).toMatchObject({ ok: false, reason: 'read-only' });
  });
});
