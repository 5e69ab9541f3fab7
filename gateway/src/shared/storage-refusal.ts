/** Why something that people do is not done: the disk does not take it. */
import type { StorageTrouble } from '#contract/http/health.ts';
import { errorCode, noSpaceLeft, notWritable } from './error-code.ts';

export interface StorageRefusal {
  readonly ok: false;
  /** 507: no room. 503: anything else that may pass. */
  readonly status: 503 | 507;
  readonly zh: string;
  readonly en: string;
}

/** @param trouble why nothing is taken now */
export function storageRefusal(trouble: Pick<StorageTrouble, 'reason' | 'sentence'>): StorageRefusal {
  const { zh, en } = trouble.sentence;
  return { ok: false, status: trouble.reason === 'full' ? 507 : 503, zh: `没有保存。${zh}`, en: `Not saved. ${en}` };
}

/**
 * What a failed write means for the person who asked for it.
 * @param folder on the disk that was written to, for an error that does not name a path
 * @returns undefined for an error that says nothing about the disk
 */
export function refusalOfError(error: unknown, folder: string): StorageRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = errorCode(error);
  const at = 'path' in error && typeof error.path === 'string' ? error.path : folder;
  // The store's own error class belongs to another room; its name is what counts here.
  const isStore = error.name === 'StoreError';
  if (noSpaceLeft(code) || (isStore && code === 'full')) {
    const zh = `没有保存：${at} 所在的磁盘已满。请清理或扩大这个磁盘后再试。`;
    return {
      ok: false,
      status: 507,
      zh,
      en: `Not saved: the disk of ${at} is full. Free some space on it, then try again.`,
    };
  }
  if (!isStore && !notWritable(code) && code !== 'EIO') return undefined;
  return {
    ok: false,
    status: 503,
    zh: `没有保存：磁盘写不进 ${at}（${error.message}）。请检查磁盘是否只读或有错，重新以可写方式挂载后再试。`,
    en: `Not saved: the disk takes nothing at ${at} (${error.message}). See whether it is read-only or failing, mount it writable, then try again.`,
  };
}
