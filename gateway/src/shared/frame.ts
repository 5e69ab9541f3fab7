/** A frame: one MQTT message as it came in, before anybody knows what it means. */
import type { CredentialKind } from '#contract/enums.ts';

export interface Frame {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Delivered by an external broker from its retained store: a hint of state, never a sample. */
  readonly replayed: boolean;
  /** The last will of a client that vanished: a suspicion, never an alarm. */
  readonly will: boolean;
  /** Arrival, epoch ms UTC. */
  readonly at: number;
  readonly clientId: string;
  readonly username: string;
  /** `probe`: not over MQTT, the gateway asked for it itself or took it on a socket of its own. */
  readonly credential: CredentialKind | 'probe';
  /** Host it came from, where the transport knows: devices of some protocols are told apart by it alone. */
  readonly from?: string | undefined;
}

/** What became of a frame. Everything but `retry` is acknowledged to the sender. */
export type FrameOutcome =
  | { readonly kind: 'stored' | 'ignored' | 'quarantined' }
  /** Not durable: it must not be acknowledged. */
  | { readonly kind: 'retry'; readonly reason: string };
