/**
 * Who may speak: what becomes of every SIP request, as a value. Keeps the registrations, challenges, and counts what is
 * refused. No socket and no clock of its own.
 *
 * With a password a device has to register before it is heard, and is then heard from its own address alone. Without one
 * (loopback only) a known number is enough. An answer is never much longer than its question and goes back to where that
 * came from, a source that asks too often gets none, so nobody can be flooded through us.
 */
import { createHmac } from 'node:crypto';
import { digestFields, digestResponse } from './http-login.ts';
import { type SipRequest, type SipSource, sipAnswer, sipExpires, sipHeader, sipUser } from './sip-message.ts';

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
}

export interface SipDecision {
  /** Undefined: silence. */
  readonly answer: Buffer | undefined;
  /** What is to be taken in: a registration (`seconds` asked for, 0 when it leaves) or a message. */
  readonly heard?:
    | { readonly kind: 'registered'; readonly id: string; readonly seconds: number }
    | { readonly kind: 'message'; readonly id: string; readonly body: Buffer };
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
  const registrations = new Map((setup.known ?? []).slice(0, MAX_REGISTRATIONS).map((one) => [one.id, one]));
  const repeats = new Map<string, { readonly answer: Buffer | undefined; readonly at: number }>();
  const refusals: Record<string, number> = {};

  const refuse = (request: SipRequest, source: SipSource, status: string, why: string): SipDecision => {
    refusals[why] = (refusals[why] ?? 0) + 1;
    return { answer: sipAnswer(request, status, source, tagOf(setup, request)) };
  };
  const registered = (id: string, at: number): Registration | undefined => {
    const found = registrations.get(id);
    if (found === undefined || found.until > at) return found;
    registrations.delete(id);
    return undefined;
  };
  const register = (request: SipRequest, source: SipSource, at: number): SipDecision => {
    const id = sipUser(sipHeader(request, 'to')) ?? sipUser(sipHeader(request, 'from'));
    if (id === undefined) return refuse(request, source, '400 Bad Request', 'no-number');
    const proof = setup.password === undefined ? 'right' : proofOf(setup, request, source, id, at);
    if (proof === 'wrong') return refuse(request, source, '403 Forbidden', 'wrong-password');
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
    if (!setup.isKnown(id)) return { ...refuse(request, source, '403 Forbidden', 'unknown-device'), heard };
    registrations.delete(id);
    if (seconds > 0 && registrations.size < MAX_REGISTRATIONS)
      registrations.set(id, { id, source, until: at + seconds * 1_000 });
    const more = [
      ['Date', setup.wallTime(at)],
      ['Expires', String(seconds)],
    ] as const;
    return { answer: sipAnswer(request, '200 OK', source, tagOf(setup, request), more), heard };
  };
  const message = (request: SipRequest, source: SipSource, at: number): SipDecision => {
    const id = sipUser(sipHeader(request, 'from'));
    if (id === undefined) return refuse(request, source, '400 Bad Request', 'no-number');
    const home = registered(id, at);
    const stranger = home !== undefined && home.source.address !== source.address;
    // 403 is what makes a device register anew, after a restart of ours for instance.
    if (stranger || (home === undefined && setup.password !== undefined))
      return refuse(request, source, '403 Forbidden', stranger ? 'other-address' : 'not-registered');
    // Its REGISTER has shown it for onboarding; what it says could be about the devices of others.
    if (!setup.isKnown(id)) return refuse(request, source, '404 Not Found', 'unknown-device');
    const heard = { kind: 'message', id, body: request.body } as const;
    return { answer: sipAnswer(request, '200 OK', source, tagOf(setup, request)), heard };
  };
  const decideNew = (request: SipRequest, source: SipSource, at: number): SipDecision => {
    if (request.method === 'REGISTER') return register(request, source, at);
    if (request.method === 'MESSAGE') return message(request, source, at);
    if (request.method === 'ACK') return { answer: undefined };
    return refuse(request, source, '405 Method Not Allowed', 'other-method');
  };

  return {
    decide(request, source, at) {
      const key = `${source.address}:${source.port} ${sipHeader(request, 'call-id')} ${sipHeader(request, 'cseq')} ${branchOf(request)}`;
      const before = repeats.get(key);
      // Sent again because our answer was lost: the same answer, and nothing happens twice.
      if (before !== undefined && at - before.at < REPEAT_MS) return { answer: before.answer };
      const decision = decideNew(request, source, at);
      const answer = bounded(decision.answer, request);
      repeats.set(key, { answer, at });
      if (repeats.size > MAX_REPEATS) for (const oldest of [...repeats.keys()].slice(0, 1)) repeats.delete(oldest);
      return { ...decision, answer };
    },
    registrations: (at) => [...registrations.keys()].flatMap((id) => registered(id, at) ?? []),
    refused: () => refusals,
  };
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

/** `none`: no login, or one whose nonce is not ours or too old, so that it may try again. */
function proofOf(
  setup: RegistrarSetup,
  request: SipRequest,
  source: SipSource,
  id: string,
  at: number,
): 'right' | 'wrong' | 'none' {
  const header = sipHeader(request, 'authorization') ?? '';
  if (!/^digest\s/i.test(header)) return 'none';
  const fields = digestFields(header.slice(7));
  const nonce = fields.get('nonce') ?? '';
  const issued = Number.parseInt(nonce.split('-')[0] ?? '', 36);
  const isOurs = Number.isFinite(issued) && nonce === nonceFor(setup, source, issued);
  if (!isOurs || at - issued > NONCE_MS || issued > at) return 'none';
  const user = fields.get('username') ?? '';
  const expected = digestResponse({
    ...{ user, password: setup.password ?? '', realm: setup.domain, nonce, method: 'REGISTER', algorithm: '' },
    ...{ uri: fields.get('uri') ?? '', qop: (fields.get('qop') ?? '') === 'auth' },
    ...{ nc: fields.get('nc') ?? '', cnonce: fields.get('cnonce') ?? '' },
  });
  return user === id && fields.get('response')?.toLowerCase() === expected ? 'right' : 'wrong';
}
