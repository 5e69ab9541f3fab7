/** argon2id with the OWASP figures (m = 19 MiB, t = 2, p = 1); at most two at a time, so that a flood of sign-ins stalls nobody. */
import { hash, verify } from '@node-rs/argon2';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = 2;

/** Hash that an unknown account is checked against: the answer takes as long as for a known one. Made on first use. */
let decoy: Promise<string> | undefined;

let running = 0;
const waiting: (() => void)[] = [];

async function withSlot<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** PHC string of a password. */
export function hashPassword(password: string): Promise<string> {
  return withSlot(() => hash(password, COST));
}

/** Takes equally long whether the account exists (`stored`) or not (undefined → false). */
export async function checkPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const against = stored ?? (await decoy);
  const matches = await withSlot(() => verify(against, password));
  return matches && stored !== undefined;
}
