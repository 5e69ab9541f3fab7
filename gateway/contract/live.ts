/**
 * Socket `/live`: the events each side may send. Types only, so that the wall carries no validator;
 * tests validate with http/*.ts.
 *
 * client → `hello` {epoch, seq} | {} with acknowledgement LiveHello; then the server sends
 * `event` (gapless seq inside an epoch, never merged), `value` (newest per series) and `tick` every 5 s.
 * A resume is followed at once by `value` messages with the newest value of every series.
 *
 * An event is told once it is on disk. What must be known although the disk takes nothing comes beside that stream, from
 * memory and without a number, to every client, also to one that is behind:
 * `gateway`: what the gateway cannot do now, and which campus it serves; whole at each change, and in every answer to `hello`.
 * `unsaved`: alerts, incidents and devices as they are, when their events have waited for the disk for a second. A client
 * shows them at once and keeps its position; their `event` follows when the disk takes it. Ids are the same, so nothing
 * is there twice.
 *
 * `grown`: what a firing alert or incident says now. Its figures and its sentence grow while it lasts and are written down
 * only with an event; a few times a minute whatever has grown is told here, and after a resume all of it. What a client
 * does not know, or knows to be over, it leaves alone.
 *
 * Sign-in: the session cookie, or `auth: {token}` (session or API token). A refused connection fails with the message
 * `sign-in-needed`, `forbidden` or `setup-needed`. `io server disconnect` means the sign-in ended: do not reconnect, sign in
 * anew. `transport close` / `transport error` means cut off or gone: reconnect and send `hello` with the last position.
 */
import type { Alert, Incident } from './http/alerts.ts';
import type { Device, LatestValue } from './http/campus.ts';
import type { StorageTrouble } from './http/health.ts';

export type LiveEventBody =
  | { readonly type: 'alert'; readonly alert: Alert }
  | { readonly type: 'incident'; readonly incident: Incident }
  | { readonly type: 'device'; readonly device: Device };

export type LiveEvent = LiveEventBody & { readonly epoch: string; readonly seq: number; readonly at: number };

export interface LiveValues {
  readonly at: number;
  readonly values: readonly LatestValue[];
  /** How many older values of the same series were merged away for this client. */
  readonly merged: number;
}

export interface LivePosition {
  readonly epoch: string;
  readonly seq: number;
}

/** from ≤ t < to, epoch ms; `from` 0: for ever. */
export interface OffTime {
  readonly from: number;
  readonly to: number;
}

/** The gateway's own condition. */
export interface LiveGateway {
  readonly at: number;
  /** Of the config in force: what the site is called, and whether it is the demo campus. */
  readonly site: string;
  readonly demo: boolean;
  /** Empty while the disk takes everything in time; the worst first. */
  readonly storage: readonly StorageTrouble[];
  /** When the gateway did not run and saw nothing, as far as that ended in the last 48 h; oldest first. */
  readonly off: readonly OffTime[];
}

export interface LiveUnsaved {
  readonly at: number;
  readonly bodies: readonly LiveEventBody[];
}

export interface LiveGrown {
  readonly at: number;
  readonly alerts: readonly Pick<Alert, 'id' | 'excess' | 'unit' | 'yuan' | 'sentence' | 'heldUntil'>[];
  readonly incidents: readonly Pick<Incident, 'id' | 'sentence' | 'heldUntil'>[];
}

export type LiveHello =
  | {
      readonly mode: 'resume';
      readonly position: LivePosition;
      readonly gateway: LiveGateway;
      readonly events: readonly LiveEvent[];
    }
  | {
      readonly mode: 'snapshot';
      readonly position: LivePosition;
      readonly gateway: LiveGateway;
      /** Firing incidents, and those resolved or not acknowledged in the last 24 h, newest first, at most 500. */
      readonly incidents: readonly Incident[];
      readonly alerts: readonly Alert[];
      readonly devices: readonly Device[];
      readonly values: readonly LatestValue[];
    };

export interface ServerToClient {
  event: (event: LiveEvent) => void;
  value: (values: LiveValues) => void;
  gateway: (gateway: LiveGateway) => void;
  unsaved: (unsaved: LiveUnsaved) => void;
  grown: (grown: LiveGrown) => void;
  tick: (tick: { readonly at: number; readonly seq: number; readonly epoch: string }) => void;
}

export interface ClientToServer {
  hello: (position: Partial<LivePosition>, ack: (hello: LiveHello) => void) => void;
}
