/** The data folder at a start: taken, told about to commands of this machine, and why it cannot be used. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiStartError } from './api/start-api.ts';
import type { Closers } from './shared/closers.ts';
import type { Environment } from './shared/environment.ts';
import { errorCode } from './shared/error-code.ts';
import type { Log } from './shared/log.ts';
import { EXIT_CANNOT_START, StartRefusal } from './shared/start-refusal.ts';
import { refusalOfError } from './shared/storage-refusal.ts';
import type { StorageWatch } from './storage-watch.ts';
import { dataLock } from './store/data-lock.ts';
import { StoreError } from './store/reading-store.ts';

/** @throws StartRefusal when another process holds it, or it cannot be had */
export function ownDataFolder(dataDir: string, closers: Closers): void {
  const lock = dataLock(dataDir);
  if (!lock.ok && lock.reason === 'owned') {
    throw new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录 ${dataDir} 正由进程 ${lock.pid} 使用；先停掉它，或用 HOUQIN_DATA 换一个目录。`,
      `The data folder ${dataDir} is in use by process ${lock.pid}; stop it, or set HOUQIN_DATA to another folder.`,
    );
  }
  if (!lock.ok) {
    throw new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录 ${dataDir} 不能写入：${lock.message}。请腾出磁盘空间、以可写方式挂载或检查权限，或用 HOUQIN_DATA 换一个目录。`,
      `${lock.message}. Free space on that disk, mount it writable, or check its permissions; or set HOUQIN_DATA to another folder.`,
    );
  }
  closers.push({ name: 'data folder', close: () => lock.release() });
}

interface OwnerParts {
  readonly dataDir: string;
  readonly log: Log;
  readonly closers: Closers;
  readonly storage: Pick<StorageWatch, 'onChange'>;
}

/** Tells commands on this machine where the owner of the folder answers. On a disk that takes nothing, once it does. */
export function writeOwner(
  { dataDir, log, closers, storage }: OwnerParts,
  api: { readonly url: string },
  broker: { readonly port: number },
): void {
  const file = join(dataDir, 'owner.json');
  const isWritten = (): boolean => {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, url: api.url, mqttPort: broker.port }), { mode: 0o600 });
      return true;
    } catch (error) {
      if (refusalOfError(error, dataDir) === undefined) throw error;
      log.error({ err: error }, `${file} cannot be written: commands of this machine do not find the gateway yet`);
      return false;
    }
  };
  if (!isWritten()) {
    const stop = storage.onChange((list) => {
      if (list.length === 0 && isWritten()) stop();
    });
  }
  closers.push({ name: 'owner file', close: () => rmSync(file, { force: true }) });
}

/** What to say about an error that ended a start; undefined: it is a bug. */
export function startRefusalOf(error: unknown, environment: Environment): StartRefusal | undefined {
  if (error instanceof StartRefusal) return error;
  if (error instanceof ApiStartError) return new StartRefusal(EXIT_CANNOT_START, error.zh, error.message);
  if (error instanceof StoreError) {
    const { dataDir } = environment;
    return new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录 ${dataDir} 打不开：${error.message}。${TODO[error.code].zh}`,
      `The data folder ${dataDir} cannot be opened: ${error.message}. ${TODO[error.code].en}`,
    );
  }
  if (errorCode(error) !== 'EADDRINUSE') return undefined;
  const { host, port } = environment.mqtt;
  return new StartRefusal(
    EXIT_CANNOT_START,
    `端口被占用：${host}:${port} 已有程序在监听，请停掉它或设置 HOUQIN_MQTT。`,
    `Port taken: something already listens on ${host}:${port}; stop it or set HOUQIN_MQTT.`,
  );
}

const TODO = {
  full: {
    zh: '磁盘已满：请清理或扩大这个磁盘后再启动。',
    en: 'Its disk is full: free some space on it, or enlarge it, and start again.',
  },
  'read-only': {
    zh: '请检查权限，或以可写方式重新挂载后再启动。',
    en: 'Check its permissions or mount it writable, and start again.',
  },
  io: {
    zh: '请检查磁盘是否已满、只读或有错（dmesg），处理后再启动，或用 HOUQIN_DATA 换一个目录。',
    en: 'See whether its disk is full, read-only or failing (dmesg), mend that and start again, or set HOUQIN_DATA to another folder.',
  },
  damaged: {
    zh: '没有改动任何文件。请先把整个目录复制一份；然后恢复备份，或运行 houqin doctor --repair（损坏的文件会留在旁边，能读出的都保留）。',
    en: 'Nothing was changed. Copy the whole folder first; then restore a backup, or run houqin doctor --repair, which keeps the damaged file beside and saves what can be read.',
  },
  closed: { zh: '', en: '' },
} as const;
