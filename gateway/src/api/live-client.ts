/**
 * One connection to `/live`. Waits for `hello`; then backfill → cut-over → stream: events that arrive while the missed ones
 * are read from the records wait here and follow them, and `seq` removes what both contain.
 */
import { z } from 'zod';
import type { LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveHello, LivePosition } from '#contract/live.ts';
import type { Clock } from '../shared/clock.ts';
import type { LiveView } from './api-deps.ts';
import type { Caller } from './caller.ts';
import { createLiveBacklog, unsavedParts } from './live-backlog.ts';
import { createLiveSnapshots, type LiveSnapshots } from './live-snapshots.ts';
import type { LiveSocket } from './live-socket.ts';

const MAX_BEHIND_BYTES = 1_000_000;
/** Bytes handed to the kernel's queue may be a fresh snapshot: over the limit they get a moment to drain. */
const BYTES_GRACE_MS = 5_000;
const MAX_BEHIND_MS = 15_000;
/** A snapshot is cheaper for both sides than a longer list of events. */
const MAX_RESUME_EVENTS = 2_000;

/** Devices of a campus whose snapshot takes less than a millisecond. */
const SMALL = 100;
const AGAIN_MS = 1_000;

type Ack = (answer: LiveHello) => void;
type AckJson = (json: string) => void;

const helloRequest = z.strictObject({ epoch: z.string().max(128).optional(), seq: z.number().int().min(0).optional() });

export interface LiveClient {
  readonly socket: LiveSocket;
  caller(): Caller;
  /**
   * May it get the shared broadcast: it streams, and everything before has left. Otherwise it is taken out of the broadcast
   * and has to be given the message to hold. @param seq of the event to be sent, which it may have got with its hello.
   */
  isCurrent(seq?: number): boolean;
  /** Takes what the broadcast must not bring it: while behind, or still reading what it missed. */
  holdEvent(event: LiveEvent, bytes: number): void;
  holdValues(values: readonly LatestValue[]): void;
  /** @returns true when it stayed behind too long or too far. */
  isTooFarBehind(): boolean;
}

export interface LiveClientContext {
  readonly live: LiveView;
  /** Shared by all clients; one of its own when absent. */
  readonly snapshots?: LiveSnapshots;
  readonly clock: Clock;
  merged(count: number): void;
  badHello(client: LiveSocket): void;
}

export function createLiveClient(
  socket: LiveSocket,
  caller: Caller,
  { live, snapshots = createLiveSnapshots(live), clock, merged, badHello }: LiveClientContext,
): LiveClient {
  const backlog = createLiveBacklog();
  /** `taken`: the snapshot it waits for is taken, and what comes from now on follows it. */
  let state: 'new' | 'backfill' | 'taken' | 'streaming' = 'new';
  let snapshotAt = Number.NEGATIVE_INFINITY;
  let lastSeq = 0;
  let hellos = 0;
  let blockedSince: number | undefined;

  const blocked = (): boolean => {
    if (socket.queuedBytes() === 0) {
      blockedSince = undefined;
      return false;
    }
    blockedSince ??= clock.monotonic();
    return true;
  };

  /** Sends what waits, a piece at a time, as far as the line takes it. */
  const pump = (): void => {
    if (state !== 'streaming') return;
    while (!backlog.isEmpty() && !blocked()) {
      for (const event of backlog.takeEvents()) if (event.seq > lastSeq) sendEvent(event);
      const values = blocked() ? undefined : backlog.takeValues(clock.now());
      if (values === undefined) continue;
      socket.emit('value', values);
      if (values.merged > 0) merged(values.merged);
    }
    if (backlog.isEmpty() && !blocked()) socket.setStreaming(true);
  };
  const sendEvent = (event: LiveEvent): void => {
    lastSeq = event.seq;
    socket.emit('event', event);
  };

  /** A small one at once; a large one, or one more within a second, together with those of others. */
  const startAnew = async (mine: number, ack: Ack, ackJson: AckJson | undefined): Promise<boolean> => {
    const isAgain = clock.monotonic() - snapshotAt < AGAIN_MS;
    snapshotAt = clock.monotonic();
    if (ackJson === undefined || (!isAgain && snapshots.size() <= SMALL)) {
      const snapshot = snapshots.now();
      lastSeq = snapshot.position.seq;
      ack(snapshot);
      return true;
    }
    const json = await snapshots.shared((position) => {
      if (mine !== hellos) return;
      lastSeq = position.seq;
      backlog.dropValues();
      state = 'taken';
    });
    if (mine !== hellos) return false;
    ackJson(json);
    return true;
  };
  const hello = async (asked: z.output<typeof helloRequest>, ack: Ack, ackJson: AckJson | undefined): Promise<void> => {
    socket.setStreaming(false);
    state = 'backfill';
    hellos += 1;
    const mine = hellos;
    backlog.takeEvents();
    const from: LivePosition | undefined =
      asked.epoch === undefined || asked.seq === undefined ? undefined : { epoch: asked.epoch, seq: asked.seq };
    const missed = from === undefined ? undefined : await live.eventsAfter(from);
    // The client asked again meanwhile: that answer counts.
    if (mine !== hellos) return;
    if (from !== undefined && missed !== undefined && missed.length <= MAX_RESUME_EVENTS) {
      const position = { epoch: from.epoch, seq: missed.at(-1)?.seq ?? from.seq };
      lastSeq = position.seq;
      ack({ mode: 'resume', position, gateway: live.gateway(), events: missed });
      for (const bodies of unsavedParts(live.unsaved())) socket.emit('unsaved', { at: clock.now(), bodies });
      socket.emit('grown', live.grown());
      // After a break values are not replayed: the client gets where everything stands now.
      backlog.pushValues(live.latest({}));
    } else if (!(await startAnew(mine, ack, ackJson))) return;
    state = 'streaming';
    pump();
  };

  socket.onHello((given, ack, ackJson) => {
    const asked = helloRequest.safeParse(given);
    if (!asked.success) return badHello(socket);
    hello(asked.data, ack, ackJson).catch(() => socket.cut());
  });
  socket.onReady(pump);

  return {
    socket,
    caller: () => caller,
    isCurrent: (seq) => {
      const current = state === 'streaming' && backlog.isEmpty() && !blocked() && (seq === undefined || seq > lastSeq);
      if (!current) socket.setStreaming(false);
      return current;
    },
    holdEvent: (event, bytes) => {
      if (state !== 'new') backlog.pushEvent(event, bytes);
      pump();
    },
    holdValues: (values) => {
      if (state === 'streaming' || state === 'taken') backlog.pushValues(values);
      pump();
    },
    isTooFarBehind: () => {
      if (!blocked() || blockedSince === undefined) return backlog.bytes() > MAX_BEHIND_BYTES;
      const blockedMs = clock.monotonic() - blockedSince;
      if (backlog.bytes() > MAX_BEHIND_BYTES || blockedMs > MAX_BEHIND_MS) return true;
      return blockedMs > BYTES_GRACE_MS && socket.queuedBytes() > MAX_BEHIND_BYTES;
    },
  };
}
