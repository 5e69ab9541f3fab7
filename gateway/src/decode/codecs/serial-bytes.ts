/** Bytes as meters on a serial line write them: lowest byte first, digits packed two to a byte. */

/** Sum of bytes modulo 256: the check byte of DL/T 645, CJ/T 188 and M-Bus alike. */
export function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum & 0xff;
}

/** The digits of bytes that arrive lowest first, as printed on the meter: `12 34 00` is `003412`. */
export function printed(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex').toUpperCase();
}

/**
 * The reverse of `printed`, filled up with zeros on the left.
 * @returns undefined where the text is no hexadecimal number of at most that many bytes
 */
export function fromPrinted(text: string, bytes: number): Buffer | undefined {
  if (!/^[0-9A-Fa-f]+$/.test(text) || text.length > bytes * 2) return undefined;
  return Buffer.from(text.padStart(bytes * 2, '0'), 'hex').reverse();
}

/**
 * Packed digits, lowest byte first.
 * @returns null where every digit is F: the meter does not know; a text for what is no number
 */
export function packedDigits(bytes: Uint8Array, decimals: number): number | string | null {
  const digits = printed(bytes);
  if (/^F+$/.test(digits)) return null;
  return /^\d+$/.test(digits) ? Number(digits) / 10 ** decimals : `not BCD: ${digits}`;
}
