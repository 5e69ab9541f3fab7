/** Every write leaves a sealed row; whoever touches the rows is found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAudit } from '../../src/api/audit.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { NOON } from './fake-deps.ts';
import { ADMIN, testApi } from './test-api.ts';
import { testRecords } from './test-records.ts';

const ROWS = 12;

async function filled(): Promise<{ records: RecordsDb; dataDir: string }> {
  const records = testRecords();
  const dataDir = mkdtempSync(join(tmpdir(), 'houqin-audit-'));
  const audit = createAudit(records, dataDir);
  const entry = (i: number) => ({ at: NOON + i, who: 'w', what: 'POST /x', object: `o${i}`, result: 'ok', detail: '' });
  await Promise.all(Array.from({ length: ROWS }, (_, i) => audit.append(entry(i))));
  // Whoever can write the file can drop what keeps it append-only.
  const unlocked = ['DROP TRIGGER audit_is_not_changed', 'DROP TRIGGER audit_is_not_deleted'];
  await records.write(unlocked.map((sql) => ({ sql })));
  return { records, dataDir };
}

const verdict = ({ records, dataDir }: { records: RecordsDb; dataDir: string }) =>
  createAudit(records, dataDir).verify();

test('an untouched log verifies, also after a restart and with more rows', async () => {
  const log = await filled();
  expect(await verdict(log)).toEqual({ ok: true, checked: ROWS });
  const audit = createAudit(log.records, log.dataDir);
  await audit.append({ at: NOON, who: 'w', what: 'x', object: 'o', result: 'ok', detail: '' });
  expect(await audit.verify()).toEqual({ ok: true, checked: ROWS + 1 });
  expect((await audit.list(undefined, 2)).map(({ id }) => id)).toEqual([ROWS + 1, ROWS]);
  expect((await audit.list(3, 100)).map(({ id }) => id)).toEqual([2, 1]);
});

test('any change, removal, swap or cut is found', async () => {
  const log = await filled();
  const [original] = [await log.records.read({ sql: 'SELECT * FROM audit ORDER BY id' })];
  const columns = ['at', 'who', 'what', 'object', 'result', 'detail', 'prev_hash', 'hash'];
  const restore = () =>
    log.records.write([
      { sql: 'DELETE FROM audit' },
      ...original.map((row) => ({
        sql: `INSERT INTO audit VALUES (${Object.keys(row).map(() => '?')})`,
        params: Object.values(row),
      })),
    ]);
  const id = fc.integer({ min: 1, max: ROWS });
  const edit = fc.oneof(
    fc.record({ column: fc.constantFrom(...columns), id }).map(({ column, id }) => {
      const value = original[id - 1]?.[column];
      const changed =
        typeof value === 'number' ? value + 1 : `${value}`.replace(/^.?/, (first) => (first === 'a' ? 'b' : 'a'));
      return [{ sql: `UPDATE audit SET ${column} = ? WHERE id = ?`, params: [changed, id] }];
    }),
    id.map((gone) => [{ sql: 'DELETE FROM audit WHERE id = ?', params: [gone] }]),
    id.map((from) => [{ sql: 'DELETE FROM audit WHERE id >= ?', params: [from] }]),
    fc
      .tuple(id, id)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => [
        { sql: 'UPDATE audit SET id = -1 WHERE id = ?', params: [a] },
        { sql: 'UPDATE audit SET id = ? WHERE id = ?', params: [a, b] },
        { sql: 'UPDATE audit SET id = ? WHERE id = -1', params: [b] },
      ]),
  );
  await fc.assert(
    fc.asyncProperty(edit, async (statements) => {
      await log.records.write(statements);
      const found = await verdict(log);
      await restore();
      expect(found.ok).toBe(false);
    }),
    { numRuns: 300 },
  );
  expect(await verdict(log)).toEqual({ ok: true, checked: ROWS });
});

test('a log whose end and head were both removed is told apart from a new one', async () => {
  const log = await filled();
  await log.records.write([{ sql: 'DELETE FROM audit WHERE id > 5' }]);
  rmSync(join(log.dataDir, 'audit-head'));
  expect(await verdict(log)).toMatchObject({ ok: false, reason: 'head-missing' });
  writeFileSync(join(log.dataDir, 'audit-head'), '{"id":5,"hash":"forged"}');
  expect(await verdict(log)).toMatchObject({ ok: false, reason: 'end-cut-off' });
});

test('writes, refused writes and sign-ins are in it; reading and noise are not', async () => {
  const running = await testApi();
  const guard = running.client.as(await running.person('guard', '门卫'));
  await guard.request('POST', '/api/v1/incidents/inc-1/ack', { body: {} });
  await guard.request('POST', '/api/v1/users', { body: {} });
  await guard.request('GET', '/api/v1/devices');
  await running.client.request('POST', '/api/v1/session', { body: { name: '门卫', password: 'wrong' } });
  await running.client.request('POST', '/api/v1/session', { body: { nonsense: 1 } });
  await running.client.request('POST', '/api/v1/users', { body: {} });
  const { body } = await running.admin.request('GET', '/api/v1/audit');
  const lines = Object(body).items.map(
    ({ who, what, object, result }: Record<string, string>) => `${who} | ${what} | ${object} | ${result}`,
  );
  expect(lines).toEqual([
    '?门卫 | POST /session | session | sign-in-failed',
    '门卫 | POST /users | user | forbidden',
    '门卫 | POST /incidents/:id/ack | incident:inc-1 | ok',
    '门卫 | POST /session | session | ok',
    `${ADMIN.name} | POST /users | user:门卫 | ok`,
    `${ADMIN.name} | POST /session | session | ok`,
    `HOUQIN_ADMIN | setup | user:${ADMIN.name} | ok`,
  ]);
  expect(await createAudit(running.deps.records, running.deps.dataDir).verify()).toEqual({ ok: true, checked: 7 });
  await running.close();
});
