/** `known` of a profile: members of its messages that nobody needs to be told of. */

type Keys = readonly (string | number)[];

/**
 * @param known `a.b` for a member and all below it, from the place where the values of a device stand; `*.id` for every
 *   member of that name, however deep
 */
export function compileKnown(known: readonly string[]): (keys: Keys) => boolean {
  const anywhere = new Set(known.flatMap((text) => (text.startsWith('*.') ? [text.slice(2)] : [])));
  const paths = known.filter((text) => !text.startsWith('*.')).map((text) => text.split('.'));
  return (keys) =>
    keys.some((key) => anywhere.has(String(key))) ||
    paths.some((path) => path.length <= keys.length && path.every((step, n) => step === String(keys[n])));
}
