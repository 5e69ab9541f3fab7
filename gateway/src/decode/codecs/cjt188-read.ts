/** The request that asks a CJ/T 188 meter for its reading: CJ/T 188-2004 and -2018. */
import { fromPrinted, sumOf } from './serial-bytes.ts';

export interface Cjt188Read {
  /** Fourteen digits: manufacturer code and meter number as printed; `AAAAAAAAAAAAAA` asks whoever is on the line. */
  readonly address: string;
  /**
   * The two bytes as they go over the wire. `901F` (default) is the order of the 2004 edition, `1F90` that of 2018; a
   * meter that is silent on one may answer the other.
   */
  readonly di?: string;
  /** Kind of meter: 0x10 cold water (default), 0x11 hot, 0x12 drinking, 0x13 reclaimed, 0x20 heat, 0x30 gas, 0x40 electricity. */
  readonly type?: number;
  /** Serial number of the request, 0–255; the answer repeats it. */
  readonly ser?: number;
}

const PREAMBLE = [0xfe, 0xfe, 0xfe, 0xfe];
const START = 0x68;
const END = 0x16;
const READ = 0x01;

/** @returns the bytes to send, preamble included; undefined for an address or a DI that no meter can have */
export function cjt188Read({ address, di = '901F', type = 0x10, ser = 0 }: Cjt188Read): Buffer | undefined {
  const meter = fromPrinted(address, 7);
  if (meter === undefined || !/^[0-9A-Fa-f]{4}$/.test(di)) return undefined;
  const body = Buffer.from([START, type, ...meter, READ, 3, ...Buffer.from(di, 'hex'), ser]);
  return Buffer.from([...PREAMBLE, ...body, sumOf(body), END]);
}
