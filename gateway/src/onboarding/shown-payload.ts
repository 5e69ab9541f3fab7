import type { KeptPayload } from '#contract/http/onboarding.ts';
import { printable } from './read-message.ts';

const MAX_TEXT_BYTES = 4_096;
const MAX_HEX_BYTES = 512;

/**
 * A payload as a person can look at it: its text, or its bytes.
 * @param bytes length of the whole payload, of which `payload` may be the head
 */
export function shownPayload(payload: Uint8Array, at: number, bytes: number): KeptPayload {
  const text = printable(wholeCharacters(payload.subarray(0, MAX_TEXT_BYTES)));
  if (text !== undefined) return { at, bytes, text, hex: null, truncated: bytes > MAX_TEXT_BYTES };
  const head = payload.subarray(0, MAX_HEX_BYTES);
  const hex = [...head].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return { at, bytes, text: null, hex, truncated: bytes > MAX_HEX_BYTES };
}

/** A cut inside a Chinese character would make the whole text unreadable. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back < bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
