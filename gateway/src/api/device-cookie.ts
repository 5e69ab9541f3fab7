/**
 * Known browsers. Whoever signs in gets a second, long-lived cookie that proves just this: somebody has signed in to this
 * account in this browser before. It opens nothing; it gives the browser a count of failures of its own, so that strangers
 * who guess at the account, even from the same address, do not lock its owner out. It dies with the password it was got by.
 * After https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import type { StoredUser } from './users.ts';

export const DEVICE_COOKIE_S = 180 * 86_400;
const FORM = /^hd_([\w-]{16})\.(\d{1,15})\.([\w-]{43})$/;

export interface DeviceCookies {
  /** Value of the cookie for a browser that has just signed in; `before` keeps its name. */
  issue(of: StoredUser, at: number, before?: string): Promise<string>;
  /** @returns the browser's name when the cookie proves an earlier sign-in to this account with the password it has now. */
  deviceOf(cookie: string | undefined, account: StoredUser | undefined, at: number): Promise<string | undefined>;
}

/** The key lies in the data folder as `device-key`; where it cannot be written, browsers are known until the next start. */
export function createDeviceCookies(dataDir: string): DeviceCookies {
  let key: Promise<Buffer> | undefined;
  const loadKey = (): Promise<Buffer> => {
    key ??= readOrMakeKey(join(dataDir, 'device-key'));
    return key;
  };
  const sealOf = async ({ user, passwordHash }: StoredUser, name: string, at: string): Promise<Buffer> =>
    createHmac('sha256', await loadKey())
      .update(JSON.stringify([user.id, passwordHash, name, at]))
      .digest();
  return {
    issue: async (of, at, before) => {
      const name = before ?? randomBytes(12).toString('base64url');
      return `hd_${name}.${at}.${(await sealOf(of, name, String(at))).toString('base64url')}`;
    },
    deviceOf: async (cookie, account, at) => {
      const [, name, since, seal] = FORM.exec(cookie ?? '') ?? [];
      if (account === undefined || name === undefined || since === undefined || seal === undefined) return undefined;
      if (at >= Number(since) + DEVICE_COOKIE_S * 1_000) return undefined;
      const given = Buffer.from(seal, 'base64url');
      const right = await sealOf(account, name, since);
      return given.length === right.length && timingSafeEqual(given, right) ? name : undefined;
    },
  };
}

async function readOrMakeKey(path: string): Promise<Buffer> {
  const fresh = randomBytes(32);
  try {
    const known = await readPrivateFile(path);
    if (known !== undefined && known !== '') return Buffer.from(known, 'base64url');
    await writePrivateFile(path, fresh.toString('base64url'));
  } catch {
    // A full or read-only disk must not keep people from signing in.
  }
  return fresh;
}
