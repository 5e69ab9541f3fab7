/** Under which name an address counts against a share: one name for all addresses that one stranger has for free. */

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUPS = 8;
/** A provider gives at least this much of IPv6 to one subscriber, so that the lower half is free to choose. */
const SUBSCRIBER_GROUPS = 4;

/**
 * An IPv4 address as it is, also when written as IPv6 (`::ffff:192.0.2.7`); an IPv6 address as its /64 network;
 * `::1` as `127.0.0.1`, since both are this machine; anything else as `unknown`, so that invented text makes no new share.
 */
export function shareKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  if (IPV4.test(address)) return address;
  const groups = groupsOf(address);
  if (groups === undefined) return 'unknown';
  const [, , , , , mark, high = 0, low = 0] = groups;
  if (groups.slice(0, 5).every((group) => group === 0)) {
    if (mark === 0xffff) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
    if (mark === 0 && high === 0 && low === 1) return '127.0.0.1';
  }
  const network = groups.slice(0, SUBSCRIBER_GROUPS).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight numbers of an IPv6 address; undefined when it is none. */
function groupsOf(address: string): number[] | undefined {
  // A link-local address carries the name of the interface behind `%`.
  const [plain = ''] = address.split('%');
  const url = `http://[${plain}]/`;
  if (!/^[\da-f:.]+$/i.test(plain) || !URL.canParse(url)) return undefined;
  // Written anew: lower case, without leading zeros, an IPv4 part as two groups, the longest run of zeros as `::`.
  const [before = '', after] = new URL(url).hostname.slice(1, -1).split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const head = numbers(before);
  const tail = after === undefined ? [] : numbers(after);
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}
