import { useCallback, useEffect, useState } from 'react';
import type { Api } from '../api/endpoints.ts';

/** How one acknowledgement goes; `error` undefined: it is on its way. */
export interface Acking {
  readonly id: string;
  readonly error?: unknown;
}

const REFUSAL_MS = 15_000;

/** Acknowledges incidents, one at a time. */
export function useAck(api: Api): { readonly acking: Acking | undefined; acknowledge(id: string): void } {
  const [acking, setAcking] = useState<Acking | undefined>(undefined);
  const error = acking?.error;
  // A refusal is news for a moment: the wall must not go on saying what may be over by now.
  useEffect(() => {
    if (error === undefined) return;
    const timer = setTimeout(() => setAcking(undefined), REFUSAL_MS);
    return () => clearTimeout(timer);
  }, [error]);
  const acknowledge = useCallback(
    (id: string): void => {
      setAcking({ id });
      api.actOnIncident(id, 'ack').catch((refusal: unknown) => setAcking({ id, error: refusal }));
    },
    [api],
  );
  return { acking, acknowledge };
}
