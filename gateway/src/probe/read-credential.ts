/** Passwords for probes: never in a config file, only in HOUQIN_PROBE_<NAME>, or in the file that …_FILE names. */
import { readFileSync } from 'node:fs';
import type { Text } from '#contract/enums.ts';
import type { ProbeCredential } from './http-login.ts';

export type CredentialRead =
  | { readonly ok: true; readonly credential: ProbeCredential }
  | { readonly ok: false; readonly why: Text };

type Source = Readonly<Record<string, string | undefined>>;

/** @param source the environment */
export function readCredential(name: string, source: Source): CredentialRead {
  const variable = `HOUQIN_PROBE_${name}`;
  const found = readSecret(variable, source);
  if (!found.ok) return found;
  const cut = found.secret.indexOf(':');
  if (cut < 1 || /\p{Cc}/u.test(found.secret)) return { ok: false, why: notSet(variable) };
  return { ok: true, credential: { user: found.secret.slice(0, cut), password: found.secret.slice(cut + 1) } };
}

export type SecretRead = { readonly ok: true; readonly secret: string } | { readonly ok: false; readonly why: Text };

/** A variable, or the file that `<variable>_FILE` names. */
export function readSecret(variable: string, source: Source): SecretRead {
  const file = source[`${variable}_FILE`];
  if (file === undefined) {
    const secret = source[variable] ?? '';
    return secret === '' ? { ok: false, why: notSet(variable) } : { ok: true, secret };
  }
  try {
    return { ok: true, secret: readFileSync(file, 'utf8').trim() };
  } catch {
    const zh = `读不到 ${variable}_FILE 所指的文件 ${file}`;
    return { ok: false, why: { zh, en: `the file ${file} named by ${variable}_FILE cannot be read` } };
  }
}

function notSet(variable: string): Text {
  return {
    zh: `环境变量 ${variable} 没有设置，或不是“用户名:密码”`,
    en: `the environment variable ${variable} is not set, or is not user:password`,
  };
}
