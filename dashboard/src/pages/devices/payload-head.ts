import { hexRows } from '../../lib/hex-rows.ts';

/** The first bytes of a payload, as people read them. */
export interface PayloadHead {
  readonly text: string;
  readonly hex: string;
}

/** @param base64 as the gateway gives it; what is no base64 yields nothing */
export function payloadHead(base64: string): PayloadHead {
  const bytes = bytesOf(base64);
  // Control characters would draw nothing, or break the line: each becomes a sign of its own (U+2400…).
  const text = new TextDecoder().decode(bytes).replace(/[\p{Cc}]/gu, (sign) => controlPicture(sign.charCodeAt(0)));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { text, hex: hexRows(hex) };
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function controlPicture(code: number): string {
  if (code === 0x0a) return '\n';
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
