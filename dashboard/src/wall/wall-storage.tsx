import type { StorageTrouble } from '#contract/http/health.ts';
import { storageText } from '../i18n/storage.text.ts';
import { useText } from '../i18n/use-text.ts';
import { storageWord } from '../live/storage-word.ts';
import { LiveDuration } from '../ui/live-age.tsx';

/** A red bar while the gateway cannot keep what it promises, also when somebody has acknowledged it; the banner says what to do. */
export function WallStorage({ troubles }: { readonly troubles: readonly StorageTrouble[] }) {
  const t = useText(storageText);
  return troubles.map(({ reason, since, folder, refuses }) => (
    <div key={reason} className="wall-broken" role="alert">
      {t[storageWord({ reason, refuses })]} · {folder} · <LiveDuration at={since} />
    </div>
  ));
}
