/** The office's records in memory, with the product's own schema. */
import { DatabaseSync } from 'node:sqlite';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { migrate } from '../../src/store/records-schema.ts';

/** Behaves like the worker-backed database: asynchronous, one transaction per write. */
export function testRecords(): RecordsDb {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  return {
    write: async (statements) => {
      db.exec('BEGIN');
      try {
        const results = statements.map(({ sql, params }) => db.prepare(sql).run(...(params ?? [])));
        db.exec('COMMIT');
        return results.map((result) => ({ changes: Number(result.changes), lastId: Number(result.lastInsertRowid) }));
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    read: async ({ sql, params }) =>
      db
        .prepare(sql)
        .all(...(params ?? []))
        .map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
          ),
        ),
    close: async () => db.close(),
  };
}
