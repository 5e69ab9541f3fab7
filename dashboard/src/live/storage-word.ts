/** Which of the few words about the disk fit: while it takes everything but what the broker keeps, it is not "nothing new". */
import type { StorageTrouble } from '#contract/http/health.ts';
import type { storageText } from '../i18n/storage.text.ts';

export function storageWord({
  reason,
  refuses,
}: Pick<StorageTrouble, 'reason' | 'refuses'>): keyof typeof storageText.en {
  const isStopped = reason === 'full' || reason === 'read-only' || reason === 'failing';
  return isStopped && refuses.length > 0 && refuses.every((target) => target === 'retained') ? 'retained' : reason;
}
