/** Tells open sockets that a sign-in ended: logout, changed role or password, disabled user, removed token. */

export type Revocation = { readonly credential: string } | { readonly userId: string };

export interface Revocations {
  revoke(revocation: Revocation): void;
  /** Returns the unsubscribe. */
  listen(listener: (revocation: Revocation) => void): () => void;
}

export function createRevocations(): Revocations {
  const listeners = new Set<(revocation: Revocation) => void>();
  return {
    revoke: (revocation) => {
      for (const listener of listeners) listener(revocation);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
