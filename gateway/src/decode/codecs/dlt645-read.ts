/** The request that asks a DL/T 645 meter for one value: DL/T 645-2007 §7.1, DL/T 645-1997 §7.1. */
import { fromPrinted, sumOf } from './serial-bytes.ts';

export interface Dlt645Read {
  /** Twelve digits as printed on the meter; fewer are filled up with zeros, `A` is the wildcard digit. */
  readonly address: string;
  /** Data identification with the highest byte first: `00010000` (2007) or `9010` (1997). */
  readonly di: string;
  readonly standard?: '2007' | '1997';
}

/** Four of them wake a sleeping meter. */
const PREAMBLE = [0xfe, 0xfe, 0xfe, 0xfe];
const START = 0x68;
const END = 0x16;
const OFFSET = 0x33;

/** @returns the bytes to send, preamble included; undefined for an address or a DI that no meter can have */
export function dlt645Read({ address, di, standard = '2007' }: Dlt645Read): Buffer | undefined {
  const length = standard === '2007' ? 4 : 2;
  const meter = /^[0-9Aa]{1,12}$/.test(address) ? fromPrinted(address, 6) : undefined;
  const data = di.length === length * 2 ? fromPrinted(di, length) : undefined;
  if (meter === undefined || data === undefined) return undefined;
  const control = standard === '2007' ? 0x11 : 0x01;
  const body = Buffer.from([START, ...meter, START, control, length, ...data.map((byte) => byte + OFFSET)]);
  return Buffer.from([...PREAMBLE, ...body, sumOf(body), END]);
}
