/**
 * What `decode: codec:<name>` of a profile names: bytes of one protocol to a JSON-like document, which the profile's
 * rules then read like any other. A codec never throws and never yields a number that is not finite, for any bytes.
 */
import type { OutMessage } from '../shared/out-message.ts';
import type { Read } from './payload.ts';
import type { Fault } from './run.ts';

export interface CodecInput {
  readonly payload: Buffer;
  readonly topic: string;
  /** Arrival, epoch ms. */
  readonly at: number;
  /** Host that sent it, where the transport knows: a camera that was asked, an NVR behind a UDP socket. */
  readonly from?: string | undefined;
}

export type CodecRead =
  | {
      readonly ok: true;
      /** Undefined: the message is none of this protocol, whatever its topic says; other rules and profiles may have it. */
      readonly value: unknown;
      /** What the protocol asks to be answered, to the sender's own topics. */
      readonly replies?: readonly OutMessage[];
      /** Parts of the message that could not be used, while the rest can. */
      readonly faults?: readonly Fault[];
    }
  | (Extract<Read, { ok: false }> & {
      /** It may as well be another protocol's on the same topic: who makes anything of it has it. */
      readonly unsure?: boolean;
    });

/** May remember what earlier messages said (fragments, aliases, units), bounded; time comes with the message. */
export type Codec = (input: CodecInput) => CodecRead;

/** A codec that has heard nothing yet. */
export type CodecMaker = () => Codec;
export type CodecMakers = ReadonlyMap<string, CodecMaker>;
