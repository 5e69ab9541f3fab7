/**
 * Who may speak: what becomes of every SIP request, as a value. Keeps the registrations, challenges, and counts what is
 * refused. No socket and no clock of its own.
 *
 * With a password a device has to register before it is heard, and is then heard from its own address alone; the port
 * may change with every message, as behind a router, and questions go where the last one came from. Without a password
 * (loopback only) a known number is enough. An answer is never much longer than its question and goes back to where that
 * came from, a source that asks too often gets none, so nobody can be flooded through us.
 */
import { createHash, createHmac } from 'node:crypto';
import { createFairMemory } from './fair-room.ts';
import { digestFields, digestResponse } from './http-login.ts';
import {
  type SipRequest,
  type SipSource,
  sipAnswer,
  sipContact,
  sipExpires,
  sipHeader,
  sipUser,
} from './sip-message.ts';
import type { SipRefusal } from './sip-refusals.ts';

export interface RegistrarSetup {
  readonly domain: string;
  readonly password: string | undefined;
  /** Signs nonces, so that none has to be remembered. */
  readonly secret: string;
  /** Registrations of before the restart, which still hold: a restart is not an outage. */
  readonly known?: readonly Registration[];
  /** The site's wall clock, by which devices set theirs (9.10): `2026-03-02T08:00:00.000`. */
  wallTime(at: number): string;
  /** Whether a device has this number. */
  isKnown(id: string): boolean;
  /** One that was known and is out of use. */
  isRetired?(id: string): boolean;
}

export interface SipDecision {
  /** Undefined: silence. */
  readonly answer: Buffer | undefined;
  /** What is to be taken in: a registration (`seconds` asked for, 0 when it leaves) or a message. */
  readonly heard?:
    | { readonly kind: 'registered'; readonly id: string; readonly seconds: number }
    | { readonly kind: 'message'; readonly id: string; readonly body: Buffer };
  /** Turned away, and whose number it was; `more` is what only this message has. */
  readonly refused?: { readonly why: SipRefusal; readonly id: string | undefined; readonly more: string };
  /** Who is registered, or where, is no longer as it was. */
  readonly changed?: true;
}

export interface Registration {
  readonly id: string;
  readonly source: SipSource;
  /** Epoch ms. */
  readonly until: number;
}

export interface SipRegistrar {
  decide(request: SipRequest, source: SipSource, at: number): SipDecision;
  registrations(at: number): readonly Registration[];
  /** Whether a registered device is at this address. */
  isHome(address: string): boolean;
  refused(): Readonly<Record<string, number>>;
}

const NONCE_MS = 300_000;
const MAX_REGISTRATIONS = 2_000;
const MAX_EXPIRES_S = 86_400;
const MAX_REPEATS = 1_000;
const REPEAT_MS = 32_000;
/** How much longer than its question an answer may be: a challenge, and no more. */
const MAX_SURPLUS_BYTES = 256;
const MAX_ANSWER_BYTES = 1_200;

export function createSipRegistrar(setup: RegistrarSetup): SipRegistrar {
  const { registrations, homes, put, remove } = registrationBook((setup.known ?? []).slice(0, MAX_REGISTRATIONS));
  const repeats = createFairMemory<{ readonly answer: Buffer | undefined; readonly at: number }>(MAX_REPEATS);
  const refusals: Record<string, number> = {};

  const refuse = ({ request, source, id, more = '' }: Refused, status: string, why: SipRefusal): SipDecision => {
    refusals[why] = (refusals[why] ?? 0) + 1;
    return { answer: sipAnswer(request, status, source, tagOf(setup, request)), refused: { why, id, more } };
  };
  const unknown = (id: string): SipRefusal => (setup.isRetired?.(id) === true ? 'device-retired' : 'unknown-device');
  const registered = (id: string, at: number): Registration | undefined => {
    const found = registrations.get(id);
    if (found === undefined || found.until > at) return found;
    remove(id);
    return undefined;
  };
  const register = (request: SipRequest, source: SipSource, at: number): SipDecision => {
    const id = sipUser(sipHeader(request, 'to')) ?? sipUser(sipHeader(request, 'from'));
    if (id === undefined) return refuse({ request, source, id }, '400 Bad Request', 'no-number');
    const proof = setup.password === undefined ? 'right' : proofOf(setup, request, source, at);
    if (proof === 'wrong')
      return refuse(
        { request, source, id, more: namesIn(request, id, setup.domain) },
        '403 Forbidden',
        'wrong-password',
      );
    if (proof === 'none') {
      const challenge = `Digest realm="${setup.domain}", nonce="${nonceFor(setup, source, at)}", algorithm=MD5`;
      return {
        answer: sipAnswer(request, '401 Unauthorized', source, tagOf(setup, request), [
          ['WWW-Authenticate', challenge],
        ]),
      };
    }
    const seconds = Math.min(MAX_EXPIRES_S, sipExpires(request));
    // A stranger who knows the password is shown for onboarding; he is not let in.
    const heard = { kind: 'registered', id, seconds } as const;
    if (!setup.isKnown(id)) return { ...refuse({ request, source, id }, '403 Forbidden', unknown(id)), heard };
    remove(id);
    if (seconds > 0 && registrations.size >= MAX_REGISTRATIONS)
      return refuse({ request, source, id }, '503 Service Unavailable', 'full');
    if (seconds > 0) put({ id, source, until: at + seconds * 1_000 });
    const contact = sipContact(request) ?? `sip:${id}@${source.address}:${source.port}`;
    const more = [
      ['Date', setup.wallTime(at)],
      ['Expires', String(seconds)],
      // The binding that now is (RFC 3261, 10.3); none when it has left.
      ...(seconds > 0 ? [['Contact', `<${contact}>;expires=${seconds}`] as const] : []),
    ] as const;
    return { answer: sipAnswer(request, '200 OK', source, tagOf(setup, request), more), heard, changed: true };
  };
  const message = (request: SipRequest, source: SipSource, at: number): SipDecision => {
    const id = sipUser(sipHeader(request, 'from'));
    if (id === undefined) return refuse({ request, source, id }, '400 Bad Request', 'no-number');
    const home = registered(id, at);
    const stranger = home !== undefined && home.source.address !== source.address;
    // 403 is what makes a device register anew, after a restart of ours for instance.
    if (stranger || (home === undefined && setup.password !== undefined))
      return refuse({ request, source, id }, '403 Forbidden', stranger ? 'other-address' : 'not-registered');
    // Its REGISTER has shown it for onboarding; what it says could be about the devices of others.
    if (!setup.isKnown(id)) return refuse({ request, source, id }, '404 Not Found', unknown(id));
    const heard = { kind: 'message', id, body: request.body } as const;
    const moved =
      home !== undefined && (home.source.port !== source.port || home.source.transport !== source.transport);
    if (moved) put({ ...home, source });
    return {
      answer: sipAnswer(request, '200 OK', source, tagOf(setup, request)),
      heard,
      ...(moved ? { changed: true } : {}),
    };
  };
  const decideNew = (request: SipRequest, source: SipSource, at: number): SipDecision => {
    if (request.method === 'REGISTER') return register(request, source, at);
    if (request.method === 'MESSAGE') return message(request, source, at);
    if (request.method === 'ACK') return { answer: undefined };
    const id = sipUser(sipHeader(request, 'from'));
    return refuse({ request, source, id, more: request.method }, '405 Method Not Allowed', 'other-method');
  };

  return {
    decide(request, source, at) {
      const from = `${source.transport ?? 'udp'} ${source.address}`;
      const key = questionOf(request, source.port);
      const before = repeats.get(from, key);
      // Sent again because our answer was lost: the same answer, and nothing happens twice.
      if (before !== undefined && at - before.at < REPEAT_MS) return { answer: before.answer };
      const decision = decideNew(request, source, at);
      const answer = source.transport === 'tcp' ? decision.answer : bounded(decision.answer, request);
      repeats.set(from, key, { answer, at });
      return { ...decision, answer };
    },
    registrations: (at) => [...registrations.keys()].flatMap((id) => registered(id, at) ?? []),
    isHome: (address) => homes.has(address),
    refused: () => refusals,
  };
}

interface Refused {
  readonly request: SipRequest;
  readonly source: SipSource;
  readonly id: string | undefined;
  readonly more?: string;
}

/** Who is registered, and how many at each address. */
function registrationBook(known: readonly Registration[]) {
  const registrations = new Map<string, Registration>();
  const homes = new Map<string, number>();
  const remove = (id: string): void => {
    const address = registrations.get(id)?.source.address;
    if (address === undefined) return;
    registrations.delete(id);
    const left = (homes.get(address) ?? 1) - 1;
    if (left > 0) homes.set(address, left);
    else homes.delete(address);
  };
  const put = (one: Registration): void => {
    remove(one.id);
    registrations.set(one.id, one);
    homes.set(one.source.address, (homes.get(one.source.address) ?? 0) + 1);
  };
  for (const one of known) put(one);
  return { registrations, homes, put, remove };
}

/**
 * What makes two messages one and the same. A REGISTER with a login is not the one without: some devices repeat Call-ID,
 * CSeq and branch (https://github.com/i-p-tel/sipdroid/issues/21).
 */
function questionOf(request: SipRequest, port: number): string {
  const login = createHash('sha1')
    .update(sipHeader(request, 'authorization') ?? '')
    .digest('base64');
  return [
    port,
    request.method,
    sipHeader(request, 'call-id'),
    sipHeader(request, 'cseq'),
    branchOf(request),
    login,
  ].join(' ');
}

/** What a login names otherwise than expected, for whoever has to find out what is wrong. */
function namesIn(request: SipRequest, id: string, domain: string): string {
  const { user, realm } = loginOf(request);
  const names = [...(user === id ? [] : [`username="${user}"`]), ...(realm === domain ? [] : [`realm="${realm}"`])];
  return names.join(', ').slice(0, 100);
}

function loginOf(request: SipRequest) {
  const fields = digestFields((sipHeader(request, 'authorization') ?? '').replace(/^digest\s+/i, ''));
  const field = (name: string): string => (fields.get(name) ?? '').trim();
  return { user: field('username'), realm: field('realm'), field };
}

const branchOf = (request: SipRequest): string =>
  /;\s*branch=([^;\s]{1,100})/.exec(sipHeader(request, 'via') ?? '')?.[1] ?? '';

/** The same for one question, whenever it is asked. */
function tagOf({ secret }: RegistrarSetup, request: SipRequest): string {
  return createHmac('sha256', secret)
    .update(sipHeader(request, 'call-id') ?? '')
    .digest('hex')
    .slice(0, 10);
}

function bounded(answer: Buffer | undefined, request: SipRequest): Buffer | undefined {
  if (answer === undefined || answer.length > MAX_ANSWER_BYTES) return undefined;
  const asked = request.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return answer.length <= asked + request.uri.length + request.body.length + MAX_SURPLUS_BYTES ? answer : undefined;
}

function nonceFor({ secret }: RegistrarSetup, { address }: SipSource, at: number): string {
  const stamp = at.toString(36);
  return `${stamp}-${createHmac('sha256', secret).update(`${stamp} ${address}`).digest('hex').slice(0, 32)}`;
}

/**
 * `none`: no login, or one whose nonce is not ours or too old, so that it may try again. The nonce is ours, and the
 * password is what has to be proven: user and realm are as the device has them (many say the platform's number, or admin).
 */
function proofOf(
  setup: RegistrarSetup,
  request: SipRequest,
  source: SipSource,
  at: number,
): 'right' | 'wrong' | 'none' {
  if (!/^digest\s/i.test(sipHeader(request, 'authorization') ?? '')) return 'none';
  const { user, realm, field } = loginOf(request);
  const nonce = field('nonce');
  const issued = Number.parseInt(nonce.split('-')[0] ?? '', 36);
  const isOurs = Number.isFinite(issued) && nonce === nonceFor(setup, source, issued);
  if (!isOurs || at - issued > NONCE_MS || issued > at) return 'none';
  const expected = digestResponse({
    ...{ user, password: setup.password ?? '', realm, nonce, method: 'REGISTER', algorithm: '' },
    ...{ uri: field('uri'), qop: field('qop') === 'auth', nc: field('nc'), cnonce: field('cnonce') },
  });
  return field('response').toLowerCase() === expected ? 'right' : 'wrong';
}
