/**
 * The way of a message, one call per hop:
 *
 *   frame ─▶ reading ─▶ stored ─▶ state ─▶ condition ─▶ alert ─▶ incident ─▶ event
 *   broker   decode     store     └──────────── judgement ────────────┘     api
 *
 * onFrame resolves after the commit: the broker acknowledges then and not before. Judgement follows the store's
 * commit stream, not the frames, so that after a crash the journal brings it exactly what it has missed.
 */
import type { QuarantineReason } from '#contract/enums.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import type { DecodeResult } from './decode/decoder.ts';
import type { Clock } from './shared/clock.ts';
import { createFairLine } from './shared/fair-line.ts';
import type { Frame, FrameOutcome } from './shared/frame.ts';
import type { Log } from './shared/log.ts';
import type { OutMessage } from './shared/out-message.ts';
import { QUARANTINE_HEAD_BYTES, type QuarantineEntry, quarantineStatements } from './store/quarantine-records.ts';
import { type ReadingStore, StoreError } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

export interface PipelineSetup {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<ReadingStore, 'append'>;
  readonly records: RecordsDb;
  decode(frame: Frame): DecodeResult;
  /** Signs of life that no stored reading brings. */
  heard(devices: readonly string[], at: number): void;
  /** Some of these were stored before, so no commit brings them to the judge. */
  repeated(readings: readonly Reading[]): void;
  storeDown(down: boolean, at: number): void;
  /** The store did not take a commit; called for each. */
  refused(error: StoreError): void;
  /** A message of which something could not be read, or that announces devices. */
  aside(frame: Frame, decoded: DecodeResult): void;
  /** Answers that protocols ask for. */
  send(messages: readonly OutMessage[]): void;
  /** Keeps a message that teaches what later ones mean. @returns false when it is not kept */
  remember(frame: Frame): Promise<boolean>;
  /** Series of these readings are known to the store when it resolves; undefined when they already are. */
  define(readings: readonly Reading[]): Promise<void> | undefined;
  /** Why nothing may be committed now, such as a disk that is nearly full; undefined when it may. */
  blocked(): string | undefined;
  /** Why nothing can be set aside now, neither for the quarantine nor for whoever registers a device later. */
  asideBlocked?(): string | undefined;
}

export interface Pipeline {
  onFrame(frame: Frame): Promise<FrameOutcome>;
  /** A frame the broker refused to carry whole; only its head is known. */
  onOversize(frame: Frame, bytes: number): Promise<FrameOutcome>;
  /** What was heard outside MQTT and is no message to decode: only its row in the quarantine, with the reason. */
  setAside(frame: Frame, problem: Problem): void;
  /** Readings the gateway took itself, from what it asked or was told outside MQTT. */
  admit(readings: readonly Reading[]): Promise<FrameOutcome>;
  counters(): PipelineCounters;
  /** Quarantined frames are on disk when it resolves. */
  flush(): Promise<void>;
}

export interface PipelineCounters {
  frames: number;
  readings: number;
  stored: number;
  duplicates: number;
  refused: number;
  quarantined: Record<string, number>;
  quarantineDropped: number;
  /** Messages worth remembering for which there was no room. */
  notRemembered: number;
}

/** Distinct topic and reason pairs waiting for the disk; above it the sender that has most loses its oldest. */
const MAX_WAITING = 1_000;
const LINGER_MS = 20;

export function createPipeline(setup: PipelineSetup): Pipeline {
  const { clock, log, store } = setup;
  const counters: PipelineCounters = {
    frames: 0,
    readings: 0,
    stored: 0,
    duplicates: 0,
    refused: 0,
    quarantined: {},
    quarantineDropped: 0,
    notRemembered: 0,
  };
  const remember = async (frame: Frame): Promise<void> => {
    if (!(await setup.remember(frame))) counters.notRemembered += 1;
  };
  const quarantine = createQuarantine(setup.records, counters, log);
  const remembered = new Set<string>();
  let isDown = false;

  const commit = async (readings: readonly Reading[]): Promise<Committed> => {
    try {
      const blocked = setup.blocked();
      if (blocked !== undefined) throw new StoreError('full', blocked);
      const defining = setup.define(readings);
      if (defining !== undefined) await defining;
      const result = await store.append(readings);
      counters.stored += result.stored;
      counters.duplicates += result.duplicates;
      if (isDown) {
        isDown = false;
        setup.storeDown(false, clock.now());
        log.info({}, 'the store commits again');
      }
      return { kind: 'stored', isNew: result.duplicates === 0 };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      counters.refused += readings.length;
      setup.refused(error);
      if (!isDown) {
        log.error({ code: error.code }, `the store cannot commit: ${error.message}`);
        setup.storeDown(true, clock.now());
      }
      isDown = true;
      return { kind: 'retry', reason: error.code };
    }
  };

  const take = async (frame: Frame, decoded: DecodeResult): Promise<FrameOutcome> => {
    if (decoded.dedup !== undefined && remembered.has(decoded.dedup)) {
      counters.duplicates += decoded.readings.length;
      return { kind: 'ignored' };
    }
    // Acknowledged, it would be gone with the next restart, though the page promises to take it in.
    const isOnlyAside = decoded.quarantine.length > 0 && decoded.readings.length === 0;
    if (isOnlyAside && setup.asideBlocked?.() !== undefined) {
      setup.heard(decoded.heard, frame.at);
      return { kind: 'retry', reason: 'records' };
    }
    if (decoded.quarantine.length > 0 || decoded.proposals.length > 0) setup.aside(frame, decoded);
    const kept = decoded.quarantine.map((problem) => quarantine.add(frame, frame.payload.length, problem));
    if (decoded.remember === true) await remember(frame);
    const readings = frame.will ? decoded.readings.map(asSuspicion) : decoded.readings;
    counters.readings += readings.length;
    if (readings.length === 0) {
      setup.heard(decoded.heard, frame.at);
      await Promise.all(kept);
      return { kind: kept.length > 0 ? 'quarantined' : 'ignored' };
    }
    const outcome = await commit(readings);
    if (outcome.kind === 'stored' && decoded.dedup !== undefined) rememberKey(remembered, decoded.dedup);
    if (outcome.kind === 'stored' && !outcome.isNew) setup.repeated(readings);
    // What could not be stored still shows that the device lives.
    const isSaid = (device: string): boolean =>
      outcome.kind === 'stored' && readings.some((reading) => reading.device === device);
    const unsaid = decoded.heard.filter((device) => !isSaid(device));
    if (unsaid.length > 0) setup.heard(unsaid, frame.at);
    return outcome.kind === 'stored' ? STORED : outcome;
  };

  return {
    async onFrame(frame) {
      counters.frames += 1;
      const decoded = setup.decode(frame);
      const outcome = await take(frame, decoded);
      // An answer lets the device forget what it said, so it says no sooner than PUBACK that we have it; to a repeat too.
      if (outcome.kind !== 'retry' && decoded.replies.length > 0 && !frame.replayed) setup.send(decoded.replies);
      return outcome;
    },
    async onOversize(frame, bytes) {
      counters.frames += 1;
      await quarantine.add(frame, bytes, { reason: 'too-large', detail: `${bytes} bytes` });
      return { kind: 'quarantined' };
    },
    setAside(frame, problem) {
      void quarantine.add(frame, frame.payload.length, problem);
    },
    async admit(readings) {
      counters.readings += readings.length;
      const outcome = await commit(readings);
      if (outcome.kind !== 'stored') return outcome;
      if (!outcome.isNew) setup.repeated(readings);
      return STORED;
    },
    counters: () => counters,
    flush: quarantine.flush,
  };
}

/** `isNew`: every reading of it goes to the judge with the commit. */
type Committed = { readonly kind: 'stored'; readonly isNew: boolean } | Extract<FrameOutcome, { kind: 'retry' }>;
const STORED: FrameOutcome = { kind: 'stored' };

/** Network servers resend within seconds; older keys are let go. */
const MAX_REMEMBERED = 20_000;

function rememberKey(keys: Set<string>, key: string): void {
  keys.add(key);
  if (keys.size <= MAX_REMEMBERED) return;
  for (const oldest of keys) {
    keys.delete(oldest);
    return;
  }
}

/** What a last will says. */
export const asSuspicion = (reading: Reading): Reading => ({ ...reading, flags: reading.flags | FLAG_BITS.will });

export interface Problem {
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly profile?: string | undefined;
  readonly address?: string | undefined;
}

/**
 * Collects what is quarantined and writes it in batches, one row per topic and reason, so that a chattering stranger
 * costs one row, not a disk. An addition resolves when it is on disk, or was dropped and counted.
 */
function createQuarantine(records: RecordsDb, counters: PipelineCounters, log: Log) {
  const waiting = createFairLine<QuarantineEntry>(MAX_WAITING);
  let next: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const entries = waiting.takeAll();
    next = undefined;
    try {
      await records.write(quarantineStatements(entries));
    } catch (error) {
      counters.quarantineDropped += entries.length;
      log.warn({ err: error }, 'quarantined frames could not be written');
    }
  };
  return {
    add(frame: Frame, bytes: number, problem: Problem): Promise<void> {
      counters.quarantined[problem.reason] = (counters.quarantined[problem.reason] ?? 0) + 1;
      const topic = frame.topic.slice(0, LIMITS.topicLength);
      const key = `${problem.reason}\n${topic}`;
      const before = waiting.get(key);
      // A client calls itself what it likes, so what it has counts by its login where it has one.
      counters.quarantineDropped += waiting.put(key, frame.username === '' ? frame.clientId : frame.username, {
        topic,
        reason: problem.reason,
        detail: problem.detail.slice(0, 500),
        profile: problem.profile ?? null,
        address: problem.address ?? null,
        clientId: frame.clientId,
        username: frame.username,
        at: frame.at,
        bytes,
        head: Uint8Array.from(frame.payload.subarray(0, QUARANTINE_HEAD_BYTES)),
        count: (before?.count ?? 0) + 1,
      });
      next ??= writing.then(() => new Promise((resolve) => setTimeout(resolve, LINGER_MS))).then(write);
      writing = next;
      return next;
    },
    flush: (): Promise<void> => writing,
  };
}
