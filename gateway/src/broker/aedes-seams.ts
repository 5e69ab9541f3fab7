/**
 * The places where the broker reaches into aedes beyond its documented options. All of them are here, so that a new
 * release can be read against one file; the tests on the wire notice when one of them is gone. Read against 2.0.0-beta.1.
 */
import { isUtf8 } from 'node:buffer';
import type { Client } from 'aedes';
import type { Packet } from 'mqtt-packet';
import { connackRefusal, REFUSED } from './farewell.ts';
import { type Flaw, flawOf } from './packet-flaws.ts';

interface Parser {
  /** What is not parsed yet; from the start of a packet's body while it is being parsed. */
  readonly _list: { readonly length: number; slice(start?: number, end?: number): Buffer };
  readonly settings: { readonly protocolVersion?: number };
  listeners(event: 'packet'): ((this: Parser, packet: Packet) => void)[];
  removeAllListeners(event: 'packet'): void;
  on(event: 'packet', listener: (packet: Packet) => void): void;
  prependListener(event: 'error', listener: (error: Error) => void): void;
}

/** What aedes keeps of a client and reads again after the hook that changes it. */
interface Inside {
  readonly _parser: Parser;
  id: string;
  clean: boolean;
  sessionExpiryInterval: number;
  _will: object | null;
  _assignedClientId: string | undefined;
  _serverKeepAlive: number | undefined;
  _sessionExpiryClamped: boolean;
  readonly _connectSessionExpiryInterval: number | undefined;
  readonly _keepaliveInterval: number;
  readonly _keepaliveTimer: NodeJS.Timeout | null;
}

const inside = (client: Client): Inside => client as unknown as Inside;

export interface Seams {
  /** Before aedes sees the packet. @returns `drop`: it never does, and need not */
  onPacket(packet: Packet): 'take' | 'drop';
  /** The connection ends with it. */
  onFlaw(flaw: Flaw): void;
  /** aedes threw: the connection cannot go on. */
  onBug(error: unknown): void;
  /** It speaks no MQTT that is known here, and was told so. */
  onForeignVersion(clientId: string | undefined): void;
}

/** Checks every packet between the parser and aedes. Call it right after `aedes.handle`. */
export function watchPackets(client: Client, { onPacket, onFlaw, onBug, onForeignVersion }: Seams): void {
  const parser = inside(client)._parser;
  const [take] = parser.listeners('packet');
  if (take === undefined) throw new Error('this aedes takes its packets in another way');
  parser.removeAllListeners('packet');
  let isConnected = false;
  parser.on('packet', (packet) => {
    if (packet.cmd === 'connect') {
      if (isConnected) return onFlaw({ code: 0x82, text: 'a second CONNECT (3.1.0-2)' });
      isConnected = true;
    }
    const flaw = flawOf(packet, parser.settings.protocolVersion ?? 4) ?? expiryFlaw(client, packet);
    if (flaw !== undefined) return onFlaw(flaw);
    if (onPacket(packet) === 'take') {
      try {
        take.call(parser, packet);
      } catch (error) {
        onBug(error);
      }
      return;
    }
    // aedes counts the silence of a client from the last packet that it saw.
    if (inside(client)._keepaliveInterval > 0) inside(client)._keepaliveTimer?.refresh();
  });
  parser.prependListener('error', (error) => {
    const isForeign = error.message === 'Invalid protocol version' || error.message === 'Invalid protocolId';
    if (!isForeign) return onFlaw({ code: 0x81, text: error.message });
    // MQTT 3.1.1, 3.1.2-1 and 3.1.2-2: answered before the connection closes.
    client.conn.write(connackRefusal(4, REFUSED.protocolVersion, ''));
    onForeignVersion(claimedId(parser._list.slice()));
  });
}

/**
 * Client id of a CONNECT of an unknown version, where every version so far has it: behind protocol name, level, flags and
 * keepalive. Undefined where there is no text.
 */
function claimedId(body: Buffer): string | undefined {
  if (body.length < 2) return undefined;
  const at = 2 + body.readUInt16BE(0) + 4;
  if (body.length < at + 2) return undefined;
  const id = body.subarray(at + 2, at + 2 + body.readUInt16BE(at));
  return id.length > 0 && isUtf8(id) ? id.toString() : undefined;
}

/** A session that was to end with its connection cannot be made to stay by its last packet (MQTT 5, 3.14.2-2). */
function expiryFlaw(client: Client, packet: Packet): Flaw | undefined {
  if (packet.cmd !== 'disconnect' || inside(client)._connectSessionExpiryInterval !== 0) return undefined;
  const wanted = packet.properties?.sessionExpiryInterval ?? 0;
  return wanted > 0
    ? { code: 0x82, text: 'DISCONNECT wants a session to stay that was to end (5 3.14.2-2)' }
    : undefined;
}

export interface AcceptedSession {
  /** Takes the place of the client id everywhere in aedes, so that no login meets the sessions of another. */
  readonly key: string;
  /** What an MQTT 5 client without a client id is told to be called. */
  readonly assignedId: string | undefined;
  /** May it outlive its connection? */
  readonly lasting: boolean;
  /** Seconds, for a client that asked for less watching (MQTT 5). */
  readonly serverKeepAlive: number | undefined;
  readonly sendsWill: boolean;
}

/** Inside the `authenticate` hook: aedes goes on with what is set here. */
export function acceptSession(client: Client, session: AcceptedSession): void {
  const it = inside(client);
  it.id = session.key;
  it._assignedClientId = session.assignedId;
  it._serverKeepAlive = session.serverKeepAlive;
  if (!session.sendsWill) it._will = null;
  if (session.lasting) return;
  if (it.sessionExpiryInterval > 0) it._sessionExpiryClamped = client.version === 5;
  it.sessionExpiryInterval = 0;
  it.clean = true;
}
