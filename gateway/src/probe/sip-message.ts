/**
 * As much of SIP (RFC 3261) as registrations and keepalives need: requests to a value, and answers to bytes. Bounded,
 * and never throws: what is no well-formed request is undefined, and gets no answer.
 */

export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  /** Names in lower case and long form, in order; several of one name stay several. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export type SipMessage =
  | { readonly kind: 'request'; readonly request: SipRequest }
  /** An answer to something we asked. */
  | { readonly kind: 'response'; readonly status: number; readonly user: string | undefined };

/** The largest datagram there is, and a directory in one message over TCP. */
const MAX_BYTES = 81_920;
const MAX_HEADERS = 64;
const REQUEST_LINE = /^([A-Z]{2,16}) (sips?:[^\s]{1,200}) SIP\/2\.0$/;
const SHORT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  l: 'content-length',
  m: 'contact',
  c: 'content-type',
};
/** Without these it cannot be told which question an answer is to. */
const NEEDED = ['via', 'from', 'to', 'call-id', 'cseq'];

/** @param datagram or what `createSipStream` has cut out of a connection */
export function readSip(datagram: Buffer): SipMessage | undefined {
  if (datagram.length > MAX_BYTES) return undefined;
  const end = datagram.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = datagram.toString('utf8', 0, end).split('\r\n');
  const headers = headersOf(lines);
  if (first.startsWith('SIP/2.0 ')) {
    const to = headers?.find(([name]) => name === 'to')?.[1];
    return { kind: 'response', status: Number(/^SIP\/2\.0 (\d{3})/.exec(first)?.[1] ?? 0), user: sipUser(to) };
  }
  const [, method, uri] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || uri === undefined || headers === undefined) return undefined;
  if (!NEEDED.every((name) => headers.some(([found]) => found === name))) return undefined;
  const rest = datagram.subarray(end + 4);
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  // Makers miscount, characters instead of bytes for instance: no more can come, and of XML all that is there belongs
  // to it. Of anything else the rest is none of it.
  const isXml = /^\s*</.test(rest.toString('latin1', 0, 64));
  const body = length !== undefined && /^\d{1,5}$/.test(length) && !isXml ? rest.subarray(0, Number(length)) : rest;
  return {
    kind: 'request',
    request: { method, uri, headers, body: body.length > 0 || rest.length === 0 ? body : rest },
  };
}

function headersOf(lines: readonly string[]): (readonly [string, string])[] | undefined {
  if (lines.length > MAX_HEADERS) return undefined;
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    // A line that begins with a space goes on with the one before (7.3.1).
    if (/^[ \t]/.test(line) && last !== undefined) last[1] += ` ${line.trim()}`;
    else {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trim().toLowerCase();
      if (colon < 1 || !/^[a-z0-9.!%*_+`'~-]{1,40}$/.test(name)) return undefined;
      headers.push([SHORT[name] ?? name, line.slice(colon + 1).trim()]);
    }
  }
  return headers;
}

export function sipHeader(request: SipRequest, name: string): string | undefined {
  return request.headers.find(([found]) => found === name)?.[1];
}

/** The user of a `From` or `To`: the device's number. */
export function sipUser(header: string | undefined): string | undefined {
  return /<?sips?:([A-Za-z0-9]{1,32})@/.exec(header ?? '')?.[1];
}

/** Seconds a REGISTER asks for: of the Contact, else of Expires, else an hour. */
export function sipExpires(request: SipRequest): number {
  const contact = /;\s*expires\s*=\s*"?(\d{1,9})/i.exec(sipHeader(request, 'contact') ?? '')?.[1];
  const header = /^\d{1,9}$/.exec(sipHeader(request, 'expires') ?? '')?.[0];
  return Number(contact ?? header ?? 3_600);
}

/** Where a message came from; UDP when no transport is said. */
export interface SipSource {
  readonly address: string;
  readonly port: number;
  readonly transport?: 'tcp' | undefined;
}

/** The URI of a Contact, without its name and parameters; undefined for none, and for `*`. */
export function sipContact(request: SipRequest): string | undefined {
  return /<?(sips?:[^\s<>;,]{1,200})/.exec(sipHeader(request, 'contact') ?? '')?.[1];
}

/** An answer: what identifies the question comes back as it came (8.2.6), and no body. */
export function sipAnswer(
  request: SipRequest,
  status: string,
  source: SipSource,
  tag: string,
  more: readonly (readonly [string, string])[] = [],
): Buffer {
  const lines = [`SIP/2.0 ${status}`];
  let isTopVia = true;
  for (const [name, value] of request.headers) {
    if (name === 'via') {
      lines.push(`Via: ${isTopVia ? cameFrom(value, source) : value}`);
      isTopVia = false;
    } else if (name === 'to') lines.push(`To: ${/;\s*tag=/i.test(value) ? value : `${value};tag=${tag}`}`);
    else if (name === 'from') lines.push(`From: ${value}`);
    else if (name === 'call-id') lines.push(`Call-ID: ${value}`);
    else if (name === 'cseq') lines.push(`CSeq: ${value}`);
  }
  for (const [name, value] of more) lines.push(`${name}: ${value}`);
  return Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`);
}

/** RFC 3581: where it really came from, for the devices behind a router. */
function cameFrom(via: string, { address, port }: SipSource): string {
  return /;\s*rport(?=;|$|\s)/i.test(via)
    ? `${via.replace(/;\s*rport(?=;|$|\s)/i, `;rport=${port}`)};received=${address}`
    : via;
}

/**
 * Port an answer goes to: where it came from when it asks for that, says no other, or names an address that is not the
 * one it came from, for then it is behind a router and its own port is nowhere; else the one it names.
 */
export function sipReplyPort(request: SipRequest, source: SipSource): number {
  const via = sipHeader(request, 'via') ?? '';
  if (/;\s*rport(?:=|;|$|\s)/i.test(via)) return source.port;
  const [, host, port] = /^SIP\/2\.0\/UDP ([^;\s]*?):(\d{1,5})\s*(?:;|$)/i.exec(via) ?? [];
  const named = Number(port ?? source.port);
  // A socket on [::] says of an IPv4 device ::ffff:192.168.1.9.
  return host === source.address.replace(/^::ffff:/, '') && named > 0 && named < 65_536 ? named : source.port;
}

export interface SipMessageOut {
  readonly uri: string;
  readonly from: string;
  readonly to: string;
  /** Our address and port, and how the question travels. */
  readonly via: string;
  readonly transport: 'UDP' | 'TCP';
  readonly callId: string;
  readonly branch: string;
  readonly tag: string;
  readonly seq: number;
  readonly body: string;
}

/** A MESSAGE of our own. */
export function sipQuestion({ uri, from, to, via, transport, callId, branch, tag, seq, body }: SipMessageOut): Buffer {
  const lines = [
    `MESSAGE ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${via};rport;branch=z9hG4bK${branch}`,
    `From: <${from}>;tag=${tag}`,
    `To: <${to}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${seq} MESSAGE`,
    'Max-Forwards: 70',
    'Content-Type: Application/MANSCDP+xml',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
