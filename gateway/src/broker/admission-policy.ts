/**
 * Decides at the fixed header of each packet whether it may pass to the broker: before CONNECT is accepted only a small
 * CONNECT may, after that the packet size, the window of uncommitted messages and the client's rate decide.
 */
import type { BrokerLimits } from './broker-options.ts';
import type { Counters } from './counters.ts';
import { CONNECT, type FixedHeader, isRequest, PUBLISH } from './fixed-header.ts';
import { createTokenBucket } from './token-bucket.ts';

export type Admission =
  | { readonly kind: 'pass' | 'drop' }
  /** Ask again after `retryMs`, or when `accept` or `settle` was called. */
  | { readonly kind: 'wait'; readonly retryMs?: number }
  | { readonly kind: 'close'; readonly reason: 'oversize' | 'not-connect' | 'malformed'; readonly detail: string };

export interface AdmissionPolicy {
  /** CONNECT was accepted: the next packets may follow. */
  accept(): void;
  /** A PUBLISH that had passed is done with. */
  settle(): void;
  admit(header: FixedHeader, now: number): Admission;
}

/** Acknowledgements of one client: more than any subscriber has to give, in pieces that nobody else has to wait for. */
const ANSWERS_PER_SECOND = 20_000;
const ANSWER_BURST = 2_000;

const PASS: Admission = { kind: 'pass' };
const DROP: Admission = { kind: 'drop' };
const oversize = (bytes: number): Admission => ({ kind: 'close', reason: 'oversize', detail: `${bytes} B` });
const WAIT: Admission = { kind: 'wait' };

/**
 * @param start monotonic ms
 * @param onDropped a message of QoS 0 above the rate was thrown away
 */
export function createAdmissionPolicy(
  limits: BrokerLimits,
  counters: Counters,
  start: number,
  onDropped: () => void,
): AdmissionPolicy {
  const bucket = createTokenBucket(limits.messagesPerSecond, limits.messageBurst, start);
  const answers = createTokenBucket(ANSWERS_PER_SECOND, ANSWER_BURST, start);
  let stage: 'new' | 'connecting' | 'accepted' = 'new';
  let inFlight = 0;
  let batchBytes = 0;
  let paused = false;

  const first = (header: FixedHeader): Admission => {
    // A TLS handshake begins like a CONNECT, but for its flags.
    if (header.type !== CONNECT || header.flags !== 0) {
      const detail =
        header.type === CONNECT && header.flags === 6 ? 'TLS' : `first byte ${header.type * 16 + header.flags}`;
      return { kind: 'close', reason: 'not-connect', detail };
    }
    const bytes = header.headerBytes + header.bodyBytes;
    if (bytes > limits.preAuthBytes) return oversize(bytes);
    stage = 'connecting';
    return PASS;
  };

  const overRate = (header: FixedHeader, now: number): Admission => {
    if (header.type === PUBLISH && header.qos === 0) {
      counters.rateLimited.dropped += 1;
      onDropped();
      return DROP;
    }
    if (!paused) counters.rateLimited.pauses += 1;
    paused = true;
    return { kind: 'wait', retryMs: bucket.waitMs(now) };
  };

  const isFull = (bytes: number): boolean =>
    inFlight >= limits.inFlight || (inFlight > 0 && batchBytes + bytes > limits.inFlightBytes);

  return {
    accept() {
      stage = 'accepted';
    },
    settle() {
      inFlight -= 1;
      if (inFlight === 0) batchBytes = 0;
    },
    admit(header, now) {
      if (stage === 'new') return first(header);
      const bytes = header.headerBytes + header.bodyBytes;
      if (bytes > limits.packetBytes) return oversize(bytes);
      if (stage === 'connecting') return WAIT;
      if (!isRequest(header.type)) return answers.take(now) ? PASS : { kind: 'wait', retryMs: answers.waitMs(now) };
      const isPublish = header.type === PUBLISH;
      if (isPublish && isFull(bytes)) return WAIT;
      if (!bucket.take(now)) return overRate(header, now);
      paused = false;
      if (isPublish) {
        inFlight += 1;
        batchBytes += bytes;
      }
      return PASS;
    },
  };
}
