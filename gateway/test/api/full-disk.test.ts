/** Sessions and the audit while the disk takes nothing, and once it does again. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAudit } from '../../src/api/audit.ts';
import { hashSecret } from '../../src/api/secret.ts';
import { createSessions } from '../../src/api/sessions.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { testRecords } from './test-records.ts';

const LIMITS = { idleHours: 8, maxHours: 24 };
const MINUTE = 60_000;

/** Records whose disk fills, hangs and is freed as the test says. */
function records(): RecordsDb & { disk: 'good' | 'full' | 'hung' } {
  const whole = testRecords();
  const self: RecordsDb & { disk: 'good' | 'full' | 'hung' } = {
    ...whole,
    disk: 'good',
    write: (statements) => {
      if (self.disk === 'full') return Promise.reject(new StoreError('full', 'database or disk is full'));
      return self.disk === 'hung' ? new Promise(() => undefined) : whole.write(statements);
    },
  };
  return self;
}
const rows = async (db: RecordsDb, table: string): Promise<number> =>
  Number((await db.read({ sql: `SELECT count(*) AS n FROM ${table}` }))[0]?.['n']);

describe('a session', () => {
  test.each(['full', 'hung'] as const)(
    'begun on a %s disk holds from memory, and is kept once the disk takes it',
    async (disk) => {
      const db = records();
      const sessions = createSessions(db, 20);
      db.disk = disk;
      const { token, isKept } = await sessions.open('u1', 0, LIMITS);
      expect(isKept).toBe(false);
      const hash = hashSecret(token);
      expect(await sessions.find(hash, 1, LIMITS, true)).toEqual({ userId: 'u1' });
      expect(await createSessions(db).find(hash, 1, LIMITS, false)).toBeUndefined();
      expect(sessions.stats()).toEqual({ held: 1, dropped: 0 });
      db.disk = 'good';
      expect(await sessions.find(hash, MINUTE, LIMITS, true)).toEqual({ userId: 'u1' });
      await expect.poll(() => sessions.stats().held).toBe(0);
      expect(await createSessions(db).find(hash, MINUTE, LIMITS, false)).toEqual({ userId: 'u1' });
    },
  );

  test('in memory ends as any other: idle, old, signed out', async () => {
    const db = records();
    const sessions = createSessions(db, 20);
    db.disk = 'full';
    const open = async (): Promise<string> => hashSecret((await sessions.open('u1', 0, LIMITS)).token);
    const [idle, out] = [await open(), await open()];
    expect(await sessions.find(idle, 8 * 60 * MINUTE, LIMITS, true)).toBeUndefined();
    await sessions.close(out);
    expect(await sessions.find(out, 1, LIMITS, true)).toBeUndefined();
  });

  test('signed out on a full disk is out at once, and on disk with the next write that works', async () => {
    const db = records();
    const sessions = createSessions(db, 20);
    const [mine, others] = [await sessions.open('u1', 0, LIMITS), await sessions.open('u2', 0, LIMITS)];
    db.disk = 'full';
    await sessions.close(mine.hash);
    expect(await sessions.closeAllOf('u2', 5)).toBe(false);
    expect(await sessions.find(mine.hash, 1, LIMITS, true)).toBeUndefined();
    expect(await sessions.find(others.hash, 1, LIMITS, true)).toBeUndefined();
    expect(await rows(db, 'sessions')).toBe(2);
    db.disk = 'good';
    await sessions.open('u3', 10, LIMITS);
    expect(await rows(db, 'sessions')).toBe(1);
  });

  test('in memory is one of at most 1,000: the oldest ends, and is counted', async () => {
    const db = records();
    const sessions = createSessions(db, 20);
    db.disk = 'full';
    const first = await sessions.open('u1', 0, LIMITS);
    for (let i = 0; i < 1_000; i += 1) await sessions.open('u1', 0, LIMITS);
    expect(sessions.stats()).toEqual({ held: 1_000, dropped: 1 });
    expect(await sessions.find(first.hash, 1, LIMITS, true)).toBeUndefined();
  });
});

describe('the audit', () => {
  const entry = (object: string) => ({ at: 1, who: 'wang', what: 'POST /x', object, result: 'ok', detail: '' });

  test('waits for a full disk in order, bounded and counted, and its chain holds afterwards', async () => {
    const db = records();
    const audit = createAudit(db, mkdtempSync(join(tmpdir(), 'houqin-audit-')));
    await audit.append(entry('before'));
    db.disk = 'full';
    for (let i = 0; i < 1_005; i += 1) await expect(audit.append(entry(`held-${i}`))).rejects.toThrow();
    expect(audit.stats()).toEqual({ waiting: 1_000, dropped: 5 });
    db.disk = 'good';
    await audit.flush();
    await audit.append(entry('after'));
    const objects = (await audit.list(undefined, 1_100)).map(({ object }) => object).reverse();
    expect(objects).toEqual(['before', ...Array.from({ length: 1_000 }, (_, i) => `held-${i}`), 'after']);
    expect(await audit.verify()).toEqual({ ok: true, checked: 1_002 });
  });
});
