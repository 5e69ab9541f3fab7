/**
 * The bytes of an HTTP/1.x answer, as cameras write them: lengths that are wrong, no length and no end, headers that are
 * hardly headers. What has come so far is read, and whether more can be expected is told. Pure.
 */

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; several of one name joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** All is there that the answer itself speaks of; undefined when only the end of the connection can tell. */
  readonly isWhole: boolean | undefined;
}

/** @returns undefined as long as the head is not all there; `foreign` when this is no HTTP */
export function readHttpAnswer(bytes: Buffer): HttpAnswer | 'foreign' | undefined {
  const start = bytes.toString('latin1', 0, 5);
  if (!'HTTP/'.startsWith(start)) return 'foreign';
  const head = /\r?\n\r?\n/.exec(bytes.toString('latin1'));
  if (head === null) return undefined;
  const [first = '', ...lines] = bytes.toString('utf8', 0, head.index).split(/\r?\n/);
  const status = Number(/^HTTP\/1\.\d (\d{3})(?:\s|$)/.exec(first)?.[1]);
  if (!(status >= 100)) return 'foreign';
  const rest = bytes.subarray(head.index + head[0].length);
  // 100 Continue and the like: the answer itself is behind it.
  if (status < 200) return rest.length === 0 ? undefined : readHttpAnswer(rest);
  const headers = headersOf(lines);
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return { status, headers, ...unchunked(rest) };
  const length = /^\d{1,9}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : undefined;
  const isEmpty = status === 204 || status === 304;
  return {
    status,
    headers,
    body: rest,
    isWhole: isEmpty || (length === undefined ? undefined : rest.length >= length),
  };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

function unchunked(bytes: Buffer): { readonly body: Buffer; readonly isWhole: boolean } {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf('\n', at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (!Number.isFinite(size) || size <= 0) return { body: Buffer.concat(pieces), isWhole: size === 0 };
    pieces.push(bytes.subarray(line + 1, line + 1 + size));
    at = line + 1 + size;
    if (at >= bytes.length) return { body: Buffer.concat(pieces), isWhole: false };
    if (bytes[at] === 0x0d) at += 1;
    if (bytes[at] === 0x0a) at += 1;
  }
}
