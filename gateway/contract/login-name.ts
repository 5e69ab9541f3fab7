/** What a login may be called and under which topics it may be let. Plain values, no validator: the pages check with them as one types. */
import { utf8Bytes } from './utf8.ts';

const NAME_BYTES = 128;
const PREFIX_CHARS = 128;

/** Any text that can be printed and typed: no control characters, no space in front or behind. */
export const LOGIN_NAME_PATTERN = /^(?!\s)[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+(?<!\s)$/u;

/** What a client without a login is called: no login has this name. */
export const NO_LOGIN = 'anonymous';

export function fitsLoginName(name: string): boolean {
  return utf8Bytes(name).length <= NAME_BYTES;
}

/** Without wildcards; of topics that begin with `$` only those of Huawei IoTDA. */
export const CREDENTIAL_PREFIX_PATTERN = /^(?:\$oc\/|[^+#$\p{Cc}\p{Zl}\p{Zp}\p{Cs}])[^+#\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u;

export function isLoginName(name: string): boolean {
  return LOGIN_NAME_PATTERN.test(name) && fitsLoginName(name) && name !== NO_LOGIN;
}

export function isCredentialPrefix(prefix: string): boolean {
  return prefix.length <= PREFIX_CHARS && CREDENTIAL_PREFIX_PATTERN.test(prefix);
}
