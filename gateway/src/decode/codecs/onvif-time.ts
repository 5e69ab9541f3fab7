/**
 * What an ONVIF device answers to GetSystemDateAndTime (ONVIF Core, 8.3.6): whether it is an ONVIF device at all, and
 * its clock. The call needs no password, so a fault is an answer too: somebody who speaks SOAP is there.
 */
import { readXml, type XmlNode, xmlPath, xmlText, xmlTextOf } from './xml-reader.ts';

export type OnvifAnswer =
  /** @member utcMs undefined when it gives no time, or one that does not exist */
  | { readonly kind: 'time'; readonly utcMs: number | undefined }
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'foreign' };

/** @param body of the HTTP answer, whatever its content type says. Never throws. */
export function readOnvifTime(body: Uint8Array): OnvifAnswer {
  const root = readXml(xmlTextOf(body));
  const soap = root?.name === 'Envelope' ? xmlPath(root, 'Body') : undefined;
  const answer = xmlPath(soap, 'GetSystemDateAndTimeResponse', 'SystemDateAndTime');
  if (answer !== undefined) return { kind: 'time', utcMs: utcOf(answer) };
  const fault = xmlPath(soap, 'Fault');
  if (fault === undefined) return { kind: 'foreign' };
  const reason = xmlText(fault, 'Reason', 'Text') ?? xmlText(fault, 'faultstring') ?? '';
  return { kind: 'fault', reason: reason.slice(0, 100) };
}

function utcOf(answer: XmlNode): number | undefined {
  const utc = dateTime(xmlPath(answer, 'UTCDateTime'));
  if (utc !== undefined) return utc;
  const local = dateTime(xmlPath(answer, 'LocalDateTime'));
  const offset = posixOffsetMs(xmlText(answer, 'TimeZone', 'TZ') ?? '');
  if (local === undefined || offset === undefined) return undefined;
  const summer = xmlText(answer, 'DaylightSavings')?.toLowerCase() === 'true' ? 3_600_000 : 0;
  return local - offset - summer;
}

function dateTime(node: XmlNode | undefined): number | undefined {
  const part = (group: string, name: string): number => {
    const text = xmlText(node, group, name) ?? '';
    return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  };
  const [year, month, day] = [part('Date', 'Year'), part('Date', 'Month'), part('Date', 'Day')];
  const [hour, minute, second] = [part('Time', 'Hour'), part('Time', 'Minute'), part('Time', 'Second')];
  // Not the constructor's way of years: it reads 0..99 as 1900..1999.
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  const ms = at.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
  const exists = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 61;
  return exists && Number.isFinite(ms) ? ms : undefined;
}

/** `CST-8`, `CST-8:00:00`, `<+08>-8DST,M3…`: POSIX counts west of Greenwich as positive. */
const POSIX_ZONE = /^(?:[A-Za-z]{3,10}|<[A-Za-z0-9+-]{2,10}>)([+-]?)(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?/;

function posixOffsetMs(zone: string): number | undefined {
  const found = POSIX_ZONE.exec(zone.trim());
  if (found === null) return undefined;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? ms : -ms;
}
