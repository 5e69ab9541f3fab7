/** Finds Modbus answers among what a line brings: pieces, several at once, echoes of requests, noise in between. */
import { answerAt, hasRightSum, MAX_FRAME, parseRequest, REQUEST_BYTES } from './modbus-frame.ts';

export interface Scan {
  /** Whole answers with a right checksum. */
  readonly frames: readonly Buffer[];
  /** Where an awaited answer begins that is not all there. */
  readonly keptFrom: number | undefined;
  /** An awaited answer with a wrong checksum; `swapped`: its two bytes are the wrong way round. */
  readonly damage: 'none' | 'checksum' | 'swapped';
  readonly echoes: number;
  /** Bytes that are nothing known. */
  readonly noise: number;
}

export interface Awaited {
  /** Is such an answer awaited? `bytes` undefined: any number of them, or not known yet. */
  isAwaited(unit: number, code: number, bytes: number | undefined): boolean;
  /** The request that is open; a DTU may send it back. */
  readonly request: Buffer | undefined;
}

/**
 * Behind noise only what is awaited is believed: two bytes of checksum alone would find an answer in every 65,536th place.
 * A false start says nothing about how long it lasts, so a whole answer behind it counts. Linear: an answer is short.
 */
export function scanAnswers(bytes: Buffer, awaited: Awaited): Scan {
  const frames: Buffer[] = [];
  let keptFrom: number | undefined;
  let damage: Scan['damage'] = 'none';
  let echoes = 0;
  let noise = 0;
  for (let at = 0; at < bytes.length; ) {
    const echo = echoAt(bytes, at, awaited.request, noise === 0);
    const answer = echo > 0 ? undefined : answerAt(bytes, at);
    const isAwaited = answer !== undefined && awaits(bytes, at, awaited);
    if (echo > 0) {
      echoes += 1;
      at += echo;
    } else if (answer?.isSound === true && (isAwaited || noise === 0)) {
      frames.push(bytes.subarray(at, at + answer.length));
      keptFrom = undefined;
      at += answer.length;
    } else {
      if (isPartOf(bytes, at, awaited.request) || (answer?.isWanting === true && isAwaited)) keptFrom ??= at;
      else if (answer?.isWanting === false && isAwaited && damage === 'none')
        damage = hasRightSum(bytes.subarray(at, at + answer.length), true) ? 'swapped' : 'checksum';
      noise += keptFrom === undefined ? 1 : 0;
      at += 1;
    }
  }
  if (keptFrom !== undefined && bytes.length - keptFrom >= MAX_FRAME) keptFrom = undefined;
  return { frames, keptFrom, damage, echoes, noise };
}

function awaits(bytes: Buffer, at: number, { isAwaited }: Awaited): boolean {
  const [unit, code = 0, count] = [bytes[at] ?? 0, bytes[at + 1], bytes[at + 2]];
  if (bytes.length === at + 1) return isAwaited(unit, 0, undefined);
  return code > 0x80 ? isAwaited(unit, code & 0x7f, undefined) : isAwaited(unit, code, count);
}

/** @returns length of a request that stands there: the open one, or at a clean place any that reads */
function echoAt(bytes: Buffer, at: number, request: Buffer | undefined, isClean: boolean): number {
  if (request !== undefined && bytes.subarray(at, at + request.length).equals(request)) return request.length;
  const frame = bytes.subarray(at, at + REQUEST_BYTES);
  // 03 as the register's high byte makes an answer with three bytes of coils of it, if that has a right sum too.
  return isClean && parseRequest(frame) !== undefined && answerAt(frame, 0)?.isSound !== true ? REQUEST_BYTES : 0;
}

function isPartOf(bytes: Buffer, at: number, request: Buffer | undefined): boolean {
  const rest = bytes.subarray(at);
  return request !== undefined && rest.length < request.length && request.subarray(0, rest.length).equals(rest);
}
