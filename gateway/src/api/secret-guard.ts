/**
 * Guessing at session and API tokens. They cannot be guessed, but each guess costs a look into the records: an address
 * with many wrong ones waits, each time twice as long. Secrets that were right before are looked up whatever it does.
 */
import { createFailureLimit } from './failure-limit.ts';

/** A look-up is cheap; and behind one router many browsers may come back with sessions that ended over night. */
const WRONG_PER_MINUTE = 600;
const MAX_WAIT_MS = 15 * 60_000;
const MAX_ADDRESSES = 2_000;
/** Hashes of secrets remembered as right, those used last. */
const MAX_RIGHT = 10_000;

export interface SecretGuard {
  /**
   * Books a look-up as wrong before it is made. @param hash of the secret
   * @returns what to tell the outcome; undefined when the address has to wait: then the secret is not looked up.
   */
  begin(hash: string, address: string, at: number): { right(): void; wrong(): void } | undefined;
  /** ms until the address may have unknown secrets looked up again; 0 when it may now. */
  waitMs(address: string, at: number): number;
  /** These are right, as far as the records say: read at the start. */
  recall(hashes: readonly string[]): void;
}

export function createSecretGuard(): SecretGuard {
  const wrong = createFailureLimit({
    perMinute: WRONG_PER_MINUTE,
    maxWaitMs: MAX_WAIT_MS,
    addresses: MAX_ADDRESSES,
  });
  const right = new Set<string>();
  const remember = (hash: string): void => {
    right.delete(hash);
    right.add(hash);
    const [oldest] = right;
    if (right.size > MAX_RIGHT && oldest !== undefined) right.delete(oldest);
  };
  return {
    begin: (hash, address, at) => {
      const isKnown = right.has(hash);
      if (!isKnown && wrong.waitMs(address, at) > 0) return undefined;
      const takeBack = isKnown ? undefined : wrong.book(address, at);
      return {
        right: () => {
          takeBack?.();
          remember(hash);
        },
        // It was right and has ended: from its next use on it is as any other.
        wrong: () => void right.delete(hash),
      };
    },
    waitMs: wrong.waitMs,
    recall: (hashes) => {
      for (const hash of hashes) remember(hash);
    },
  };
}
