import { expect, test } from 'vitest';
import { hashToken, newToken, verifyToken } from '../../src/shared/token-hash.ts';

test('a new token is 192 random bits, and matches its hash only', () => {
  const token = newToken();
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(newToken()).not.toBe(token);
  const hash = hashToken(token);
  expect(hash).toMatch(/^sha256:[\w-]{22}:[\w-]{43}$/);
  expect(hash).not.toContain(token);
  expect(verifyToken(token, hash)).toBe(true);
  expect(verifyToken(Buffer.from(token), hash)).toBe(true);
  expect(verifyToken(`${token}x`, hash)).toBe(false);
  expect(verifyToken('', hash)).toBe(false);
});

test('the salt makes two hashes of a token differ; the form is fixed', () => {
  expect(hashToken('a')).not.toBe(hashToken('a'));
  // Computed with Python's hashlib.
  expect(hashToken('a', Buffer.alloc(16))).toBe(
    'sha256:AAAAAAAAAAAAAAAAAAAAAA:nGvVzAWsvny0q3EWUWj_PYw437KR-Au30Nf0gRa_iJE',
  );
});

test.each(['', 'sha256', 'sha256:', 'sha256::', 'sha256:AAAA:', 'md5:AAAA:AAAA', 'sha256:a:b:c', 'sha256:AAAA:AAAA'])(
  'a hash of unknown form matches nothing: "%s"',
  (hash) => {
    expect(verifyToken('', hash)).toBe(false);
    expect(verifyToken('a', hash)).toBe(false);
  },
);
