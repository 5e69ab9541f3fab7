/** A connected client, from CONNECT until it is gone. */
import type { PublishPacket } from 'aedes';
import type { CredentialKind } from '#contract/enums.ts';
import type { FramingGuard } from './framing-guard.ts';
import type { Grants } from './grants.ts';
import type { Outbox } from './outbox.ts';

export interface Session {
  /** Login and client id in one: the identity of the session. */
  readonly key: string;
  readonly username: string;
  readonly clientId: string;
  readonly kind: CredentialKind;
  readonly grants: Grants;
  readonly guard: FramingGuard;
  readonly outbox: Outbox;
  readonly address: string;
  /** 3, 4 or 5. */
  readonly version: number;
  /** Topic aliases that the client understands (MQTT 5). */
  readonly aliases: number;
  /** It asked for a keepalive, or was given one; if not, only a long silence ends it. */
  readonly watched: boolean;
  /** Epoch ms UTC. */
  readonly since: number;
  /** The very object aedes hands to `authorizePublish` when the will is due: that is how wills are told apart. */
  readonly will: object | undefined;
  /** Kicked by us: its will is not sent, since that says nothing about the device and may exceed its rights by now. */
  muted: boolean;
  /** Packet identifiers of messages of QoS 2 that its PUBREL has not ended yet. */
  readonly unreleased: Set<number>;
}

/** Client ids are free text, and so are logins: only a character that neither can hold keeps two sessions apart. */
export const sessionKey = (username: string, clientId: string): string => `${username}\0${clientId}`;

/** Is the packet the last will of the client, not something it published? */
export function isWill(session: Session, packet: PublishPacket): boolean {
  return packet === session.will;
}
