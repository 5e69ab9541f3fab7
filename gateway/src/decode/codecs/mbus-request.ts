/** What a master says on an M-Bus: EN 13757-2 §5.7 (link layer), EN 13757-3 (selection by secondary address). */
import { fromPrinted, sumOf } from './serial-bytes.ts';

/** Where a meter listens that `mbusSelect` has selected. */
export const MBUS_SELECTED = 253;

const END = 0x16;
const SHORT = 0x10;
const LONG = 0x68;
const REQ_UD2 = 0x5b;
const FRAME_COUNT_BIT = 0x20;
const SND_UD = 0x53;
const SELECT = 0x52;

/**
 * REQ_UD2: “send your data”. A meter with several telegrams sends the next one only when `toggle` differs from the
 * request before, and repeats the last one when it does not.
 * @param address primary address 0–250, or MBUS_SELECTED after `mbusSelect`
 */
export function mbusRequest({
  address,
  toggle = false,
}: {
  readonly address: number;
  readonly toggle?: boolean;
}): Buffer {
  const body = Buffer.from([REQ_UD2 | (toggle ? FRAME_COUNT_BIT : 0), address]);
  return Buffer.from([SHORT, ...body, sumOf(body), END]);
}

/**
 * Selects the meter with this number, whatever its manufacturer, version and medium; it answers E5 and from then on
 * listens to MBUS_SELECTED.
 * @param address up to eight digits as printed, `F` for a digit that may be any
 * @returns undefined for an address that no meter can have
 */
export function mbusSelect({ address }: { readonly address: string }): Buffer | undefined {
  const id = fromPrinted(address, 4);
  if (id === undefined) return undefined;
  const body = Buffer.from([SND_UD, MBUS_SELECTED, SELECT, ...id, 0xff, 0xff, 0xff, 0xff]);
  return Buffer.from([LONG, body.length, body.length, LONG, ...body, sumOf(body), END]);
}
