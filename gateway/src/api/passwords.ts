/** argon2id with the OWASP figures (m = 19 MiB, t = 2, p = 1); at most two at a time, in fair turns (fair-queue.ts). */
import { hash, verify } from '@node-rs/argon2';
import { createFairQueue, type Lane, type Turn } from './fair-queue.ts';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** A lane takes about a second to work off; an address behind which a whole school signs in needs no more. */
const QUEUE = createFairQueue({ atOnce: 2, perLane: 64, waiting: 512 });
const ADMINISTRATION: Lane = { key: 'administration', known: true };

/** Hash that an unknown account is checked against: the answer takes as long as for a known one. */
let decoy: Promise<string> | undefined;

/** Makes the hash that unknown accounts are checked against, so that the first of them is answered no later than others. */
export function preparePasswords(): Promise<string> {
  decoy ??= hash('no account has this password', COST);
  return decoy;
}

/** PHC string of a password; for those who may set one. @throws when very many are being made at once. */
export async function hashPassword(password: string): Promise<string> {
  const turn = await QUEUE.run(ADMINISTRATION, () => hash(password, COST));
  if (!turn.ok) throw new Error('too many passwords are being set at once');
  return turn.value;
}

/** Takes equally long whether the account exists (`stored`) or not (undefined → false). `busy`: it was not looked at. */
export async function checkPassword(stored: string | undefined, password: string, lane: Lane): Promise<Turn<boolean>> {
  const against = stored ?? (await preparePasswords());
  const turn = await QUEUE.run(lane, () => verify(against, password));
  return turn.ok ? { ok: true, value: turn.value && stored !== undefined } : turn;
}
