/** A connected client, from CONNECT until it is gone. */
import type { PublishPacket } from 'aedes';
import type { CredentialKind } from '#contract/enums.ts';
import type { FramingGuard } from './framing-guard.ts';
import type { Grants } from './grants.ts';

export interface Session {
  readonly username: string;
  readonly clientId: string;
  readonly kind: CredentialKind;
  readonly grants: Grants;
  readonly guard: FramingGuard;
  readonly address: string;
  /** Epoch ms UTC. */
  readonly since: number;
  /** The very object aedes hands to `authorizePublish` when the will is due: that is how wills are told apart. */
  readonly will: object | undefined;
  /** Kicked by us: its will is not sent, since that says nothing about the device and may exceed its rights by now. */
  muted: boolean;
  /** Topic filters it holds. */
  readonly filters: Set<string>;
}

/** Is the packet the last will of the client, not something it published? */
export function isWill(session: Session, packet: PublishPacket): boolean {
  return packet === session.will;
}
