/** Every codec a profile may name. Each call makes a set that has heard nothing yet. */
import type { CodecMakers } from '../codec.ts';
import type { Codecs } from '../compile-profile.ts';

const MAKERS: CodecMakers = new Map([]);

export function createCodecs(): Codecs {
  return new Map([...MAKERS].map(([name, make]) => [name, make()]));
}
