/**
 * Secrets of devices, bridges and integrations. They are random (192 bits), so one salted SHA-256 is enough: there is
 * nothing to guess, and 500 devices reconnecting at once cost milliseconds. Passwords of people go through argon2id.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SCHEME = 'sha256';

/** A new secret: 192 random bits, base64url, 32 characters; one that begins with a hyphen would be an option to many programs. */
export function newToken(): string {
  const token = randomBytes(24).toString('base64url');
  return token.startsWith('-') ? newToken() : token;
}

/** @returns `sha256:<salt>:<digest>`, both base64url: what `tokenHash` in devices.yaml holds. */
export function hashToken(secret: string, salt: Buffer = randomBytes(16)): string {
  return `${SCHEME}:${salt.toString('base64url')}:${digest(salt, Buffer.from(secret)).toString('base64url')}`;
}

/** Compares in constant time. A hash of unknown form matches nothing. */
export function verifyToken(secret: string | Buffer, hash: string): boolean {
  const [scheme, salt, expected, ...rest] = hash.split(':');
  if (scheme !== SCHEME || salt === undefined || expected === undefined || rest.length > 0) return false;
  const want = Buffer.from(expected, 'base64url');
  const got = digest(Buffer.from(salt, 'base64url'), typeof secret === 'string' ? Buffer.from(secret) : secret);
  return want.length === got.length && timingSafeEqual(want, got);
}

function digest(salt: Buffer, secret: Buffer): Buffer {
  return createHash('sha256').update(salt).update(secret).digest();
}
