/** Walks over the packets in a stream of chunks without parsing more than their fixed headers. */
import type { Admission } from './admission-policy.ts';
import { type FixedHeader, fixedHeader } from './fixed-header.ts';

export interface PacketWalker {
  /** Adds what was read. */
  keep(chunk: Buffer): void;
  /** Walks on until a packet may not pass or nothing is left. `pass`: all was dealt with. */
  walk(): Admission;
}

const DONE: Admission = { kind: 'pass' };

/**
 * @param admit asked once for each packet, at its header
 * @param forward gets what was admitted, neighbouring packets in one piece, a long packet in several
 */
export function createPacketWalker(
  admit: (header: FixedHeader) => Admission,
  forward: (part: Buffer) => void,
): PacketWalker {
  let backlog: Buffer | undefined;
  let bodyLeft = 0;
  let dropping = false;

  const forwardPart = (chunk: Buffer, from: number, to: number): void => {
    if (to > from) forward(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
  };

  return {
    keep(chunk) {
      backlog = backlog ? Buffer.concat([backlog, chunk]) : chunk;
    },
    walk() {
      if (!backlog) return DONE;
      const chunk = backlog;
      backlog = undefined;
      let from = 0;
      let at = 0;
      while (at < chunk.length) {
        if (bodyLeft === 0) {
          const header = fixedHeader(chunk, at);
          const admission: Admission = typeof header === 'string' ? broken(header) : admit(header);
          if (admission.kind === 'wait' || admission.kind === 'close' || typeof header === 'string') {
            forwardPart(chunk, from, at);
            backlog = chunk.subarray(at);
            return admission;
          }
          dropping = admission.kind === 'drop';
          if (dropping) forwardPart(chunk, from, at);
          bodyLeft = header.headerBytes + header.bodyBytes;
        }
        const step = Math.min(bodyLeft, chunk.length - at);
        at += step;
        bodyLeft -= step;
        if (dropping) from = at;
      }
      forwardPart(chunk, from, at);
      return DONE;
    },
  };
}

/** A header cut in two by the network waits for its other half in the backlog. */
function broken(header: 'incomplete' | 'malformed'): Admission {
  return header === 'incomplete'
    ? DONE
    : { kind: 'close', reason: 'malformed', detail: 'the length of a packet takes more than four bytes' };
}
