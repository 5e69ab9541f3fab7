/**
 * What the broker keeps across restarts: retained messages, sessions that outlive their connection, and the messages
 * queued for them. The broker holds the same in memory and reads the shelf only when it starts.
 */
import type { CredentialKind } from '#contract/enums.ts';

/** MQTT 5 properties of a PUBLISH that travel to its subscribers. */
export interface MessageProperties {
  readonly payloadFormatIndicator?: boolean | undefined;
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  readonly correlationData?: Buffer | undefined;
  readonly userProperties?: Readonly<Record<string, string | string[]>> | undefined;
}

export interface ShelfMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly properties?: MessageProperties | undefined;
  /** Epoch ms UTC after which it is not delivered any more (MQTT 5 message expiry). */
  readonly expiresAt?: number | undefined;
}

export interface RetainedEntry extends ShelfMessage {
  /** Login that sent it, empty for the gateway itself. */
  readonly owner: string;
  readonly ownerKind: CredentialKind | 'gateway';
}

export interface SessionSubscription {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal?: boolean | undefined;
  readonly retainAsPublished?: boolean | undefined;
  readonly identifier?: number | undefined;
}

export interface SessionEntry {
  /** Login and client id in one string. */
  readonly key: string;
  readonly username: string;
  readonly subscriptions: readonly SessionSubscription[];
  /** Epoch ms UTC after which it is forgotten; undefined: never. */
  readonly expiresAt?: number | undefined;
}

export interface QueuedEntry extends ShelfMessage {
  readonly key: string;
  /** Rises within a session. */
  readonly number: number;
  readonly retain: boolean;
  /** Subscription identifiers it matched. */
  readonly identifiers?: readonly number[] | undefined;
}

export interface ShelfContents {
  readonly retained: RetainedEntry[];
  readonly sessions: SessionEntry[];
  /** In the order of `number` within each session. */
  readonly queued: QueuedEntry[];
}

/**
 * Changes are collected and committed together, in the order of the calls. A promise resolves when its change is on disk and rejects when
 * the commit failed; the next commit is tried as if nothing had been.
 */
export interface BrokerShelf {
  /** All that is kept. Entries that cannot be read are left out, counted in `damaged`, and stay told apart by `warn`. */
  load(): Promise<ShelfContents & { readonly damaged: number }>;
  putRetained(entry: RetainedEntry): Promise<void>;
  removeRetained(topic: string): Promise<void>;
  /** Replaces the session's subscriptions and expiry; its queue stays. */
  putSession(entry: SessionEntry): Promise<void>;
  /** With its queue. */
  removeSession(key: string): Promise<void>;
  enqueue(entry: QueuedEntry): Promise<void>;
  /** Acknowledged, expired or displaced by newer ones. A message whose `enqueue` was not committed yet is never written. */
  dequeue(key: string, numbers: readonly number[]): Promise<void>;
  /** Resolves when everything before it is on disk or has failed. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
