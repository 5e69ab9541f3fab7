/** Bytes written and read in order, with integers of any size as varints (7 bits a byte, low bits first). */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export interface ByteSink {
  u8(n: number): void;
  /** 0 ≤ n ≤ 2^53. */
  uvarint(n: number): void;
  /** |n| ≤ 2^52, zigzag: small negative numbers stay short. */
  svarint(n: number): void;
  bytes(more: Uint8Array): void;
  taken(): Uint8Array;
}

export interface ByteSource {
  u8(): number;
  uvarint(): number;
  svarint(): number;
  bytes(length: number): Uint8Array;
  /** Bytes not read yet. */
  left(): number;
}

export function byteSink(capacity = 1024): ByteSink {
  let buffer = new Uint8Array(capacity);
  let at = 0;
  const room = (more: number): void => {
    if (at + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(2 * buffer.length, at + more));
    grown.set(buffer.subarray(0, at));
    buffer = grown;
  };
  const uvarint = (n: number): void => {
    room(8);
    let rest = n;
    // Shifts work on 32 bits only; what is larger is divided.
    while (rest >= 0x1000_0000) {
      buffer[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
  };
  return {
    uvarint,
    svarint: (n) => uvarint(n < 0 ? -2 * n - 1 : 2 * n),
    u8(n) {
      room(1);
      buffer[at++] = n;
    },
    bytes(more) {
      room(more.length);
      buffer.set(more, at);
      at += more.length;
    },
    taken: () => buffer.subarray(0, at),
  };
}

export function byteSource(buffer: Uint8Array): ByteSource {
  let at = 0;
  const u8 = (): number => {
    const byte = buffer[at++];
    if (byte === undefined) throw new RangeError('a stored blob ends too early');
    return byte;
  };
  const uvarint = (): number => {
    let byte = u8();
    let n = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = u8();
      n += (byte & 0x7f) * scale;
    }
    return n;
  };
  return {
    u8,
    uvarint,
    svarint() {
      const n = uvarint();
      return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
    },
    bytes(length) {
      at += length;
      if (at > buffer.length) throw new RangeError('a stored blob ends too early');
      return buffer.subarray(at - length, at);
    },
    left: () => buffer.length - at,
  };
}

const PLAIN = 0;
const DEFLATED = 1;
const MIN_DEFLATE = 48;

/** First byte says how the rest is packed: deflate reads twice as fast as zstd on a kilobyte and is no larger there. */
export function packed(bytes: Uint8Array): Uint8Array {
  const deflated = bytes.length < MIN_DEFLATE ? undefined : deflateRawSync(bytes, { level: 4 });
  const body = deflated !== undefined && deflated.length < 0.95 * bytes.length ? deflated : bytes;
  const blob = new Uint8Array(body.length + 1);
  blob[0] = body === bytes ? PLAIN : DEFLATED;
  blob.set(body, 1);
  return blob;
}

export function unpacked(blob: Uint8Array): Uint8Array {
  const body = blob.subarray(1);
  return blob[0] === DEFLATED ? inflateRawSync(body) : body;
}
