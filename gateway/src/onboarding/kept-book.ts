/**
 * Messages that led to no device, whole, until somebody says what they are. Bounded in every direction: topics, messages
 * of a topic, bytes, and how fast it takes in. Pure: what has to be written to disk is handed over as changes.
 */
import type { QuarantineReason } from '#contract/enums.ts';
import { createFairBudget } from './fair-budget.ts';
import { createTokens, type Tokens } from './tokens.ts';

export interface KeptFrame {
  /** Grows from message to message, also over a restart. */
  readonly id: number;
  readonly topic: string;
  readonly at: number;
  readonly reason: QuarantineReason;
  readonly clientId: string;
  readonly username: string;
  /** Host it came from, where the transport knew. */
  readonly from: string | undefined;
  readonly replayed: boolean;
  readonly will: boolean;
  readonly payload: Uint8Array;
}

export interface KeptTopic {
  readonly topic: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly profile: string | null;
  readonly address: string | null;
  readonly clientId: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Its newest message led to no device at all. */
  readonly isStrange: boolean;
}

export interface KeptView extends KeptTopic {
  readonly latest: { readonly at: number; readonly payload: Uint8Array; readonly bytes: number };
  /** Oldest first. */
  readonly frames: readonly KeptFrame[];
}

export interface StrangeMessage extends Omit<KeptFrame, 'id'> {
  readonly detail: string;
  readonly profile: string | undefined;
  readonly address: string | undefined;
  readonly isStrange: boolean;
}

/** What changed since it was asked last. */
export interface KeptChanges {
  readonly frames: readonly KeptFrame[];
  readonly gone: readonly number[];
  readonly topics: readonly KeptTopic[];
  readonly goneTopics: readonly string[];
}

export interface KeptLimits {
  readonly topics: number;
  readonly framesPerTopic: number;
  readonly bytes: number;
  /** Of a topic whose device is known and whose messages are bad, the newest few are enough to see why. */
  readonly badPerTopic: number;
  /** Messages a second that one topic may have kept, after a burst. */
  readonly topicPerS: number;
  readonly topicBurst: number;
  /** Bytes a second that all may have written, after a burst. */
  readonly bytesPerS: number;
  readonly bytesBurst: number;
}

export const KEPT_LIMITS: KeptLimits = {
  topics: 500,
  framesPerTopic: 200,
  bytes: 32 * 1_048_576,
  badPerTopic: 5,
  topicPerS: 1,
  topicBurst: 20,
  bytesPerS: 131_072,
  bytesBurst: 8 * 1_048_576,
};

export interface KeptBook {
  add(message: StrangeMessage): void;
  topics(): Iterable<KeptView>;
  topic(name: string): KeptView | undefined;
  /** These messages have become readings, or are known to be of no interest. */
  forget(ids: ReadonlySet<number>): void;
  /** What holds of a topic now, if that message is its newest. */
  explain(topic: string, id: number, now: Omit<StrangeMessage, keyof KeptFrame> & Pick<KeptTopic, 'reason'>): void;
  takeChanges(): KeptChanges;
  stats(): { readonly topics: number; readonly frames: number; readonly bytes: number; readonly skipped: number };
}

/** What a kept message costs beside its payload and its topic, which stands in every row. */
const FRAME_COST = 256;
const costOf = ({ topic, payload }: Pick<KeptFrame, 'topic' | 'payload'>): number =>
  payload.length + topic.length + FRAME_COST;
/** Of a message that is not kept, enough to look at. */
const LOOK_BYTES = 16_384;

interface Entry {
  head: KeptTopic;
  /** Login of the newest message, or what its client calls itself where it has none: who has to make room. */
  owner: string;
  latest: KeptView['latest'];
  frames: KeptFrame[];
  bytes: number;
  readonly tokens: Tokens;
  /** Apart: bad content of a device must not use up the room of what comes once its profile is off. */
  readonly badTokens: Tokens;
}

/** What is kept and what of it is not on disk yet; nothing here decides what has to go. */
interface KeptState {
  /** The one heard last stands last. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** How many topics each owner has here. */
  readonly topicsOf: ReadonlyMap<string, number>;
  /** A message with an id of its own, to be written. */
  keep(entry: Entry, message: Omit<KeptFrame, 'id'>): void;
  drop(entry: Entry, frame: KeptFrame): void;
  /** Puts it last, with that head. */
  heard(entry: Entry, head: KeptTopic, owner: string): void;
  touch(name: string): void;
  remove(name: string): void;
  takeChanges(): KeptChanges;
  sums(): { readonly frames: number; readonly bytes: number };
}

interface KeptStart {
  readonly topics: readonly KeptTopic[];
  readonly frames: readonly KeptFrame[];
}

function createKeptState(start: KeptStart, limits: KeptLimits): KeptState {
  const entries = new Map<string, Entry>();
  const topicsOf = new Map<string, number>();
  let bytes = 0;
  let frames = 0;
  let nextId = 1 + start.frames.reduce((most, { id }) => Math.max(most, id), 0);
  let fresh = new Map<number, KeptFrame>();
  let gone: number[] = [];
  let dirty = new Set<string>();
  let goneTopics = new Set<string>();
  /** Topics that have a row on disk: a flood of made-up ones, gone before they were written, costs no removals. */
  const onDisk = new Set<string>();

  const put = (entry: Entry, frame: KeptFrame): void => {
    const cost = costOf(frame);
    entry.frames.push(frame);
    entry.bytes += cost;
    entry.latest = { at: frame.at, payload: frame.payload, bytes: frame.payload.length };
    bytes += cost;
    frames += 1;
  };
  /** Those never written need no removal on disk. */
  const drop = (entry: Entry, frame: KeptFrame): void => {
    const cost = costOf(frame);
    entry.bytes -= cost;
    bytes -= cost;
    frames -= 1;
    if (!fresh.delete(frame.id)) gone.push(frame.id);
  };
  const set = (entry: Entry): void => {
    entries.set(entry.head.topic, entry);
    topicsOf.set(entry.owner, (topicsOf.get(entry.owner) ?? 0) + 1);
  };
  const take = (entry: Entry): void => {
    if (!entries.delete(entry.head.topic)) return;
    const left = (topicsOf.get(entry.owner) ?? 1) - 1;
    if (left === 0) topicsOf.delete(entry.owner);
    else topicsOf.set(entry.owner, left);
  };

  const written = new Map(start.frames.map((frame) => [frame.topic, ownerOf(frame)]));
  for (const head of start.topics) {
    const owner = written.get(head.topic);
    if (owner !== undefined) {
      set(entryOf(head, owner, limits));
      onDisk.add(head.topic);
    } else goneTopics.add(head.topic);
  }
  for (const frame of start.frames) {
    const entry = entries.get(frame.topic);
    if (entry === undefined) gone.push(frame.id);
    else put(entry, frame);
  }

  return {
    entries,
    topicsOf,
    keep: (entry, message) => {
      const frame: KeptFrame = { ...message, id: nextId, payload: new Uint8Array(message.payload) };
      nextId += 1;
      put(entry, frame);
      fresh.set(frame.id, frame);
      dirty.add(frame.topic);
    },
    drop,
    heard: (entry, head, owner) => {
      take(entry);
      entry.owner = owner;
      if (goneTopics.delete(head.topic)) onDisk.add(head.topic);
      entry.head = head;
      set(entry);
    },
    touch: (name) => void dirty.add(name),
    remove: (name) => {
      const entry = entries.get(name);
      if (entry === undefined) return;
      for (const frame of entry.frames) drop(entry, frame);
      take(entry);
      dirty.delete(name);
      if (onDisk.delete(name)) goneTopics.add(name);
    },
    takeChanges: () => {
      const topics = [...dirty].flatMap((name) => entries.get(name)?.head ?? []);
      const changes = { frames: [...fresh.values()], gone, topics, goneTopics: [...goneTopics] };
      for (const name of dirty) onDisk.add(name);
      fresh = new Map();
      gone = [];
      dirty = new Set();
      goneTopics = new Set();
      return changes;
    },
    sums: () => ({ frames, bytes }),
  };
}

function dropOldest(state: KeptState, entry: Entry): void {
  const oldest = entry.frames.shift();
  if (oldest !== undefined) state.drop(entry, oldest);
}

function dropOldestBad(state: KeptState, entry: Entry, most: number): void {
  const bad = entry.frames.filter(({ reason }) => isAboutContent(reason));
  const [oldest] = bad;
  if (oldest === undefined || bad.length <= most) return;
  entry.frames = entry.frames.filter((frame) => frame !== oldest);
  state.drop(entry, oldest);
}

/** Whoever takes most room makes room, so that one stranger cannot push out all others. */
function makeRoom(state: KeptState, limits: KeptLimits): void {
  const { entries, topicsOf } = state;
  while (entries.size > limits.topics) {
    const greediest = most(topicsOf);
    // Those not heard for longest stand first.
    const victim = firstOf(entries.values(), greediest);
    if (victim === undefined) return;
    state.remove(victim.head.topic);
  }
  while (state.sums().bytes > limits.bytes) {
    const greediest = most(bytesOf(entries.values()));
    const own = [...entries.values()].filter(({ owner, frames: kept }) => owner === greediest && kept.length > 0);
    const victim = first(own, ({ frames: kept }) => kept[0]?.at ?? 0);
    if (victim === undefined) return;
    dropOldest(state, victim);
  }
}

/** @param start what an earlier run wrote */
export function createKeptBook(start: KeptStart, limits: KeptLimits = KEPT_LIMITS): KeptBook {
  const state = createKeptState(start, limits);
  const { entries } = state;
  const budget = createFairBudget(limits.bytesBurst, limits.bytesPerS);
  let skipped = 0;
  makeRoom(state, limits);

  return {
    add: (message) => {
      const { topic, at, payload } = message;
      const owner = ownerOf(message);
      const entry = entries.get(topic) ?? entryOf(headOf(undefined, message), owner, limits);
      state.heard(entry, headOf(entry.head, message), owner);
      const tokens = isAboutContent(message.reason) ? entry.badTokens : entry.tokens;
      const isKept = budget.has(owner, costOf(message), at) && tokens.take(1, at);
      if (isKept) {
        budget.take(owner, costOf(message), at);
        const { detail: _, profile: __, address: ___, isStrange: ____, ...rest } = message;
        state.keep(entry, rest);
        if (entry.frames.length > limits.framesPerTopic) dropOldest(state, entry);
        if (isAboutContent(message.reason)) dropOldestBad(state, entry, limits.badPerTopic);
      } else {
        skipped += 1;
        entry.latest = { at, payload: new Uint8Array(payload.subarray(0, LOOK_BYTES)), bytes: payload.length };
      }
      makeRoom(state, limits);
    },
    topics: function* () {
      for (const entry of entries.values()) yield viewOf(entry);
    },
    topic: (name) => {
      const entry = entries.get(name);
      return entry === undefined ? undefined : viewOf(entry);
    },
    forget: (ids) => {
      for (const entry of entries.values()) {
        const newest = entry.frames.at(-1)?.id;
        if (!entry.frames.some(({ id }) => ids.has(id))) continue;
        for (const frame of entry.frames) if (ids.has(frame.id)) state.drop(entry, frame);
        entry.frames = entry.frames.filter(({ id }) => !ids.has(id));
        // The newest can be read: so will those that come, and what is left tells its own story.
        if (entry.frames.length === 0 && newest !== undefined && ids.has(newest)) state.remove(entry.head.topic);
      }
    },
    explain: (topic, id, { reason, detail, profile, address, isStrange }) => {
      const entry = entries.get(topic);
      if (entry === undefined || entry.frames.at(-1)?.id !== id) return;
      entry.head = { ...entry.head, reason, detail, profile: profile ?? null, address: address ?? null, isStrange };
      state.touch(topic);
    },
    takeChanges: state.takeChanges,
    stats: () => ({ topics: entries.size, ...state.sums(), skipped }),
  };
}

const isAboutContent = (reason: QuarantineReason): boolean => reason === 'bad-payload' || reason === 'bad-value';

const viewOf = ({ head, latest, frames }: Entry): KeptView => ({ ...head, latest, frames });

const ownerOf = ({ username, clientId }: Pick<KeptFrame, 'username' | 'clientId'>): string =>
  username === '' ? clientId : username;

function entryOf(head: KeptTopic, owner: string, limits: KeptLimits): Entry {
  const latest = { at: head.lastAt, payload: new Uint8Array(), bytes: 0 };
  return { head, owner, latest, frames: [], bytes: 0, ...tokensOf(limits) };
}

function tokensOf(limits: KeptLimits): Pick<Entry, 'tokens' | 'badTokens'> {
  return {
    tokens: createTokens(limits.topicBurst, limits.topicPerS),
    badTokens: createTokens(limits.badPerTopic, limits.topicPerS),
  };
}

function headOf(before: KeptTopic | undefined, message: StrangeMessage): KeptTopic {
  const { topic, reason, detail, profile, address, clientId, at, isStrange } = message;
  // A new entry is made with the message that it then counts.
  const count = before === undefined ? 0 : before.count + 1;
  const common = { topic, reason, detail, profile: profile ?? null, address: address ?? null, clientId, isStrange };
  return { ...common, count, firstAt: before?.firstAt ?? at, lastAt: at };
}

function firstOf(entries: Iterable<Entry>, owner: string | undefined): Entry | undefined {
  for (const entry of entries) if (entry.owner === owner) return entry;
  return undefined;
}

function bytesOf(entries: Iterable<Entry>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { owner, bytes } of entries) sums.set(owner, (sums.get(owner) ?? 0) + bytes);
  return sums;
}

/** The owner that has most of something. */
function most(weights: ReadonlyMap<string, number>): string | undefined {
  let found: string | undefined;
  for (const [owner, weight] of weights) if (found === undefined || weight > (weights.get(found) ?? 0)) found = owner;
  return found;
}

function first(entries: readonly Entry[], keyOf: (entry: Entry) => number): Entry | undefined {
  return entries.reduce<Entry | undefined>(
    (best, entry) => (best === undefined || keyOf(entry) < keyOf(best) ? entry : best),
    undefined,
  );
}
