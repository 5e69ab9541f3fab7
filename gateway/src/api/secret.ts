/** Random secrets and how they are kept: only ever as a hash. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, URL-safe, with a prefix that says what it opens (`hs` session, `ht` API token, `hc` cli, `hu` set-up). */
export function newSecret(prefix: 'hs' | 'ht' | 'hc' | 'hu'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256, hex. Enough for 256 random bits; passwords go through argon2id (passwords.ts). */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Constant-time comparison of two secrets of any length. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
