/** Randomness without state: the same seed and the same keys give the same number, in whatever order they are asked. */

/** FNV-1a of a text, unsigned 32 bit. */
export function keyOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A number in [0, 1) that depends on all three keys (finaliser of mulberry32 over a mix of them). */
export function noise(seed: number, a: number, b = 0): number {
  let x =
    (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(a ^ 0x27d4eb2f, 0xc2b2ae35) + Math.imul(b, 0x6d2b79f5)) | 0;
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
}

/** mulberry32: a sequence, for the few places where draws follow one another (a faulty wire, a reconnect). */
export function drawFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
