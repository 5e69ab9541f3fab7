/**
 * SIP messages out of the bytes of a TCP connection (RFC 3261, 18.3): Content-Length says where a message ends. Makers
 * count characters instead of bytes, or leave it out; then the end of the XML element is the end. Pure and bounded.
 */

export type SipPiece =
  /** A head with its body, to be read as one datagram. */
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** Up to the next message: nothing of SIP. */
  | { readonly kind: 'noise'; readonly bytes: Buffer }
  /** More than is taken: nothing after it can be found. */
  | { readonly kind: 'too-large'; readonly bytes: Buffer };

export interface SipStream {
  push(bytes: Buffer): void;
  /** @returns undefined until more has come */
  next(): SipPiece | undefined;
  /** A message has begun that is not all there. */
  isUnfinished(): boolean;
  /** The message that has begun, as far as it has come, where its head at least is whole. */
  flush(): SipPiece | undefined;
}

const MAX_HEAD_BYTES = 8_192;
const MAX_LINE_BYTES = 512;
const END_OF_HEAD = '\r\n\r\n';
const START = /^(?:[A-Z]{2,16} sips?:\S{1,200} SIP\/2\.0|SIP\/2\.0 \d{3})/;
const LATER_START = /\n(?=(?:[A-Z]{2,16} sips?:\S{1,200} SIP\/2\.0|SIP\/2\.0 \d{3}))/;
const LENGTH = /^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*$/im;
const ROOT = /^\s*(?:<\?[^>]{0,200}\?>\s*)?<([A-Za-z_][\w.:-]{0,63})/;
const BLANKS = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20]);

/** @param maxBodyBytes asked again for every message */
export function createSipStream(maxBodyBytes: () => number): SipStream {
  let held: Buffer = Buffer.alloc(0);
  const take = (kind: SipPiece['kind'], end: number): SipPiece => {
    const bytes = Buffer.from(held.subarray(0, end));
    held = held.subarray(end);
    return { kind, bytes };
  };
  const next = (isLast: boolean): SipPiece | undefined => {
    let blanks = 0;
    // CR LF between messages keeps the connection open (RFC 5626, 4.4.1).
    while (BLANKS.has(held[blanks] ?? 1)) blanks += 1;
    if (blanks > 0) held = held.subarray(blanks);
    if (held.length === 0) return undefined;
    const line = held.subarray(0, MAX_LINE_BYTES);
    if (!START.test(line.toString('latin1'))) {
      if (!line.includes(0x0a) && held.length < MAX_LINE_BYTES && !isLast) return undefined;
      const start = LATER_START.exec(held.toString('latin1'));
      return take('noise', start === null ? held.length : start.index + 1);
    }
    const head = held.indexOf(END_OF_HEAD);
    if (head > MAX_HEAD_BYTES || (head < 0 && held.length > MAX_HEAD_BYTES)) return take('too-large', held.length);
    if (head < 0) return isLast ? take('noise', held.length) : undefined;
    const named = LENGTH.exec(held.toString('latin1', 0, head))?.[1];
    const said = Number(named ?? 0);
    const rest = held.subarray(head + END_OF_HEAD.length);
    // A message without a length may have its body in the next piece.
    const isOpen = named === undefined && rest.length === 0 && held.toString('latin1', 0, 8) === 'MESSAGE ';
    const length = isOpen ? undefined : bodyLength(rest, said);
    const max = maxBodyBytes();
    if ((length ?? Math.max(said, rest.length)) > max) return take('too-large', held.length);
    if (length === undefined) return isLast ? take('message', held.length) : undefined;
    return take('message', head + END_OF_HEAD.length + length);
  };
  return {
    push(bytes) {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    },
    next: () => next(false),
    isUnfinished: () => held.length > 0,
    flush: () => next(true),
  };
}

/** @returns bytes of the body that stands at the beginning of `rest`; undefined as long as that cannot be told */
function bodyLength(rest: Buffer, said: number): number | undefined {
  const root = ROOT.exec(rest.toString('latin1', 0, 320))?.[1];
  const closing = root === undefined ? -1 : rest.indexOf(`</${root}>`);
  const closed = closing < 0 || root === undefined ? undefined : closing + root.length + 3;
  const following = closed === undefined ? -1 : skipBlanks(rest, closed);
  const isFollowed = START.test(following < 0 ? '' : rest.toString('latin1', following, following + MAX_LINE_BYTES));
  // It says more than there is: a message that follows shows that no more belongs to it.
  if (isFollowed && closed !== undefined && following <= said) return closed;
  if (rest.length < said) return undefined;
  if (root === undefined) return said;
  if (closed !== undefined) return Math.max(said, closed);
  // Cut in the middle of an element: the length counts characters, and more is to come, unless another message begins.
  const after = LATER_START.exec(rest.toString('latin1', said));
  return after === null ? undefined : said + after.index + 1;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (BLANKS.has(bytes[at] ?? 1)) at += 1;
  return at;
}
