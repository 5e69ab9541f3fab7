/** Under which name an address counts against a share: one name for all addresses that one stranger has for free. */
import { isIPv4, isIPv6 } from 'node:net';

const GROUPS = 8;
/** A provider gives at least this much of IPv6 to one subscriber, so that the lower half is free to choose. */
const SUBSCRIBER_GROUPS = 4;

/**
 * An IPv4 address as it is, also when written as IPv6 (`::ffff:192.0.2.7`); an IPv6 address as its /64 network;
 * `::1` as `127.0.0.1`, since both are this machine; anything else as `unknown`, so that invented text makes no new share.
 */
export function shareKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  if (isIPv4(address)) return address;
  // A link-local address carries the name of the interface behind `%`.
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return 'unknown';
  const groups = groupsOf(plain);
  const [, , , , , mark, high = 0, low = 0] = groups;
  if (groups.slice(0, 5).every((group) => group === 0)) {
    if (mark === 0xffff) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
    if (mark === 0 && high === 0 && low === 1) return '127.0.0.1';
  }
  const network = groups.slice(0, SUBSCRIBER_GROUPS).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight numbers of an address that `isIPv6` has accepted. */
function groupsOf(address: string): number[] {
  const dotted = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) => {
    const pair = (high: string, low: string): string => ((Number(high) << 8) | Number(low)).toString(16);
    return `${pair(a, b)}:${pair(c, d)}`;
  });
  const [before = '', after] = dotted.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const head = numbers(before);
  const tail = after === undefined ? [] : numbers(after);
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}
