/** Copies what can be read of a damaged records.db into a fresh one, table by table. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { TellDamage } from './damage.ts';

/**
 * Rows are read from both ends of a table up to the page that cannot be read.
 * @param into fresh, with all tables
 * @returns rows copied
 */
export function salvageRecords(from: DatabaseSync, into: DatabaseSync, tell: TellDamage): number {
  let copied = 0;
  const tables = into.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  for (const { name } of tables) {
    const table = String(name);
    let complete = false;
    for (const order of ['ASC', 'DESC']) {
      if (complete) continue;
      try {
        copied += copyTable(from, into, table, order);
        complete = true;
      } catch (error) {
        const what = `cannot be read as a whole: ${error instanceof Error ? error.message : String(error)}`;
        tell({ file: 'records.db', table, what });
      }
    }
  }
  return copied;
}

function copyTable(from: DatabaseSync, into: DatabaseSync, table: string, order: string): number {
  const columns = into.prepare(`PRAGMA table_info("${table}")`).all();
  // In the order of the table itself: an index that is damaged must cost no rows.
  const keys = hasRowid(into, table)
    ? [`rowid ${order}`]
    : columns.filter(({ pk }) => Number(pk) > 0).map((column) => `"${String(column['name'])}" ${order}`);
  const names = columns.map((column) => `"${String(column['name'])}"`);
  const add = into.prepare(
    `INSERT OR IGNORE INTO "${table}"(${names.join(', ')}) VALUES(${names.map(() => '?').join(', ')})`,
  );
  let copied = 0;
  into.exec('BEGIN');
  try {
    for (const row of from
      .prepare(`SELECT ${names.join(', ')} FROM "${table}" NOT INDEXED ORDER BY ${keys.join(', ')}`)
      .iterate()) {
      copied += added(add, Object.values(row));
    }
  } finally {
    into.exec('COMMIT');
  }
  return copied;
}

function hasRowid(db: DatabaseSync, table: string): boolean {
  return Number(db.prepare('SELECT wr FROM pragma_table_list WHERE name = ?').get(table)?.['wr']) === 0;
}

/** A row of which a column has a type it never has is damaged itself, and stays out. */
function added(add: ReturnType<DatabaseSync['prepare']>, values: readonly SQLOutputValue[]): number {
  try {
    return Number(add.run(...values).changes);
  } catch {
    return 0;
  }
}
