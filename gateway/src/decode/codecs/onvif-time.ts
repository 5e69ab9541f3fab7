/**
 * What an ONVIF device answers to GetSystemDateAndTime (ONVIF Core, 8.3.6): whether it is an ONVIF device at all, and
 * its clock. The call needs no password, so a fault is an answer too: somebody who speaks SOAP is there.
 */
import { readXml, type XmlNode, xmlPath, xmlText, xmlTextOf } from './xml-reader.ts';

export type OnvifAnswer =
  /**
   * @member utcMs undefined when it gives no time, or one that does not exist
   * @member mayBe other moments it may mean: the clock itself tells which
   */
  | { readonly kind: 'time'; readonly utcMs: number | undefined; readonly mayBe?: readonly number[] }
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'foreign' };

/** @param body of the HTTP answer, whatever its content type says. Never throws. */
export function readOnvifTime(body: Uint8Array): OnvifAnswer {
  const root = readXml(xmlTextOf(body));
  const soap = root?.name === 'Envelope' ? xmlPath(root, 'Body') : undefined;
  const answer = xmlPath(soap, 'GetSystemDateAndTimeResponse', 'SystemDateAndTime');
  if (answer !== undefined) return { kind: 'time', ...momentsOf(answer) };
  const fault = xmlPath(soap, 'Fault');
  if (fault === undefined) return { kind: 'foreign' };
  const reason = xmlText(fault, 'Reason', 'Text') ?? xmlText(fault, 'faultstring') ?? '';
  return { kind: 'fault', reason: reason.slice(0, 100) };
}

/**
 * Some devices write their local time under both names (https://github.com/OpenIPC/majestic-webui/issues/292): under a
 * zone that is not zero one of the two is wrong, and both are tried.
 */
function momentsOf(answer: XmlNode): { readonly utcMs: number | undefined; readonly mayBe?: readonly number[] } {
  const utc = dateTime(xmlPath(answer, 'UTCDateTime'));
  const local = dateTime(xmlPath(answer, 'LocalDateTime'));
  if (utc !== undefined && (local === undefined || utc !== local)) return { utcMs: utc };
  const zone = (xmlText(answer, 'TimeZone', 'TZ') ?? '').trim();
  const summer = xmlText(answer, 'DaylightSavings')?.toLowerCase() === 'true' ? 3_600_000 : 0;
  const [first, ...others] = offsetsMs(zone).map((offset) => (local ?? Number.NaN) - offset - summer);
  if (local === undefined || first === undefined) return { utcMs: zone === '' ? utc : undefined };
  const mayBe = utc === undefined ? others : [...others, utc];
  return { utcMs: first, ...(mayBe.length > 0 ? { mayBe } : {}) };
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
/** `GMT+08:00`, `UTC+8`: people mean east of Greenwich, POSIX west, and firmwares write either. */
const NAMED_ZONE = /^(?:GMT|UTC)(?=[+-]?\d)/i;

/** Offsets from Greenwich that a zone may mean, ms east; none for a text that is no zone. */
function offsetsMs(zone: string): readonly number[] {
  const found = POSIX_ZONE.exec(zone);
  if (found === null) return /^(?:GMT|UTC|Z)$/i.test(zone) ? [0] : [];
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  const east = sign === '-' ? ms : 0 - ms;
  return NAMED_ZONE.test(zone) && ms !== 0 ? [0 - east, east] : [east];
}
