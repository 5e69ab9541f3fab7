/** Logging in to a device over HTTP: Digest (RFC 7616: MD5 and SHA-256, with and without qop), else Basic (RFC 7617) where it may be shown. */
import { createHash, randomBytes } from 'node:crypto';

export interface ProbeCredential {
  readonly user: string;
  readonly password: string;
}

export interface HttpLogin {
  /** Value of `authorization` for a request; undefined before the device has said what it wants. */
  authorize(method: string, path: string): string | undefined;
  /** What a 401 asks for, and whether a login can follow. */
  challenged(wwwAuthenticate: string | undefined): Challenged;
  /** The device refused this credential: the next request begins without one. */
  forget(): void;
}

/** `basic-in-clear`: it wants the password itself, over a connection that everybody on the way can read. */
export type Challenged = 'login' | 'no-way' | 'basic-in-clear';

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: string;
  readonly qop: boolean;
}

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256' };

/** @param basic whether the password may be sent as it stands: with TLS, or where somebody said that it may */
export function createHttpLogin({ user, password }: ProbeCredential, basic: boolean): HttpLogin {
  let scheme: Challenge | 'basic' | undefined;
  let count = 0;
  return {
    authorize(method, path) {
      if (scheme === undefined) return undefined;
      if (scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      count += 1;
      const header = digestHeader(scheme, {
        user,
        password,
        method,
        path,
        count,
        cnonce: randomBytes(8).toString('hex'),
      });
      // A header takes bytes, not characters: a Chinese user name goes as UTF-8.
      return Buffer.from(header).toString('latin1');
    },
    challenged(header) {
      const asked = strongest(header ?? '');
      const isInClear = asked === 'basic' && !basic;
      scheme = isInClear ? undefined : asked;
      count = 0;
      if (isInClear) return 'basic-in-clear';
      return asked === undefined ? 'no-way' : 'login';
    },
    forget() {
      scheme = undefined;
    },
  };
}

interface DigestInput extends ProbeCredential {
  readonly method: string;
  readonly path: string;
  readonly count: number;
  readonly cnonce: string;
}

function digestHeader(challenge: Challenge, input: DigestInput): string {
  const { user, path, count, cnonce } = input;
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const nc = count.toString(16).padStart(8, '0');
  const response = digestResponse({ ...challenge, ...input, nc, uri: path });
  const parts = [
    `username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${path}"`,
    `response="${response}"`,
    ...(algorithm === '' ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}

export interface DigestParts {
  readonly user: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  /** Empty: MD5, as before RFC 7616. */
  readonly algorithm: string;
  readonly qop: boolean;
  readonly nc: string;
  readonly cnonce: string;
}

/** RFC 7616, 3.4.1; for `-sess` too. */
export function digestResponse(parts: DigestParts): string {
  const { user, password, realm, nonce, method, uri, qop, nc, cnonce } = parts;
  const algorithm = parts.algorithm.toLowerCase();
  const name = HASHES[algorithm.replace(/-sess$/, '')] ?? 'md5';
  const hash = (text: string): string => createHash(name).update(text).digest('hex');
  const login = hash(`${user}:${realm}:${password}`);
  const secret = algorithm.endsWith('-sess') ? hash(`${login}:${nonce}:${cnonce}`) : login;
  const what = hash(`${method}:${uri}`);
  return hash(qop ? `${secret}:${nonce}:${nc}:${cnonce}:auth:${what}` : `${secret}:${nonce}:${what}`);
}

/** SHA-256 before MD5 before Basic, which shows the password to the wire. */
function strongest(header: string): Challenge | 'basic' | undefined {
  const digests = header
    .split(/(?=\bdigest\s)/i)
    .filter((part) => /^digest\s/i.test(part))
    .map(challengeOf)
    .filter(({ algorithm, nonce }) => nonce !== '' && hashName(algorithm) !== undefined);
  const sha = digests.find(({ algorithm }) => hashName(algorithm) === 'sha256');
  return sha ?? digests[0] ?? (/\bbasic\b/i.test(header) ? 'basic' : undefined);
}

const hashName = (algorithm: string): string | undefined =>
  HASHES[algorithm.toLowerCase().replace(/-sess$/, '') || 'md5'];

function challengeOf(part: string): Challenge {
  const fields = digestFields(part.replace(/^digest\s+/i, ''));
  return {
    realm: fields.get('realm') ?? '',
    nonce: fields.get('nonce') ?? '',
    opaque: fields.get('opaque'),
    algorithm: fields.get('algorithm') ?? '',
    qop: (fields.get('qop') ?? '').split(',').some((word) => word.trim().toLowerCase() === 'auth'),
  };
}

/** `a="b", c=d` to a map with lower-case names; what is no such pair is passed over. */
export function digestFields(text: string): ReadonlyMap<string, string> {
  const pairs = text
    .slice(0, 2_000)
    .matchAll(/([a-zA-Z]{1,20})\s?=\s?(?:"([^"\p{Cc}]{0,500})"|([^\s",\p{Cc}]{1,500}))/gu);
  return new Map([...pairs].map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? '']));
}
