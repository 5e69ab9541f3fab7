/**
 * What of a message no rule reads. A member is read when the message says something else without it: that holds for
 * every primitive of a profile, also for those to come, and costs the decoding of other messages nothing.
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Frame } from '../shared/frame.ts';
import { stepOf } from '../shared/path-step.ts';
import { type DeviceFields, tailOf } from './device-fields.ts';
import type { LocalTime } from './local-time.ts';
import type { LookBudget, LookPlan } from './look-plan.ts';
import { isUnknown } from './payload.ts';
import type { MessageSource, Outcome } from './profile-router.ts';
import { newRun, type Run } from './run.ts';
import { isObject } from './value-path.ts';

export interface UnreadMember {
  /** As `fields` in devices.yaml writes it: a path, or the name that the profile gives it. */
  readonly name: string;
  readonly sample: string | number | boolean;
  /** Longer than `fields` takes: `name` is its beginning and its end, and cannot be picked. */
  readonly isTooLong?: true;
}

/** One device in one message. */
export interface UnreadNote {
  readonly device: string;
  readonly members: readonly UnreadMember[];
  /** Members that are read. */
  readonly read: readonly string[];
  /** Names in the device's `fields` that are in the message. */
  readonly used: readonly string[];
  /** Repeats what the device says elsewhere, where it says anything elsewhere. */
  readonly isEcho: boolean;
}

/** @returns undefined when it is not the time to look */
export type Unread = (
  frame: Frame,
  outcome: Outcome,
  devices: ReadonlyMap<string, DeviceConfig>,
) => readonly UnreadNote[] | undefined;

type Key = string | number;
interface Leaf {
  readonly keys: readonly Key[];
  readonly value: unknown;
  /** Where it stands; undefined: it is the whole message. */
  readonly parent: Record<Key, unknown> | undefined;
  readonly key: Key;
}

/** Of a long list its first members say what the others are. */
const MAX_ITEMS = 8;
const MAX_DEPTH = 12;
const MAX_LEAVES = 128;
/** Members times decoded members: some 10 ms. */
const MAX_WORK = 60_000;
export const MAX_NAME = 256;
const MAX_SAMPLE = 80;

export function unreadIn(parts: {
  readonly local: LocalTime;
  readonly fields: DeviceFields;
  readonly plan: LookPlan;
  readonly budget: LookBudget;
}): Unread {
  const { local, fields, plan, budget } = parts;
  return (frame, outcome, devices) => {
    if (frame.will || devices.size === 0) return undefined;
    // Of a message on a native topic, nothing but names that are no metric.
    if (outcome.source === undefined && (outcome.words?.length ?? 0) === 0) return undefined;
    const [first] = devices.values();
    if (first === undefined || !plan.isDue(frame.topic, first.id, sizeOf(outcome), frame.at)) return undefined;
    if (!budget.has(frame.username, 1, frame.at)) return undefined;
    const notes: UnreadNote[] = [];
    for (const [address, device] of devices) {
      const names = ownNames(outcome, address);
      const left = names.filter(({ full }) => !fields.has(device, full)).map(({ full: _, ...member }) => member);
      const look = membersOf(outcome, address, frame, { local, budget });
      const members = [...left, ...look.unread.filter(({ name }) => !fields.has(device, name))];
      const read = [...look.read, ...names.map(({ name }) => name)].filter((name) =>
        members.every((one) => one.name !== name),
      );
      const isEcho = outcome.source?.rule.offer === 'alone';
      const used = device.fields === undefined ? [] : fields.used(device, address, outcome, frame.topic);
      if (members.length + read.length + used.length > 0)
        notes.push({ device: device.id, members, read, used, isEcho });
    }
    return notes;
  };
}

function sizeOf({ bases = [], words = [], samples }: Outcome): number {
  const value = bases[0]?.value;
  return words.length + samples.length + (isObject(value) ? Object.keys(value).length : 0);
}

/** Values under names of the device's own. */
function ownNames({ samples, words = [] }: Outcome, address: string): readonly (UnreadMember & { full: string })[] {
  const named = [
    ...samples
      .filter(({ raw }) => raw !== undefined)
      .map(({ address, metric, raw }) => ({ address, name: metric, raw })),
    ...words,
  ];
  return named.flatMap(({ address: speaker, name, raw }) => {
    const sample = sampleOf(raw);
    const own = name.slice(name.indexOf(':') + 1);
    return speaker !== address || sample === undefined ? [] : [{ ...called(own, sample), full: name }];
  });
}

function called(name: string, sample: UnreadMember['sample']): UnreadMember {
  if (name.length <= MAX_NAME) return { name, sample };
  return { name: `${name.slice(0, MAX_NAME - SHOWN_END - 1)}…${name.slice(-SHOWN_END)}`, sample, isTooLong: true };
}

const SHOWN_END = 60;

interface Looked {
  readonly unread: readonly UnreadMember[];
  readonly read: readonly string[];
}

function membersOf(
  { source, bases = [] }: Outcome,
  address: string,
  { topic, at, username }: Frame,
  { local, budget }: { readonly local: LocalTime; readonly budget: LookBudget },
): Looked {
  // What a codec makes of bytes is not what the device said.
  if (source === undefined || source.rule.readKey.startsWith('codec:')) return { unread: [], read: [] };
  const apart = new Set(bases.filter((base) => base.address !== address).map(({ value }) => value));
  const leaves: Leaf[] = [];
  let nodes = 1;
  for (const { address: speaker, value } of bases) {
    if (speaker !== address) continue;
    nodes += leavesOf(value, [], undefined, apart, leaves);
  }
  const told = leaves.filter(
    ({ keys }) => !source.profile.isKnown(keys.length === 0 ? [tailOf(topic, address)] : keys),
  );
  const asked = told.slice(0, Math.max(4, Math.floor(MAX_WORK / nodes)));
  const cost = asked.length * nodes;
  if (!budget.has(username, cost, at)) return { unread: [], read: [] };
  budget.take(username, cost, at);
  const whole = outcomeWithout(source, undefined, at, local);
  const unread: UnreadMember[] = [];
  const read: string[] = [];
  for (const leaf of asked) {
    const name = leaf.keys.length === 0 ? tailOf(topic, address) : nameOf(leaf.keys);
    const isRead = source.rule.offer === undefined && !isSame(whole, outcomeWithout(source, leaf, at, local));
    const member = called(name, sampleOf(leaf.value) ?? '');
    if (isRead) read.push(member.name);
    else unread.push(member);
  }
  return { unread, read };
}

/** @returns how many members it has, also those beyond the limit */
function leavesOf(
  value: unknown,
  keys: readonly Key[],
  at: { readonly parent: Record<Key, unknown>; readonly key: Key } | undefined,
  apart: ReadonlySet<unknown>,
  leaves: Leaf[],
): number {
  if (typeof value !== 'object' || value === null) {
    if (sampleOf(value) !== undefined && leaves.length < MAX_LEAVES)
      leaves.push({ keys, value, parent: at?.parent, key: at?.key ?? '' });
    return 1;
  }
  if (keys.length > MAX_DEPTH || (keys.length > 0 && apart.has(value))) return 1;
  if (Array.isArray(value) && value.length > MAX_ITEMS) value.length = MAX_ITEMS;
  const parent = value as Record<Key, unknown>;
  let nodes = 1;
  for (const key of Object.keys(parent))
    nodes += leavesOf(parent[key], [...keys, Array.isArray(value) ? Number(key) : key], { parent, key }, apart, leaves);
  return nodes;
}

/** Undefined for what says nothing, such as null. */
function sampleOf(value: unknown): UnreadMember['sample'] | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && !isUnknown(value) ? value.slice(0, MAX_SAMPLE) : undefined;
}

/** A path as `parsePath` reads it. */
function nameOf(keys: readonly Key[]): string {
  let name = '';
  for (const key of keys) {
    const step = typeof key === 'number' ? `[${key}]` : stepOf(key);
    name += name === '' || step.startsWith('[') ? step : `.${step}`;
  }
  return name;
}

interface Decoded {
  readonly run: Run;
  readonly isOurs: boolean;
  readonly dedup: string | undefined;
}

function outcomeWithout(
  { rule, document, captures }: MessageSource,
  leaf: Leaf | undefined,
  at: number,
  local: LocalTime,
): Decoded {
  const run = newRun(at, local);
  const isWhole = leaf !== undefined && (leaf.parent === undefined || typeof document !== 'object');
  const without = isWhole ? undefined : document;
  if (leaf?.parent !== undefined) leaf.parent[leaf.key] = undefined;
  const isOurs = rule.run(without, captures, run);
  const dedup = rule.dedup(without, captures);
  if (leaf?.parent !== undefined) leaf.parent[leaf.key] = leaf.value;
  return { run, isOurs, dedup };
}

function isSame(a: Decoded, b: Decoded): boolean {
  return (
    a.isOurs === b.isOurs &&
    a.dedup === b.dedup &&
    a.run.taken === b.run.taken &&
    a.run.subject === b.run.subject &&
    a.run.overflow === b.run.overflow &&
    areSame(a.run.samples, b.run.samples, (one, other) =>
      [
        one.address === other.address,
        one.metric === other.metric,
        Object.is(one.ts, other.ts),
        Object.is(one.value, other.value),
      ].every(Boolean),
    ) &&
    areSame(a.run.words, b.run.words, (one, other) => one.name === other.name && one.raw === other.raw) &&
    areSame(a.run.faults, b.run.faults, (one, other) => one.detail === other.detail) &&
    areSame([...a.run.touched], [...b.run.touched], (one, other) => one === other)
  );
}

const areSame = <T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean =>
  a.length === b.length && a.every((one, n) => same(one, b[n] as T));
