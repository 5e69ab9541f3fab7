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
  return { kind, username, prefixes: [...new Set([...prefixLines(shownPrefixes(draft)), ...optional])] };
}

/** One a line. */
export function prefixLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

export type LoginProblem = 'nameBad' | 'prefixBad' | 'deviceMissing';

export function problemOf({ kind, username, prefixes }: CredentialCreate): LoginProblem | undefined {
  if (kind === 'device') return username === '' ? 'deviceMissing' : undefined;
  if (!isLoginName(username)) return 'nameBad';
  return prefixes.length > 0 && prefixes.every(isCredentialPrefix) ? undefined : 'prefixBad';
}

/** The product whose lines fit a login there is: the one of that name, else the first with the same prefixes. */
export function ecosystemFor(login: Pick<Credential, 'username' | 'kind' | 'prefixes'>): Ecosystem | undefined {
  const fits = ecosystemsFor(login);
  return fits.find((one) => one.login === login.username) ?? fits[0];
}

/** Products that may use the login: all they need lies under its prefixes. */
export function ecosystemsFor({
  kind,
  prefixes,
}: Pick<Credential, 'username' | 'kind' | 'prefixes'>): readonly Ecosystem[] {
  if (kind === 'device') return ECOSYSTEMS.filter((one) => one.kind === 'device');
  const isFree = (prefix: string): boolean => prefix.includes('<');
  return ECOSYSTEMS.filter(
    (one) =>
      one.kind !== 'device' &&
      !one.prefixes.every(isFree) &&
      one.prefixes.every((prefix) => isFree(prefix) || prefixes.some((own) => prefix.startsWith(own))),
  );
}

/** Products whose messages are of the profile, a device's own login first. */
export function ecosystemsOf(profile: string): readonly Ecosystem[] {
  return ECOSYSTEMS.filter(({ profiles }) => profiles.includes(profile));
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
