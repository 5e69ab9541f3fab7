/** The one-time key to `/setup`: printed at the start, good for 30 minutes, gone with the first administrator. */
import type { Clock } from '../shared/clock.ts';
import { fail } from './reply.ts';
import { newSecret, sameSecret } from './secret.ts';

/** Answer to everything else while no administrator exists. */
export const SETUP_NEEDED = fail(
  401,
  'setup-needed',
  '尚未设置管理员：请打开终端里打印的设置链接。',
  'No administrator exists yet: open the set-up link that the gateway printed.',
);

const LIFE_MS = 30 * 60_000;

export interface SetupToken {
  readonly token: string;
  /** Monotonic deadline: setting the clock back does not revive the link. */
  check(given: string): 'ok' | 'wrong' | 'expired';
}

export function createSetupToken(clock: Clock): SetupToken {
  const token = newSecret('hu');
  const end = clock.monotonic() + LIFE_MS;
  return {
    token,
    check: (given) => {
      if (!sameSecret(given, token)) return 'wrong';
      return clock.monotonic() < end ? 'ok' : 'expired';
    },
  };
}
