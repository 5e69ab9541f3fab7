/** Where a request comes from: which site's page sent it, which machine, and which secret it carries. */
import type { IncomingMessage } from 'node:http';
import { shareKey } from '../shared/share-key.ts';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.test(address);
}

/** A proxy whose word on who asked is believed. Everything that asks for it asks here, so that a configured one is added here. */
export function isTrustedProxy(address: string | undefined): boolean {
  return isLoopback(address);
}

/**
 * Under which name the sender of a request counts against shares and limits (share-key.ts): the nearest address on the
 * way that is no trusted proxy. Behind a proxy every person thus has a share of their own. A proxy that names nobody, or
 * writes no address, counts as itself.
 */
export function addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
  const peer = socket.remoteAddress;
  if (!isTrustedProxy(peer)) return shareKey(peer);
  const forwarded = headers['x-forwarded-for'];
  const named = typeof forwarded === 'string' ? forwarded.split(',').map((part) => part.trim()) : [];
  const sender = named.findLast((address) => !isTrustedProxy(address)) ?? named[0];
  const key = shareKey(sender);
  return key === 'unknown' ? shareKey(peer) : key;
}

/** What a request says of itself, proxies on this machine believed, others not. */
export interface RequestFacts {
  readonly host: string | undefined;
  readonly secure: boolean;
  readonly loopback: boolean;
}

/** The same facts that express derives with `trust proxy: loopback`, for requests that never reach express. */
export function requestFacts(request: IncomingMessage): RequestFacts {
  const { remoteAddress, localAddress } = request.socket;
  const byProxy = isTrustedProxy(remoteAddress);
  const forwarded = (name: string): string[] => {
    const value = byProxy ? request.headers[name] : undefined;
    return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [];
  };
  // A connection from one of this machine's own addresses to itself came from this machine too.
  const peerIsLocal = byProxy || (remoteAddress !== undefined && remoteAddress === localAddress);
  return {
    host: forwarded('x-forwarded-host').at(-1) ?? request.headers.host,
    secure: forwarded('x-forwarded-proto').at(-1) === 'https',
    loopback: peerIsLocal && forwarded('x-forwarded-for').every(isLoopback),
  };
}

/** Name of the session cookie: `__Host-` binds it to this host, but browsers take it over https only. */
export function cookieName(secure: boolean): string {
  return secure ? '__Host-houqin' : 'houqin';
}

/**
 * Was the request sent by a page of our own? The browser writes `Origin`; a foreign page cannot forge it.
 * @returns `none` when the header is absent: not a browser, or a plain navigation.
 */
export function originOf(origin: string | undefined, host: string | undefined): 'own' | 'foreign' | 'none' {
  if (origin === undefined) return 'none';
  try {
    return new URL(origin).host === host ? 'own' : 'foreign';
  } catch {
    return 'foreign';
  }
}

export function cookieSecret(header: string | undefined, secure: boolean): string | undefined {
  return cookieValue(header, cookieName(secure));
}

/** Name of the cookie that tells a browser that has signed in before (device-cookie.ts). */
export function deviceCookieName(secure: boolean): string {
  return `${cookieName(secure)}-device`;
}

export function cookieValue(header: string | undefined, name: string): string | undefined {
  const wanted = `${name}=`;
  const found = header?.split(';').find((part) => part.trim().startsWith(wanted));
  return found?.trim().slice(wanted.length);
}

export function bearerSecret(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer ([\w-]{1,256})$/i.exec(header)?.[1];
}
