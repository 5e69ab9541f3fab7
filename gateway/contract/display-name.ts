/** Names of devices and places as people read them: they end up in sentences, tables and notifications. */

/** Something to see, in one line, and nothing that cannot be shown or written, or that turns the text around it. */
const DISPLAY_NAME = /^(?=.*[^\s\p{Cf}])[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]+$/u;

/** What a name of a device, place or rule has at most, in UTF-16 units. */
export const MAX_NAME = 128;

export function isDisplayName(name: string): boolean {
  return DISPLAY_NAME.test(name);
}
