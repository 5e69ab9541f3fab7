/** A codec of meters that answer on a serial line: the same around every protocol. */
import type { Codec } from '../codec.ts';
import { createSerialLines, type FrameShape } from './serial-lines.ts';

export interface MeterValue {
  readonly name: string;
  /** Null: the meter does not know. A text: what it said where a number should be. */
  readonly value: number | string | null;
}

/** One answer of one meter. */
export interface MeterAnswer {
  /** The meter's own number. */
  readonly address: string;
  readonly values: readonly MeterValue[];
  /** What the meter was asked for. */
  readonly di?: string;
  /** It refused: the error byte of its standard. */
  readonly error?: number;
  /** Why its values could not be read, in words. */
  readonly unread?: string;
}

export interface SerialProtocol extends FrameShape {
  /** @returns undefined for what is of no interest: requests on the line, answers without a meter's number */
  answerOf(frame: Buffer): MeterAnswer | undefined;
  /** Whole messages of the protocol that are no frames with a start: a single-byte acknowledgement. */
  isOther?(payload: Buffer): boolean;
}

/**
 * Yields `{frames: MeterAnswer[]}`, empty for a fragment, a preamble, a request; undefined for bytes of another protocol;
 * a failure, not a sure one, when all that arrived is a frame that was damaged on its way.
 */
export function serialCodec(protocol: SerialProtocol): Codec {
  const readLine = createSerialLines(protocol);
  return (input) => {
    const { frames, waiting, broken } = readLine(input);
    // Bytes of another protocol on the line may look like a frame of this one until its sum is wrong.
    if (frames.length === 0 && broken)
      return { ok: false, detail: 'a frame with a wrong checksum or without its end', unsure: true };
    const mine = frames.length > 0 || waiting || protocol.isOther?.(input.payload) === true;
    if (!mine) return { ok: true, value: undefined };
    return { ok: true, value: { frames: frames.flatMap((frame) => protocol.answerOf(frame) ?? []) } };
  };
}
