import type { Codec, CodecMaker } from '../../../src/decode/codec.ts';
import type { MeterAnswer } from '../../../src/decode/codecs/serial-codec.ts';

/** What a codec that has heard nothing yet makes of one message: its answers, or undefined when it is none of its own. */
export function hearOne(make: CodecMaker, payload: Buffer): readonly MeterAnswer[] | undefined {
  return answersOf(make(), payload);
}

function answersOf(codec: Codec, payload: Buffer): readonly MeterAnswer[] | undefined {
  const read = codec({ topic: 'dtu/d1/up', payload, at: 1_772_409_600_000 });
  if (!read.ok) throw new Error(read.detail);
  return read.value === undefined ? undefined : (read.value as { frames: readonly MeterAnswer[] }).frames;
}

/** Bytes as a person writes them down. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}
