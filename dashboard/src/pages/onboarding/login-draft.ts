import { type Ecosystem, prefixesOf } from '#contract/ecosystems/ecosystem.ts';
import { ECOSYSTEMS } from '#contract/ecosystems/ecosystems.ts';
import type { CredentialKind } from '#contract/enums.ts';
import type { Credential, CredentialCreate, MqttDoor } from '#contract/http/credentials.ts';
import { isCredentialPrefix, isLoginName } from '#contract/login-name.ts';

/** What was typed; undefined: as the table proposes. */
export interface LoginDraft {
  readonly ecosystem: Ecosystem;
  readonly username: string | undefined;
  /** Answer to the ecosystem's parameter. */
  readonly answer: string;
  /** One a line. */
  readonly prefixes: string | undefined;
  readonly optional: ReadonlySet<string>;
  readonly kind: CredentialKind | undefined;
}

export function newDraft(ecosystem: Ecosystem): LoginDraft {
  return { ecosystem, username: undefined, answer: '', prefixes: undefined, optional: new Set(), kind: undefined };
}

/** The text of the field of prefixes. */
export function shownPrefixes({ ecosystem, prefixes, answer }: LoginDraft): string {
  return prefixes ?? prefixesOf(ecosystem, answer).join('\n');
}

export function loginOf(draft: LoginDraft): CredentialCreate {
  const { ecosystem, username = ecosystem.login, optional, kind = ecosystem.kind } = draft;
  if (ecosystem.kind === 'device') return { kind: 'device', username, prefixes: [] };
  const lines = shownPrefixes(draft)
    .split('\n')
    .map((line) => line.trim());
  return { kind, username, prefixes: [...new Set([...lines.filter((line) => line !== ''), ...optional])] };
}

export type LoginProblem = 'nameBad' | 'prefixBad' | 'deviceMissing';

export function problemOf({ kind, username, prefixes }: CredentialCreate): LoginProblem | undefined {
  if (kind === 'device') return username === '' ? 'deviceMissing' : undefined;
  if (!isLoginName(username)) return 'nameBad';
  return prefixes.length > 0 && prefixes.every(isCredentialPrefix) ? undefined : 'prefixBad';
}

/** The product whose lines fit a login there is: the one of that name, else the first with the same prefixes. */
export function ecosystemFor({ kind, username, prefixes }: Omit<Credential, 'sessions'>): Ecosystem | undefined {
  if (kind === 'device') return ECOSYSTEMS.find((one) => one.kind === 'device');
  const fits = ECOSYSTEMS.filter(
    (one) => one.kind !== 'device' && one.prefixes.every((prefix) => prefixes.includes(prefix)),
  );
  return fits.find(({ login }) => login === username) ?? fits[0];
}

const OWN = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/**
 * Addresses under which devices reach the gateway, the likeliest first: the one this browser uses, unless it sits on the
 * gateway itself.
 * @param hostname of the page
 */
export function hostsOf({ addresses, loopbackOnly }: MqttDoor, hostname: string): readonly string[] {
  const own = hostname.replace(/^\[(.*)\]$/, '$1');
  const found = OWN.test(hostname) ? [...addresses, own] : [own, ...addresses];
  return loopbackOnly ? [own] : [...new Set(found)];
}
