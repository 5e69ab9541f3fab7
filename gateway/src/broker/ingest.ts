/**
 * Takes in what clients publish. aedes asks `authorizePublish` before it acknowledges, so the answer waits there for
 * the commit: acknowledged means on disk. An error as answer closes the connection without an acknowledgement, and the
 * device sends again; right for what may not be published or could not be committed, wrong for a bad payload, which
 * would come back for ever.
 */
import type { PublishPacket } from 'aedes';
import type { Clock } from '../shared/clock.ts';
import type { Frame, FrameOutcome } from '../shared/frame.ts';
import type { Log } from '../shared/log.ts';
import type { BrokerLimits, BrokerOptions } from './broker-options.ts';
import type { Connections } from './connections.ts';
import type { Counters } from './counters.ts';
import type { FanOut } from './fan-out.ts';
import { BYE } from './farewell.ts';
import { createHeldFrames, type Held } from './held-frames.ts';
import { travellingProperties } from './message.ts';
import { type Acknowledge, contentKey, type Qos2Memory } from './qos2-memory.ts';
import type { Refuse } from './refusals.ts';
import { isWill, type Session } from './session.ts';

const NOT_COMMITTED = 'the gateway cannot store at the moment; send again';

/** What is kept of a payload that is too large. */
const HEAD_BYTES = 1_024;

export interface IngestSetup {
  readonly options: Pick<BrokerOptions, 'onFrame' | 'onOversize' | 'maxPayloadBytes'>;
  readonly limits: BrokerLimits;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Log;
  readonly refuse: Refuse;
  readonly cutOff: Connections['cutOff'];
  readonly fanOut: FanOut;
  /** Retained messages or queues could not be written to disk. */
  readonly onShelfFailure: (error: unknown) => void;
  readonly qos2: Qos2Memory;
}

export interface Ingest {
  /** @param done called once: without an error after the commit, with one to close the connection */
  publish(session: Session, packet: PublishPacket, done: Acknowledge): void;
  /** From now on wills are not sent: that the gateway stops says nothing about the devices. */
  stopWills(): void;
  stop(): void;
}

export function createIngest(setup: IngestSetup): Ingest {
  const { counters } = setup;
  const hold = createHold(setup);
  const deliver = createDelivery(setup);
  let closing = false;

  const take = (session: Session, packet: PublishPacket, will: boolean, done: Acknowledge): void => {
    counters.received += 1;
    const whole = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    const tooLarge = whole.length > setup.options.maxPayloadBytes(packet.topic);
    if (tooLarge) {
      counters.oversizePayloads += 1;
      setup.refuse('oversize-payload', session, `${packet.topic.slice(0, 150)} (${whole.length} B)`);
    }
    // A copy: a view would keep the whole payload in memory.
    const payload = tooLarge ? Buffer.from(whole.subarray(0, HEAD_BYTES)) : whole;
    const frame = frameOf(session, packet, payload, will, setup.clock.now());
    const oversizeBytes = tooLarge ? whole.length : undefined;
    const committed: Acknowledge = (error) => (error ? done(error) : deliver(session, packet, whole, done));
    if (packet.qos < 2 || will || packet.messageId === undefined) {
      hold.add(frame, oversizeBytes, committed);
      return;
    }
    const content = contentKey(packet.topic, whole);
    const first = setup.qos2.begin(session.key, packet.messageId, content, done);
    if (typeof first === 'function') {
      hold.add(frame, oversizeBytes, (error) => {
        first(error);
        committed(error);
      });
      return;
    }
    counters.duplicatesQos2 += 1;
    if (first === 'known') done();
  };

  return {
    publish(session, packet, done) {
      const will = isWill(session, packet);
      if (will && (closing || session.muted)) return done(new Error('not sent'));
      const answer: Acknowledge = will
        ? done
        : (error) => {
            session.guard.settle();
            if (!error) return done();
            setup.refuse('not-committed', session, packet.topic);
            // aedes would answer a client of MQTT 5 that the message is refused for good; it has to come again instead.
            setup.cutOff(session, 'not-committed', BYE.busy, error.message);
            if (session.version !== 5) done(error);
          };
      if (session.grants.mayPublish(packet.topic)) return take(session, packet, will, answer);
      setup.refuse('topic-denied', session, packet.topic);
      if (!will) session.guard.settle();
      // With MQTT 5 the PUBREC says no, which ends it.
      if (packet.messageId !== undefined) session.unreleased.delete(packet.messageId);
      // Acknowledged, and gone: closing the connection would bring it back for ever, with all that waits behind it.
      done(session.version === 5 ? new Error('the topic is not under the prefixes of this login') : undefined);
    },
    stopWills: () => {
      closing = true;
    },
    stop: hold.stop,
  };
}

/** Brings what is stored to its subscribers. @param done called when what waits for absent ones is on disk */
function createDelivery({ fanOut, clock, onShelfFailure }: IngestSetup) {
  return (session: Session, packet: PublishPacket, payload: Buffer, done: Acknowledge): void => {
    const { topic, qos, retain, properties } = packet;
    const expiryS = properties?.messageExpiryInterval;
    const { onDisk } = fanOut(
      {
        topic,
        payload,
        qos,
        retain,
        properties: travellingProperties(properties),
        expiresAt: expiryS === undefined ? undefined : clock.now() + expiryS * 1_000,
      },
      session,
    );
    if (onDisk === undefined) done();
    else
      onDisk.then(
        () => done(),
        (error: unknown) => {
          // The reading itself is stored: a resend would store it twice, and would not help.
          onShelfFailure(error);
          done();
        },
      );
  };
}

interface HeldFrame extends Held {
  readonly frame: Frame;
  /** Of the payload, when the frame carries only its head. */
  readonly oversizeBytes: number | undefined;
  readonly done: Acknowledge;
}

/** Holds an acknowledgement back until its frame is durable, and gives up after `holdMs`. */
function createHold({ options, limits, counters, clock, log }: IngestSetup) {
  let lastWarning = -Infinity;
  const giveUp = (held: HeldFrame): void => {
    heldFrames.settle(held);
    if (clock.monotonic() - lastWarning > limits.holdMs) {
      lastWarning = clock.monotonic();
      const seconds = limits.holdMs / 1_000;
      log.warn(
        { held: counters.held },
        `nothing was committed for ${seconds} s: publishers are closed and will resend`,
      );
    }
    counters.held -= 1;
    held.done(new Error(NOT_COMMITTED));
  };
  const heldFrames = createHeldFrames(limits.holdMs, clock.monotonic, giveUp);

  const settle = (held: HeldFrame, outcome: FrameOutcome): void => {
    if (held.settled) return;
    if (outcome.kind === 'retry') {
      counters.retries += 1;
      setTimeout(attempt, limits.retryMs, held).unref();
      return;
    }
    heldFrames.settle(held);
    counters.held -= 1;
    counters.outcomes[outcome.kind] += 1;
    held.done();
  };
  const attempt = (held: HeldFrame): void => {
    if (held.settled) return;
    const { frame, oversizeBytes } = held;
    const outcome = oversizeBytes === undefined ? options.onFrame(frame) : options.onOversize(frame, oversizeBytes);
    outcome.then(
      (result) => settle(held, result),
      (error: unknown) => {
        // Not acknowledged, since it may not be stored; the hold ends it.
        log.error({ err: error }, 'taking in a frame failed');
        settle(held, { kind: 'retry', reason: 'bug' });
      },
    );
  };
  return {
    add(frame: Frame, oversizeBytes: number | undefined, done: Acknowledge): void {
      const held: HeldFrame = { settled: false, since: clock.monotonic(), frame, oversizeBytes, done };
      counters.held += 1;
      heldFrames.add(held);
      attempt(held);
    },
    stop: heldFrames.stop,
  };
}

function frameOf(session: Session, packet: PublishPacket, payload: Buffer, will: boolean, at: number): Frame {
  return {
    topic: packet.topic,
    payload,
    qos: packet.qos,
    retain: packet.retain,
    replayed: false,
    will,
    at,
    clientId: session.clientId,
    username: session.username,
    credential: session.kind,
  };
}
