/**
 * Codec `onvif`: WS-Discovery Hello and Bye (WS-Discovery 1.0, 4.1 and 4.2), which cameras multicast when they come and
 * go. The camera is called by the IP address it sends from, or else that of its XAddrs: what a person finds in the
 * installer's list.
 */
import type { Codec } from '../codec.ts';
import { readXml, xmlPath, xmlText, xmlTextOf } from './xml-reader.ts';

/** Which address an endpoint's urn had: a Bye need not repeat it. */
const MAX_REMEMBERED = 4_000;

export function onvifDiscovery(): Codec {
  const addresses = new Map<string, string>();
  return ({ payload, from }) => {
    const root = readXml(xmlTextOf(payload));
    // Anybody may send to the port: what is no document speaks against its sender, not against the profile.
    if (root === undefined) return { ok: true, value: undefined };
    const body = root.name === 'Envelope' ? xmlPath(root, 'Body') : undefined;
    const message = xmlPath(body, 'Hello') ?? xmlPath(body, 'Bye');
    // Windows looks for printers all day.
    if (message === undefined) return { ok: true, value: root.name === 'Envelope' ? null : undefined };
    const urn = xmlText(message, 'EndpointReference', 'Address')?.slice(0, 128);
    const told = hostOf(xmlText(message, 'XAddrs') ?? '');
    const said = told ?? (urn === undefined ? undefined : addresses.get(urn)) ?? from;
    // Unsigned: nobody is believed about an address that is not his own, but for what this machine itself hands on.
    const address = from !== undefined && IPV4.test(from) && !from.startsWith('127.') ? from : said;
    if (urn !== undefined && address !== undefined) remember(addresses, urn, address);
    return { ok: true, value: { kind: message.name, address: address ?? null, urn: urn ?? null } };
  };
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The first IPv4 host of a list of URLs, else the first host. */
function hostOf(xaddrs: string): string | undefined {
  const hosts = xaddrs
    .slice(0, 1_000)
    .split(/\s+/)
    .flatMap((url) => URL.parse(url)?.hostname ?? []);
  return hosts.find((host) => IPV4.test(host)) ?? hosts.find((host) => host !== '');
}

function remember(addresses: Map<string, string>, urn: string, address: string): void {
  addresses.delete(urn);
  addresses.set(urn, address);
  if (addresses.size <= MAX_REMEMBERED) return;
  for (const oldest of addresses.keys()) {
    addresses.delete(oldest);
    return;
  }
}
