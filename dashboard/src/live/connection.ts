/** The state of the live connection, as pages show it. */
export interface Connection {
  /** live: ticks arrive. connecting: never connected yet. broken: was connected, or the first try failed. */
  readonly state: 'live' | 'connecting' | 'broken';
  /** Why it is broken: the line is down, or it stands and the gateway says nothing. */
  readonly cause: 'none' | 'down' | 'silent';
  /** Since when it is in this state, epoch ms by this browser's clock. */
  readonly since: number;
  /** Last sign of life of the gateway, epoch ms by this browser's clock; null before the first. */
  readonly lastTickAt: number | null;
  /** How often it tried to connect since the line went down. */
  readonly attempt: number;
  /** What the gateway's clock is ahead of this browser's. A wall's clock may be hours off; ages must not be. */
  readonly clockAheadMs: number;
  /** The session or token is no longer accepted: trying again is useless. */
  readonly refused: boolean;
}

/** The gateway ticks every 5 s; after two missed ticks nothing on the page may be taken for live. */
export const silentAfterMs = 10_000;

export type ConnectionChange =
  | { readonly what: 'hello' }
  | { readonly what: 'tick'; readonly gatewayAt: number }
  | { readonly what: 'down' }
  | { readonly what: 'attempt' }
  | { readonly what: 'refused' }
  | { readonly what: 'clock' };

export function startConnection(now: number): Connection {
  return {
    state: 'connecting',
    cause: 'none',
    since: now,
    lastTickAt: null,
    attempt: 0,
    clockAheadMs: 0,
    refused: false,
  };
}

const moved = (from: Connection, state: Connection['state'], cause: Connection['cause'], now: number): Connection =>
  from.state === state && from.cause === cause ? from : { ...from, state, cause, since: now };

/**
 * Pure: the connection after a change. Returns the same object when nothing changed.
 * @param now epoch ms by this browser's clock
 */
export function changeConnection(from: Connection, change: ConnectionChange, now: number): Connection {
  switch (change.what) {
    case 'hello':
      return { ...moved(from, 'live', 'none', now), lastTickAt: now, attempt: 0, refused: false };
    case 'tick': {
      const heard = { ...from, lastTickAt: now, clockAheadMs: change.gatewayAt - now };
      return from.cause === 'silent' ? moved(heard, 'live', 'none', now) : heard;
    }
    case 'down':
      return moved(from, 'broken', 'down', now);
    case 'attempt':
      return { ...from, attempt: from.attempt + 1 };
    case 'refused':
      return { ...moved(from, 'broken', 'down', now), refused: true };
    case 'clock':
      if (from.state === 'live' && from.lastTickAt !== null && now - from.lastTickAt > silentAfterMs)
        return moved(from, 'broken', 'silent', now);
      if (from.state === 'connecting' && now - from.since > silentAfterMs) return moved(from, 'broken', 'down', now);
      return from;
  }
}
