/** What the gateway knows while its disk is full. */
import type { StorageTrouble } from '#contract/http/health.ts';

export const fullDisk = (since: number): StorageTrouble => ({
  ...{ reason: 'full', since, folder: '/data', freeMiB: 0, refuses: ['readings'] },
  sentence: { zh: '磁盘已满：/data', en: 'The disk is full: /data' },
});
