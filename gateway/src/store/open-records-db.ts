/** The office's records: records.db behind two workers, so that a long list delays no write. */
import type { RecordsDb } from './records-db.ts';
import type { RecordsCalls, RecordsData } from './records-worker.ts';
import { workerCaller } from './worker-call.ts';

/**
 * Opens records.db in `dir`, creating and migrating it. Writes are durable (fsync) when they resolve and run one after
 * the other; a read sees every write that had resolved before it.
 * @throws StoreError `read-only`, or `io` for a file of a later version; `write` and `read` reject with `full`, `io` …
 */
export async function openRecordsDb({ dir }: { readonly dir: string }): Promise<RecordsDb> {
  const open = (readOnly: boolean) =>
    workerCaller<RecordsCalls>(new URL('./records-worker.ts', import.meta.url), {
      dir,
      readOnly,
    } satisfies RecordsData);
  const writer = open(false);
  try {
    await writer.call('begin', undefined);
  } catch (error) {
    await writer.stop();
    throw error;
  }
  const reader = open(true);
  return {
    write: (statements) => writer.call('write', statements),
    read: (statement) => reader.call('read', statement),
    async close() {
      await reader.stop();
      await writer.stop();
    },
  };
}
