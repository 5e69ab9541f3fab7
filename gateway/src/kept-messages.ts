/**
 * Messages that lead to no device: kept, shown, and taken in as history once the config knows what they are. The
 * readings of a message have the times they would have had, so taking them in twice stores them once.
 */
import type { AnnouncedDevice } from '#contract/http/onboarding.ts';
import type { CampusInForce } from './campus-in-force.ts';
import { createCodecs } from './decode/codecs/create-codecs.ts';
import { compileProfiles } from './decode/compile-profiles.ts';
import { createDecoder, type DecodeResult, type Decoder } from './decode/decoder.ts';
import { createHealthBook } from './decode/profile-health.ts';
import type { History } from './history.ts';
import { createAnnouncedBook } from './onboarding/announced-book.ts';
import { createKeptBook, type KeptBook, type KeptFrame } from './onboarding/kept-book.ts';
import { asSuspicion } from './pipeline.ts';
import type { Closers } from './shared/closers.ts';
import type { Frame } from './shared/frame.ts';
import type { Log } from './shared/log.ts';
import { keptStatements, loadKept } from './store/kept-frames.ts';
import type { RecordsDb } from './store/records-db.ts';
import { loadTaught } from './store/taught-messages.ts';

export interface KeptMessages {
  readonly book: Pick<KeptBook, 'topics' | 'topic' | 'stats'>;
  /** A message of which something could not be read, or that announces devices. */
  aside(frame: Frame, decoded: DecodeResult): void;
  /** A message from before the start, of which only the devices it announces are news. */
  told(frame: Frame, decoded: DecodeResult): void;
  /** Devices that bridges announced, newest first, whether or not they are configured by now. */
  announced(): readonly AnnouncedDevice[];
  /** Takes in what the config in force can read; the rest stays. Never rejects: what fails is tried the next time. */
  takeIn(): Promise<void>;
  /** Readings of kept messages that a device has got since the start. */
  recovered(device: string): number;
}

export interface KeptMessagesParts {
  readonly records: RecordsDb;
  readonly log: Log;
  readonly closers: Closers;
  campus(): CampusInForce;
  importReadings: History['importReadings'];
}

const FLUSH_MS = 1_000;
/** Messages decoded in one go; between them the broker has its turn. */
const SLICE = 200;
const MAX_ANNOUNCED = 2_000;

export async function openKeptMessages(parts: KeptMessagesParts): Promise<KeptMessages> {
  const { records, log, closers, campus } = parts;
  const book = createKeptBook(await loadKept(records));
  const announced = createAnnouncedBook(MAX_ANNOUNCED);
  const recovered = new Map<string, number>();

  const flush = async (): Promise<void> => {
    const statements = keptStatements(book.takeChanges());
    if (statements.length === 0) return;
    try {
      await records.write(statements);
    } catch (error) {
      log.warn({ err: error }, 'messages that lead to no device could not be kept on disk');
    }
  };
  const writer = everyWhile(FLUSH_MS, flush);
  closers.push({ name: 'kept messages', close: () => writer.stop() });

  const takeIn = async (): Promise<void> => {
    if (book.stats().frames === 0) return;
    const decoder = await freshDecoder(campus(), records);
    const frames = [...book.topics()].flatMap((topic) => topic.frames).sort((a, b) => a.id - b.id);
    for (let at = 0; at < frames.length; at += SLICE) {
      const slice = frames.slice(at, at + SLICE).map((frame) => ({ frame, result: decoder.decode(frameOf(frame)) }));
      const readings = slice.flatMap(({ frame, result }) =>
        frame.will ? result.readings.map(asSuspicion) : result.readings,
      );
      if (readings.length > 0) await parts.importReadings(readings);
      for (const { device } of readings) add(recovered, device);
      settle(book, slice);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await flush();
  };
  let running: Promise<void> = Promise.resolve();
  const told: KeptMessages['told'] = (frame, { proposals }) => {
    for (const proposal of proposals) announced.add(announcedDevice(proposal, frame.at), frame.username);
  };

  return {
    book,
    told,
    aside: (frame, decoded) => {
      told(frame, decoded);
      const [note] = decoded.quarantine;
      // Those are not carried whole.
      if (note === undefined || note.reason === 'too-large') return;
      const { topic, payload, at, clientId, username, from, replayed, will } = frame;
      const isStrange = decoded.readings.length === 0 && decoded.heard.length === 0;
      book.add({ ...{ topic, payload, at, clientId, username, from, replayed, will, isStrange }, ...note });
      writer.wake();
    },
    announced: announced.newestFirst,
    takeIn: () => {
      running = running
        .then(takeIn)
        .catch((error: unknown) => log.warn({ err: error }, 'kept messages could not be taken in; tried again later'));
      return running;
    },
    recovered: (device) => recovered.get(device) ?? 0,
  };
}

/**
 * One that remembers only what was taught: the live one's memory of fragments and sequences must not meet messages out
 * of their time, and its counts are about what arrives now.
 */
async function freshDecoder({ config, health }: CampusInForce, records: RecordsDb): Promise<Decoder> {
  const { profiles } = compileProfiles(config.profileFiles, createCodecs());
  const off = new Set(health.off().map(({ id }) => id));
  const decoder = createDecoder({
    registry: config.registry,
    profiles: profiles.filter(({ id }) => !off.has(id)),
    health: createHealthBook(new Map()),
  });
  for (const { topic, payload, at } of await loadTaught(records))
    decoder.decode(
      frameOf({ topic, payload, at, clientId: '', username: '', from: undefined, replayed: true, will: false }),
    );
  return decoder;
}

function frameOf(kept: Omit<KeptFrame, 'id' | 'reason'>): Frame {
  const { topic, payload, at, clientId, username, from, replayed, will } = kept;
  return {
    ...{ topic, at, clientId, username, from, replayed, will },
    ...{ payload: Buffer.from(payload), qos: 0, retain: false, credential: 'bridge' },
  };
}

/** What could be read in full is no longer kept; of the rest the page tells what holds now. */
function settle(book: KeptBook, slice: readonly { readonly frame: KeptFrame; readonly result: DecodeResult }[]): void {
  const done = new Set(slice.flatMap(({ frame, result }) => (result.quarantine.length === 0 ? [frame.id] : [])));
  book.forget(done);
  for (const { frame, result } of slice) {
    const [note] = result.quarantine;
    const isStrange = result.readings.length === 0 && result.heard.length === 0;
    if (note !== undefined) book.explain(frame.topic, frame.id, { ...note, isStrange });
  }
}

function announcedDevice(proposal: DecodeResult['proposals'][number], lastAt: number): AnnouncedDevice {
  const { profile, address, name, kind, manufacturer = null, model = null } = proposal;
  return { profile, address, name, kind, manufacturer, model, lastAt };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Works at most once per `ms`, and only when there is something to do. */
function everyWhile(ms: number, work: () => Promise<void>): { wake(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let busy: Promise<void> = Promise.resolve();
  const run = (): void => {
    timer = undefined;
    busy = busy.then(work);
  };
  return {
    wake: () => {
      timer ??= setTimeout(run, ms);
    },
    stop: () => {
      clearTimeout(timer);
      run();
      return busy;
    },
  };
}
