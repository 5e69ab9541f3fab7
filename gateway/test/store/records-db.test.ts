import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { MIGRATIONS, migrate } from '../../src/store/records-schema.ts';

describe('the records database', () => {
  let dir: string;
  let db: RecordsDb;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'houqin-records-'));
    db = await openRecordsDb({ dir });
  });
  afterEach(async () => {
    await db.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const put = (key: string, value: string) => ({ sql: 'INSERT INTO meta VALUES(?, ?)', params: [key, value] });
  const keys = async () => (await db.read({ sql: 'SELECT key FROM meta ORDER BY key' })).map((row) => row['key']);

  it('writes all statements or none, and says what each changed', async () => {
    expect(await db.write([put('a', '1'), put('b', '2')])).toMatchObject([{ changes: 1 }, { changes: 1 }]);
    await expect(db.write([put('c', '3'), put('a', 'again')])).rejects.toMatchObject({
      name: 'StoreError',
      code: 'io',
    });
    expect(await keys()).toEqual(['a', 'b']);
    expect(await db.write([{ sql: 'DELETE FROM meta' }])).toMatchObject([{ changes: 2 }]);
  });

  it('lets a read see every write that had resolved, and bytes come back as they were', async () => {
    const head = Uint8Array.of(0, 255, 7);
    for (let i = 0; i < 20; i += 1) {
      await db.write([
        {
          sql: `INSERT INTO quarantine(topic, reason, detail, client_id, count, first_at, last_at, bytes, head)
                VALUES(?, 'bad-payload', '', 'c', 1, 0, 0, 3, ?)`,
          params: [`t/${i}`, head],
        },
      ]);
      const [row] = await db.read({ sql: 'SELECT count(*) AS n, max(head) AS head FROM quarantine' });
      expect(row).toEqual({ n: i + 1, head });
    }
  });

  it('runs writes one after the other, in the order they came', async () => {
    const writes = Array.from({ length: 50 }, (_, i) =>
      db.write([
        {
          sql: "INSERT INTO meta VALUES('n', ?) ON CONFLICT DO UPDATE SET value = value || excluded.value",
          params: [`${i},`],
        },
      ]),
    );
    await Promise.all(writes);
    const [row] = await db.read({ sql: "SELECT value FROM meta WHERE key = 'n'" });
    expect(row?.['value']).toBe(Array.from({ length: 50 }, (_, i) => `${i},`).join(''));
  });

  it('never changes or deletes an audit row', async () => {
    await db.write([{ sql: "INSERT INTO audit VALUES(1, 0, 'a', 'b', 'c', 'd', 'e', 'f', 'g')" }]);
    await expect(db.write([{ sql: "UPDATE audit SET who = 'x'" }])).rejects.toThrow('append-only');
    await expect(db.write([{ sql: 'DELETE FROM audit' }])).rejects.toThrow('append-only');
  });

  it('keeps what it has over a restart', async () => {
    await db.write([put('a', '1')]);
    await db.close();
    db = await openRecordsDb({ dir });
    expect(await keys()).toEqual(['a']);
  });

  it('moves an older file forward, step by step, and refuses one of a later version', async () => {
    const file = new DatabaseSync(join(dir, 'other.db'));
    const steps = ['CREATE TABLE one(x)', 'CREATE TABLE two(x); INSERT INTO two VALUES(1)'];
    migrate(file, steps.slice(0, 1));
    migrate(file, steps);
    migrate(file, steps);
    expect(file.prepare('SELECT count(*) AS n FROM two').get()).toEqual({ n: 1 });
    expect(() => migrate(file, [...steps, 'CREATE TABLE three(x); broken'])).toThrow();
    expect(file.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'three'").get()).toEqual({ n: 0 });
    file.close();
    await db.close();
    const later = new DatabaseSync(join(dir, 'records.db'));
    later.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    later.close();
    await expect(openRecordsDb({ dir })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('newer program'),
    });
  });
});
