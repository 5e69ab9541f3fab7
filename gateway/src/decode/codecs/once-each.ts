import type { Codec, CodecInput, CodecRead } from '../codec.ts';

/**
 * Several profiles with one codec may be asked about the same message (a copy for another group, another wiring): to
 * a codec that counts and remembers it is still one message.
 */
export function onceEach(codec: Codec): Codec {
  let last: { readonly input: CodecInput; readonly read: CodecRead } | undefined;
  return (input) => {
    if (last?.input === input) return last.read;
    last = { input, read: codec(input) };
    return last.read;
  };
}
