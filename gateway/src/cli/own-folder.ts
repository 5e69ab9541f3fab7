/** A data folder that nobody else holds: taken for the time of one command, and opened here. */
import { type CampusInForce, hourPhases } from '../campus-in-force.ts';
import { createHistory, type History } from '../history.ts';
import { refusalOfError } from '../shared/storage-refusal.ts';
import { dataLock } from '../store/data-lock.ts';
import { openReadingStore } from '../store/open-reading-store.ts';
import { openRecordsDb } from '../store/open-records-db.ts';
import { type ReadingStore, StoreError } from '../store/reading-store.ts';
import type { RecordsDb } from '../store/records-db.ts';
import { createSeriesDefiner, type SeriesDefiner } from '../store/series-definer.ts';
import { cannot } from './command-refusal.ts';

/** Holds the folder while it works. @throws CommandRefusal when another process holds it or it cannot be written */
export async function withFolder<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const lock = dataLock(dataDir);
  if (!lock.ok) {
    throw lock.reason === 'owned'
      ? cannot(`数据目录 ${dataDir} 正由进程 ${lock.pid} 使用。`, `${lock.message}.`)
      : cannot(
          `数据目录 ${dataDir} 不能写入：${lock.message}。请腾出磁盘空间、以可写方式挂载或检查权限。`,
          `${lock.message}. Free space on that disk, mount it writable, or check its permissions.`,
        );
  }
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const ofDisk = error.code === 'full' || error.code === 'read-only' ? refusalOfError(error, dataDir) : undefined;
    if (ofDisk !== undefined) throw cannot(ofDisk.zh, ofDisk.en);
    if (error.code === 'damaged') {
      throw cannot(
        `数据目录 ${dataDir} 里的文件损坏：${error.message}。恢复备份，或运行 houqin doctor --repair。`,
        `A file in ${dataDir} is damaged: ${error.message}. Restore a backup, or run houqin doctor --repair.`,
      );
    }
    throw cannot(`数据目录 ${dataDir} 不能使用：${error.message}`, `${dataDir} cannot be used: ${error.message}`);
  } finally {
    lock.release();
  }
}

export interface OpenHistory {
  readonly store: ReadingStore;
  readonly definer: SeriesDefiner;
  readonly history: History;
}

/** @param campus asked anew for every question, so that added devices count */
export function withHistory<T>(
  dataDir: string,
  campus: () => CampusInForce,
  work: (open: OpenHistory) => Promise<T>,
): Promise<T> {
  return withFolder(dataDir, async () => {
    const store = await openReadingStore({ dir: dataDir, ...hourPhases(campus().calendar) });
    try {
      const definer = createSeriesDefiner(store, campus().config.registry);
      await definer.ensure(await store.latest());
      return await work({ store, definer, history: createHistory({ store, definer, campus }) });
    } finally {
      await store.close();
    }
  });
}

export function withRecords<T>(dataDir: string, work: (records: RecordsDb) => Promise<T>): Promise<T> {
  return withFolder(dataDir, async () => {
    const records = await openRecordsDb({ dir: dataDir });
    try {
      return await work(records);
    } finally {
      await records.close();
    }
  });
}
