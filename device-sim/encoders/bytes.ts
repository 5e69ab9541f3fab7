/** Numbers and sums as serial meters write them. */

/**
 * Binary coded decimal, low byte first.
 * @param value not negative, in units of the last digit; digits that do not fit are lost, as on a counter that rolled over
 */
export function bcdLow(value: number, bytes: number): Buffer {
  const digits = String(Math.round(value))
    .padStart(bytes * 2, '0')
    .slice(-bytes * 2);
  return Buffer.from(digits, 'hex').reverse();
}

/** Digits of an address, low byte first. */
export function addressLow(address: string, bytes: number): Buffer {
  const digits = address
    .replace(/[^0-9A-Fa-f]/g, '')
    .padStart(bytes * 2, '0')
    .slice(-bytes * 2);
  return Buffer.from(digits, 'hex').reverse();
}

/** Sum of all bytes modulo 256. */
export function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

/** With the check sum and the end mark 16H that DL/T 645, CJ/T 188 and M-Bus share. */
export function closed(head: readonly Uint8Array[], summedFrom = 0): Buffer {
  const frame = Buffer.concat(head);
  return Buffer.concat([frame, Buffer.of(sumOf(frame.subarray(summedFrom)), 0x16)]);
}

/** Hex digits as bytes, low byte first, as identifiers travel. */
export function hexLow(hex: string): Buffer {
  return Buffer.from(hex, 'hex').reverse();
}
