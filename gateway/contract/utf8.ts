/** The bytes of a text in UTF-8; half a surrogate pair becomes U+FFFD. By language means only: the contract knows no platform. */
export function utf8Bytes(text: string): readonly number[] {
  return [...encodeURIComponent(text.toWellFormed()).matchAll(/%([0-9A-F]{2})|[^%]/g)].map(([sign, hex]) =>
    hex === undefined ? sign.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}
