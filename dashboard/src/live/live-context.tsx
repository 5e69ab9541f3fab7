import { createContext, type ReactNode, useEffect, useState } from 'react';
import type { Live } from './open-live.ts';

export const LiveContext = createContext<Live | undefined>(undefined);

/** Opens the live connection for all below it and closes it when it goes. `open` is called once. */
export function LiveProvider({ open, children }: { readonly open: () => Live; readonly children: ReactNode }) {
  const [live] = useState(open);
  useEffect(() => {
    live.client.start();
    return () => live.client.stop();
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
