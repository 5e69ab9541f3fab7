import { expect, test } from 'vitest';
import { type StorageFacts, storageSentence } from '../../src/storage-sentence.ts';

const full: Omit<StorageFacts, 'freeMiB'> = {
  ...{ reason: 'full', folder: '/data', detail: '', minFreeMiB: 16 },
  refuses: ['readings', 'records'],
};

test('a full disk is never said to have more free than it needs', () => {
  expect(storageSentence({ ...full, freeMiB: 3 }).zh).toContain('/data 剩余 3 MiB，至少要 16 MiB');
  for (const freeMiB of [16, 94]) {
    const { zh, en } = storageSentence({ ...full, freeMiB });
    expect(zh).toContain('/data 至少要剩余 16 MiB');
    expect(en).toContain('/data needs free 16 MiB');
    expect(zh + en).not.toContain(String(94));
  }
});
