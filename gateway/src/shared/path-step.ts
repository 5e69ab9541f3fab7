/** A key as a step of a path, the way paths of profiles are read: whatever the key, also the empty one. */
export function stepOf(key: string): string {
  if (key !== '' && !/[.[\]{}"]/.test(key)) return key;
  return `["${key.replaceAll(/["\\]/g, String.raw`\$&`)}"]`;
}
