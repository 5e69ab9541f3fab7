/** Names of devices and places as people read them: they end up in sentences, tables and notifications. */

/** Something to see, in one line, and nothing that cannot be shown or written. */
const DISPLAY_NAME = /^(?=.*[^\s\p{Cf}])[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u;

export function isDisplayName(name: string): boolean {
  return DISPLAY_NAME.test(name);
}
