import { useEffect, useState } from 'react';

/** Keeps the screen on while the page is seen. Returns whether it holds: over plain http browsers do not offer it. */
export function useWakeLock(): boolean {
  const [holds, setHolds] = useState(false);
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isGone = false;
    const ask = async (): Promise<void> => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      try {
        const got = await navigator.wakeLock.request('screen');
        if (isGone) return void (await got.release());
        lock = got;
        setHolds(true);
        got.addEventListener('release', () => setHolds(false));
      } catch {
        // Low battery, or forbidden: the page says that the screen may go dark.
        setHolds(false);
      }
    };
    const look = (): void => void ask();
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      isGone = true;
      document.removeEventListener('visibilitychange', look);
      lock?.release().catch(() => undefined);
    };
  }, []);
  return holds;
}
