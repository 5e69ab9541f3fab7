/**
 * ONVIF GetSystemDateAndTime: the one call that every ONVIF device answers without a password, so no camera password
 * has to be kept. A SOAP fault, or a demand for a password, is an answer too: an ONVIF device is there.
 */
import { askHttp } from './ask-http.ts';
import { failed, type ProbeAnswer } from './probe-answer.ts';

/** Reads the body of an answer; decode/codecs/onvif-time.ts. */
export type ReadOnvif = (
  body: Uint8Array,
) =>
  | { readonly kind: 'time'; readonly utcMs: number | undefined }
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'foreign' };

export interface OnvifTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly timeoutMs: number;
}

const BODY =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>' +
  '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>';
const ACTION = 'http://www.onvif.org/ver10/device/wsdl/GetSystemDateAndTime';
const MAX_BYTES = 65_536;
/** Answers carry whole seconds: on average half of one has passed. */
const HALF_A_SECOND_MS = 500;

/** @param now epoch ms */
export async function probeOnvif(target: OnvifTarget, read: ReadOnvif, now: () => number): Promise<ProbeAnswer> {
  const asked = `ONVIF ${target.port}`;
  const sentAt = now();
  const heard = await askHttp({
    ...target,
    method: 'POST',
    headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${ACTION}"` },
    body: BODY,
    maxBytes: MAX_BYTES,
  });
  const middle = (sentAt + now()) / 2;
  if (!heard.ok) return failed(asked, heard.why);
  const answer = read(heard.body);
  if (answer.kind === 'time') return said(asked, answer.utcMs, middle);
  // Two ways of the same "not without a password": by SOAP, and by HTTP digest (ONVIF Core, 5.9.1).
  const digest = /^digest\b/i.test(heard.headers['www-authenticate'] ?? '');
  if (answer.kind === 'fault' || (heard.status === 401 && digest))
    return { ok: true, said: { zh: `${asked}：在线（要求登录）`, en: `${asked}: there, and asks for a password` } };
  return failed(asked, 'wrong-answer', `HTTP ${heard.status}`);
}

function said(asked: string, utcMs: number | undefined, middle: number): ProbeAnswer {
  if (utcMs === undefined)
    return { ok: true, said: { zh: `${asked}：在线，没有给出时间`, en: `${asked}: there, tells no time` } };
  const clockSkewS = Math.round((utcMs + HALF_A_SECOND_MS - middle) / 1_000);
  return {
    ok: true,
    clockSkewS,
    said: { zh: `${asked}：在线，时钟偏差 ${clockSkewS} 秒`, en: `${asked}: there, clock off by ${clockSkewS} s` },
  };
}
