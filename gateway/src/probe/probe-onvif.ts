/**
 * ONVIF GetSystemDateAndTime: the one call that every ONVIF device should answer without a password, so no camera password
 * has to be kept. A SOAP fault, or a demand for a password, is an answer too: a device is there. None is ever sent.
 */
import { askHttp, type HttpHeard } from './ask-http.ts';
import { failed, type ProbeAnswer } from './probe-answer.ts';

/** Reads the body of an answer; decode/codecs/onvif-time.ts. */
export type ReadOnvif = (body: Uint8Array) =>
  | {
      readonly kind: 'time';
      readonly utcMs: number | undefined;
      /** What it may mean as well, where the device contradicts itself. */
      readonly mayBe?: readonly number[] | undefined;
    }
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'foreign' };

export interface OnvifTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: boolean;
  readonly timeoutMs: number;
}

const BODY =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>' +
  '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>';
const ACTION = 'http://www.onvif.org/ver10/device/wsdl/GetSystemDateAndTime';
const MAX_BYTES = 65_536;
const MAX_REDIRECTS = 2;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Answers carry whole seconds: on average half of one has passed. */
const HALF_A_SECOND_MS = 500;
const ENVELOPE_END = /<\/(?:[\w.-]{1,32}:)?Envelope\s*>/;

type Found = Extract<HttpHeard, { ok: true }>;

/** @param now epoch ms */
export async function probeOnvif(target: OnvifTarget, read: ReadOnvif, now: () => number): Promise<ProbeAnswer> {
  const name = `ONVIF ${target.port}`;
  let [at, hint, sentAt] = [target, '', now()];
  const deadline = sentAt + target.timeoutMs;
  let heard = await ask(at);
  for (let n = 0; n < MAX_REDIRECTS && heard.ok && REDIRECTS.has(heard.status); n += 1) {
    const next = redirected(at, heard);
    if (next === undefined)
      return failed(name, 'wrong-answer', `HTTP ${heard.status} → ${heard.headers['location'] ?? ''}`);
    if (next.tls && !at.tls) hint = tlsHint(next, target);
    sentAt = now();
    at = { ...next, timeoutMs: Math.max(1, deadline - sentAt) };
    heard = await ask(at);
  }
  const middle = (sentAt + now()) / 2;
  const answer = heard.ok ? answerOf(name, heard, read, middle) : failed(name, heard.why);
  return hint === '' ? answer : withHint(answer, hint);
}

function ask(target: OnvifTarget): Promise<HttpHeard> {
  return askHttp({
    ...target,
    method: 'POST',
    headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${ACTION}"` },
    body: BODY,
    maxBytes: MAX_BYTES,
    enough: ({ status, headers, body }) =>
      ENVELOPE_END.test(body.toString('latin1')) ||
      (status === 401 && headers['www-authenticate'] !== undefined) ||
      (REDIRECTS.has(status) && headers['location'] !== undefined),
  });
}

function answerOf(name: string, heard: Found, read: ReadOnvif, middle: number): ProbeAnswer {
  const answer = read(heard.body);
  if (answer.kind === 'time') return timeOf(name, nearest(answer.utcMs, answer.mayBe ?? [], middle), middle);
  if (answer.kind === 'fault')
    return { ok: true, said: { zh: `${name}：在线（要求登录）`, en: `${name}: there, and asks for a password` } };
  const { status, headers, body } = heard;
  const challenge = headers['www-authenticate'];
  // A page of a router's that names no way to log in is no camera's demand for a password.
  const isPage = challenge === undefined && /^\s*<(?:!doctype\s+)?html/i.test(body.toString('latin1', 0, 200));
  if (status !== 401 || isPage) return failed(name, 'wrong-answer', `HTTP ${status}`);
  const how = [...new Set((challenge ?? '').match(/\b(?:digest|basic)\b/gi) ?? [])].join(', ');
  const way = how === '' ? 'HTTP 401' : `HTTP 401, ${how}`;
  return {
    ok: true,
    said: {
      zh: `${name}：在线（要求登录才报时间，${way}；没有发送口令）`,
      en: `${name}: there, and asks for a password before it tells its time (${way}); none was sent`,
    },
  };
}

/** Where a redirect leads; undefined for another machine, which is never asked in its place. */
function redirected(from: OnvifTarget, { headers, address }: Found): OnvifTarget | undefined {
  const { host, port, path, tls } = from;
  const own = host.includes(':') ? `[${host}]` : host;
  const base = `${tls ? 'https' : 'http'}://${own}:${port}${path}`;
  const to = URL.parse(headers['location'] ?? '', base);
  const isSame = to !== null && [host, address].includes(to.hostname.replace(/^\[|\]$/g, ''));
  if (!isSame || !/^https?:$/.test(to.protocol)) return undefined;
  const isTls = to.protocol === 'https:';
  return { ...from, port: Number(to.port) || (isTls ? 443 : 80), path: `${to.pathname}${to.search}`, tls: isTls };
}

const tlsHint = (next: OnvifTarget, { path }: OnvifTarget): string => {
  const port = next.port === 443 ? '' : `, port: ${next.port}`;
  return `onvif: { tls: true${port}${next.path === path ? '' : `, path: ${next.path}`} }`;
};

function withHint(answer: ProbeAnswer, hint: string): ProbeAnswer {
  const { zh, en } = answer.said;
  const said = { zh: `${zh}（设备要求 https，请写 ${hint}）`, en: `${en} (this device wants https: write ${hint})` };
  return { ...answer, said };
}

/** A device whose own words contradict each other is believed in the way that is closest to the time it is. */
function nearest(utcMs: number | undefined, others: readonly number[], now: number): number | undefined {
  const all = utcMs === undefined ? others : [utcMs, ...others];
  return all.toSorted((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
}

function timeOf(name: string, utcMs: number | undefined, middle: number): ProbeAnswer {
  if (utcMs === undefined)
    return { ok: true, said: { zh: `${name}：在线，没有给出时间`, en: `${name}: there, tells no time` } };
  const clockSkewS = Math.round((utcMs + HALF_A_SECOND_MS - middle) / 1_000);
  return {
    ok: true,
    clockSkewS,
    said: { zh: `${name}：在线，时钟偏差 ${clockSkewS} 秒`, en: `${name}: there, clock off by ${clockSkewS} s` },
  };
}
