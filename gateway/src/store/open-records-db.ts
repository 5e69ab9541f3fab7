/** The office's records: records.db behind two workers, so that a long list delays no write. */
import type { DamageNote } from './damage.ts';
import { comparedWithWitness, namedDamage, refuseEmptied, writeWitness } from './file-witness.ts';
import type { RecordsDb } from './records-db.ts';
import type { RecordsCalls, RecordsData } from './records-worker.ts';
import { workerCaller } from './worker-call.ts';

/**
 * Opens records.db in `dir`, creating and migrating it. Writes are durable (fsync) when they resolve and run one after
 * the other; a read sees every write that had resolved before it.
 * @throws StoreError `read-only`, `damaged` for a file that is emptied, gone or no database, or `io` for a file of a later version; `write` and `read` reject with `full`, `io` …
 */
export async function openRecordsDb({ dir }: { readonly dir: string }): Promise<RecordsDb> {
  const open = (readOnly: boolean) =>
    workerCaller<RecordsCalls>(new URL('./records-worker.ts', import.meta.url), {
      dir,
      readOnly,
    } satisfies RecordsData);
  refuseEmptied(dir, 'records.db');
  const writer = open(false);
  let damage: DamageNote | undefined;
  try {
    const identity = await writer.call('begin', undefined);
    damage = comparedWithWitness(dir, 'records.db', identity);
    if (damage === undefined) writeWitness(dir, 'records.db', identity);
  } catch (error) {
    await writer.stop();
    throw namedDamage(error, 'records.db');
  }
  const reader = open(true);
  return {
    damage,
    write: (statements) => writer.call('write', statements),
    read: (statement) => reader.call('read', statement),
    async close() {
      await reader.stop();
      await writer.stop();
    },
  };
}
