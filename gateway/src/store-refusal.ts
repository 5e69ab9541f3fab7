/** Why the data folder cannot be opened, and what to do about it. */
import { EXIT_CANNOT_START, StartRefusal } from './shared/start-refusal.ts';
import type { StoreError } from './store/reading-store.ts';

export function storeRefusal({ code, message }: StoreError, dataDir: string): StartRefusal {
  if (code !== 'damaged') {
    return new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录打不开：${message}`,
      `The data folder cannot be opened: ${message}`,
    );
  }
  return new StartRefusal(
    EXIT_CANNOT_START,
    `数据文件损坏（${dataDir}）：${message}。没有改动任何文件。请先把整个目录复制一份；然后恢复备份，或运行 houqin doctor --repair（损坏的文件会留在旁边，能读出的都保留）。`,
    `A data file in ${dataDir} is damaged: ${message}. Nothing was changed. Copy the whole folder first; then restore a ` +
      'backup, or run houqin doctor --repair, which keeps the damaged file beside and saves what can be read.',
  );
}
