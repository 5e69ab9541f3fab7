/** Writes checkpoints one after the other. What cannot be written waits for the disk; nothing is told before it is durable. */
import type { Log } from './shared/log.ts';
import type { RecordsDb, Statement } from './store/records-db.ts';

export interface Batch {
  readonly statements: readonly Statement[];
  /** Called once it is on disk. */
  saved(): void;
}

export interface CheckpointWriterSetup {
  readonly records: Pick<RecordsDb, 'write'>;
  readonly log: Log;
  isDirty(): boolean;
  /** Everything changed since the last call. */
  collect(): Batch;
}

export interface CheckpointWriter {
  /** Resolves when everything up to now is durable: `true`, or `false` when that was given up by `close`. */
  save(): Promise<boolean>;
  /** Saves, but tries a disk that takes nothing only once more: the journal brings back after a start what is lost. */
  close(): Promise<void>;
}

const RETRY_MS = 1_000;

export function createCheckpointWriter({ records, log, isDirty, collect }: CheckpointWriterSetup): CheckpointWriter {
  let writing: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  let closing = false;
  let retryNow = (): void => undefined;

  const isWritten = async (statements: readonly Statement[]): Promise<boolean> => {
    for (let failures = 0; ; failures += 1) {
      const last = closing;
      try {
        await records.write(statements);
        if (failures > 0) log.info({}, 'checkpoints can be written again');
        return true;
      } catch (error) {
        if (failures === 0) log.error({ err: error }, 'checkpoint cannot be written; alerts wait until it can');
        if (last) return false;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, RETRY_MS);
          retryNow = () => {
            clearTimeout(timer);
            resolve();
          };
          if (closing) retryNow();
        });
      }
    }
  };
  const saveOnce = async (): Promise<boolean> => {
    if (!isDirty()) return true;
    const batch = collect();
    if (!(await isWritten(batch.statements))) return false;
    try {
      batch.saved();
    } catch (error) {
      log.error({ err: error }, 'a listener to events failed');
    }
    return true;
  };
  const start = (): Promise<boolean> => {
    writing = saveOnce()
      .catch((error: unknown) => {
        log.error({ err: error }, 'a checkpoint could not be put together');
        return false;
      })
      .finally(() => {
        writing = undefined;
      });
    return writing;
  };
  /** What is being written was collected before this call; what came since goes into the next batch. */
  const save = (): Promise<boolean> => {
    if (writing === undefined) return start();
    next ??= writing.then((isSaved) => {
      next = undefined;
      return isSaved ? (writing ?? start()) : false;
    });
    return next;
  };
  return {
    save,
    async close() {
      closing = true;
      retryNow();
      await save();
    },
  };
}
