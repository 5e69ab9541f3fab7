/**
 * What arrives in pieces on serial lines behind transparent DTUs, put together again: frames that stick together, frames
 * cut in two by the DTU's timer, noise and false starts between them. One line per topic.
 */

/** The frames of one protocol. All of them start with 68 and end with a sum of bytes and 16. */
export interface FrameShape {
  /** The sum begins this many bytes after the start. */
  readonly sumFrom: number;
  /** Byte that wakes the meters before a frame. */
  readonly preamble?: number;
  /**
   * Length of the frame that starts at `at`: 0 when none can, undefined as long as too few bytes are there to tell. Looks
   * at no more than its header.
   */
  lengthAt(bytes: Buffer, at: number): number | undefined;
}

export interface LineRead {
  /** Whole frames with a right sum, in the order of arrival. */
  readonly frames: readonly Buffer[];
  /** The beginning of a frame has arrived, or a preamble. */
  readonly waiting: boolean;
  /** What looked like a whole frame had a wrong sum or no end. */
  readonly broken: boolean;
}

export interface LineInput {
  readonly topic: string;
  readonly payload: Buffer;
  /** Arrival, epoch ms. */
  readonly at: number;
}

interface Fragment {
  /** Shorter than the longest frame: it begins with a header whose frame is not all there. */
  readonly bytes: Buffer;
  readonly at: number;
}

const START = 0x68;
const END = 0x16;
/** Pieces of one frame follow each other within the pauses of the meter and the packet timer of the DTU. */
const FRAGMENT_MS = 2_000;
/** Lines with a fragment; beyond it the oldest is forgotten. */
const MAX_LINES = 4_096;

/** @returns a reader that remembers, per topic, the fragment of at most one frame */
export function createSerialLines(shape: FrameShape): (input: LineInput) => LineRead {
  const fragments = new Map<string, Fragment>();
  return ({ topic, payload, at }) => {
    const before = fragments.get(topic);
    const fresh = before !== undefined && Math.abs(at - before.at) <= FRAGMENT_MS;
    const bytes = fresh ? Buffer.concat([before.bytes, payload]) : payload;
    const { frames, kept, broken } = scan(bytes, shape);
    fragments.delete(topic);
    if (kept !== undefined) {
      fragments.set(topic, { bytes: Buffer.from(bytes.subarray(kept)), at });
      for (const oldest of fragments.keys()) {
        if (fragments.size <= MAX_LINES) break;
        fragments.delete(oldest);
      }
    }
    const awake = payload.length > 0 && payload.every((byte) => byte === shape.preamble);
    return { frames, waiting: kept !== undefined || awake, broken };
  };
}

interface Scan {
  readonly frames: readonly Buffer[];
  /** Where the first frame begins that is not all there. */
  readonly kept: number | undefined;
  readonly broken: boolean;
}

/**
 * Every start is tried, also those inside of what may become a frame: a false start says nothing about how long it lasts,
 * so a whole frame behind it counts, and the start before it was a false one. Linear: sums come from running sums.
 */
function scan(bytes: Buffer, shape: FrameShape): Scan {
  const sums = runningSums(bytes);
  const frames: Buffer[] = [];
  let kept: number | undefined;
  let broken = false;
  let next = 0;
  for (let at = bytes.indexOf(START); at >= 0; at = bytes.indexOf(START, next)) {
    next = at + 1;
    const length = shape.lengthAt(bytes, at);
    if (length === 0) continue;
    const end = length === undefined ? Number.POSITIVE_INFINITY : at + length;
    if (end > bytes.length) {
      kept ??= at;
      continue;
    }
    const sum = ((sums[end - 2] ?? 0) - (sums[at + shape.sumFrom] ?? 0)) & 0xff;
    if (bytes[end - 1] === END && bytes[end - 2] === sum) {
      frames.push(bytes.subarray(at, end));
      kept = undefined;
      next = end;
    } else if (kept === undefined) broken = true;
  }
  return { frames, kept, broken };
}

/** At n: the sum of the bytes before n, modulo 256. */
function runningSums(bytes: Buffer): Uint8Array {
  const sums = new Uint8Array(bytes.length + 1);
  let sum = 0;
  let n = 0;
  for (const byte of bytes) {
    sum = (sum + byte) & 0xff;
    n += 1;
    sums[n] = sum;
  }
  return sums;
}
