/** Frames to readings: native topics by hand, all others by the profiles. Pure: the same frames give the same readings. */

import type { DeviceConfig } from '#contract/config/devices.ts';
import type { QuarantineReason } from '#contract/enums.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { LIMITS, NATIVE_PREFIX, parseNativeTopic } from '#contract/topics.ts';
import type { Frame } from '../shared/frame.ts';
import type { OutMessage } from '../shared/out-message.ts';
import type { Registry } from '../shared/registry.ts';
import type { CompiledProfile } from './compile-profile.ts';
import { deviceFields } from './device-fields.ts';
import { admitTime } from './device-time.ts';
import { framingHint, NOISE, unwrapped } from './line-framing.ts';
import { lineOutcomes } from './line-outcomes.ts';
import { isSerial, lineRoutes } from './line-routes.ts';
import { localTime } from './local-time.ts';
import { modbusClaims, unknownTopic } from './modbus/modbus-trace.ts';
import { decodeNative } from './native.ts';
import { createPollBook, type PollBook } from './poll-book.ts';
import { type LinePlan, type LinePlans, linePlans } from './poll-plan.ts';
import { createHealthBook, type HealthBook, type ProfileHealth } from './profile-health.ts';
import { claims, createProfileRouter, listens, type Outcome, outcomeOf, policyOf, runRoute } from './profile-router.ts';
import { type Proposal, proposalsOf } from './proposal.ts';
import type { Fault, Sample } from './run.ts';
import { retiredText, unclaimed } from './unclaimed.ts';

export interface QuarantineNote {
  readonly reason: QuarantineReason;
  /** What exactly was wrong, one sentence. */
  readonly detail: string;
  readonly profile: string | undefined;
  readonly address: string | undefined;
}

export interface DecodeResult {
  readonly readings: readonly Reading[];
  /** Ids of devices that showed life: not by a replayed message, a will, or one that says they are gone. */
  readonly heard: readonly string[];
  readonly quarantine: readonly QuarantineNote[];
  /** Understood, and of no interest. */
  readonly ignored: boolean;
  /** The message's own idempotency key; to be remembered only once the readings are stored. */
  readonly dedup: string | undefined;
  /** What the sender's protocol asks to be answered. */
  readonly replies: readonly OutMessage[];
  /** Devices the message announces. */
  readonly proposals: readonly Proposal[];
  /** Teaches what later messages mean: to be kept, and read again after a restart. */
  readonly remember?: boolean | undefined;
}

/** A measurement before the registry was asked: `address` is what the message calls the device. */
export interface AddressReading {
  readonly address: string;
  readonly metric: string;
  readonly value: number;
  /** Epoch ms; absent when the message carried no time that its profile takes for one. */
  readonly ts?: number;
}

export interface Trace {
  readonly profile: string | undefined;
  readonly rule: string | undefined;
  readonly readings: readonly AddressReading[];
  readonly faults: readonly Fault[];
  readonly ignored: boolean;
  readonly proposals: readonly Proposal[];
}

type Heard = Pick<Frame, 'topic' | 'payload' | 'at' | 'from'> & {
  /** The Modbus request that a message answers, where that is known. */
  readonly request?: Buffer | undefined;
};

export interface Decoder {
  /** Never throws, never yields a value that is not finite, for any bytes. */
  decode(frame: Frame): DecodeResult;
  /** What a message says, without a registry: for tests of profiles and for onboarding. */
  trace(frame: Heard): Trace;
  decodeAddresses(frame: Heard): readonly AddressReading[];
  topicPolicy(topic: string): { readonly maxBytes: number; readonly retainable: boolean };
  health(): readonly ProfileHealth[];
  /** Serial lines of this campus, by the topic on which their answers come. */
  readonly lines: LinePlans;
}

export const NATIVE = 'native';
/** The gateway's own topics: a device that talks nonsense on them silences nobody else. */
export const ALWAYS_ON: ReadonlySet<string> = new Set([NATIVE]);

/** @param health counts that go on from decoder to decoder; an empty book counts nothing and switches nothing off */
export function createDecoder({
  registry,
  profiles,
  health: book = createHealthBook(new Map([NATIVE, ...profiles.map(({ id }) => id)].map((id) => [id, ''])), ALWAYS_ON),
  polls = createPollBook(),
}: {
  readonly registry: Registry;
  readonly profiles: readonly CompiledProfile[];
  readonly health?: HealthBook;
  /** What is open on the serial lines. */
  readonly polls?: PollBook;
}): Decoder {
  const router = createProfileRouter(profiles);
  const lines = linePlans(registry, profiles);
  const routesOf = lineRoutes(router.routes, profiles);
  const local = localTime(registry.campus.timeZone);
  const fieldsOf = deviceFields();
  const serial = new Set(profiles.filter(isSerial).map(({ id }) => id));
  const find = (profile: string, address: string, topic: string): DeviceConfig | undefined =>
    registry.byAddress(profile, address, topic) ??
    (serial.has(profile) ? registry.byNumber(profile, address, topic) : undefined);
  const isLine = (topic: string): boolean =>
    lines.has(topic) || router.routes(topic).some(({ profile }) => serial.has(profile.id));
  /** Some DTUs write the bytes of their line as hex text. */
  const plain = <T extends Heard>(heard: T): T => {
    const payload = isLine(heard.topic) ? unwrapped(heard.payload) : undefined;
    return payload === undefined ? heard : { ...heard, payload };
  };
  const strange = ({ topic, payload }: Frame): string =>
    (isLine(topic) || unwrapped(payload) !== undefined ? framingHint(payload) : undefined) ??
    unknownTopic(profiles, payload);

  const decodeByProfile = (frame: Frame, routes = router.routes(frame.topic)): DecodeResult => {
    let chosen: { readonly profile: string; readonly outcome: Outcome } | undefined;
    let off: string | undefined;
    let taken = false;
    for (const route of routes) {
      if (taken && !listens(route)) continue;
      const profile = route.profile.id;
      if (book.disabled(profile)) {
        if (claims(route)) off ??= profile;
        continue;
      }
      const outcome = runRoute(route, frame, local);
      if (outcome === undefined || taken) continue;
      const known =
        routes.length === 1 ||
        outcome.settled === true ||
        [...outcome.touched].some((address) => find(profile, address, frame.topic) !== undefined);
      // Two profiles may claim a topic (`tele/…` of two makers): the one that knows the device has it.
      if (known || chosen === undefined || weight(outcome) > weight(chosen.outcome)) chosen = { profile, outcome };
      taken = known;
    }
    if (chosen === undefined) {
      return off === undefined
        ? refused('unknown-topic', strange(frame), undefined)
        : refused('profile-disabled', `profile ${off} is switched off after repeated failures`, off);
    }
    const { profile, outcome } = chosen;
    const own = (address: string): DeviceConfig | undefined => find(profile, address, frame.topic);
    if (!outcome.ignored && (understood(outcome) || concerns(outcome, own)))
      book.note(profile, failureOf(outcome), frame.at, sourceOf(frame));
    return resolve(frame, profile, outcome, own, fieldsOf, registry);
  };

  const decodeOnLine = (frame: Frame, plan: LinePlan): DecodeResult => {
    const read = polls.read(plan, frame.payload);
    const results = lineOutcomes(plan, read).map(({ device, outcome }) => {
      if (outcome.samples.length + outcome.faults.length > 0)
        book.note(device.profile, failureOf(outcome), frame.at, sourceOf(frame));
      return resolve(frame, device.profile, outcome, () => registry.devices.get(device.id), fieldsOf);
    });
    results.push(...read.notes.map(({ reason, detail, address }) => refused(reason, detail, undefined, address)));
    if (read.isForeign) {
      const other = decodeByProfile(frame, routesOf(plan));
      polls.heard(plan, new Set([...other.heard, ...other.readings.map(({ device }) => device)]));
      const isNoise = other.quarantine.some(({ reason }) => reason === 'unknown-topic');
      if (!isNoise) results.push(other);
      else if (results.length === 0)
        results.push(refused('bad-payload', framingHint(frame.payload) ?? NOISE, undefined));
    }
    return merged(results);
  };

  const decodeNativeFrame = (frame: Frame): DecodeResult => {
    const topic = parseNativeTopic(frame.topic);
    if (topic === undefined)
      return refused(
        'unknown-topic',
        'not a native topic: campus/v1/<site>/<device>/readings, heartbeat or status',
        NATIVE,
      );
    const device = registry.devices.get(topic.device);
    if (device?.retired !== undefined) return refused('refused', retiredText(device), NATIVE, topic.device);
    if (device?.site !== undefined && device.site !== topic.site) {
      return refused(
        'unknown-device',
        `device ${device.id} belongs to site ${device.site}, not ${topic.site}`,
        NATIVE,
        topic.device,
      );
    }
    const outcome = decodeNative(topic.leaf, topic.device, device?.kind, frame.payload, frame.at, local);
    if (!outcome.ignored) book.note(NATIVE, failureOf(outcome), frame.at, sourceOf(frame));
    return resolve(frame, NATIVE, outcome, () => device, fieldsOf);
  };

  const trace: Decoder['trace'] = (given) => {
    const heard = plain(given);
    const { topic, payload, at, request } = heard;
    const native = parseNativeTopic(topic);
    if (native !== undefined)
      return traced(
        NATIVE,
        decodeNative(native.leaf, native.device, registry.devices.get(native.device)?.kind, payload, at, local),
      );
    const tried = router.routes(topic).flatMap((route) => {
      const outcome = runRoute(route, heard, local);
      return outcome === undefined ? [] : [{ profile: route.profile.id, outcome }];
    });
    const best = [...tried, ...modbusClaims(profiles, payload, request)].toSorted(
      (a, b) => weight(b.outcome) - weight(a.outcome),
    )[0];
    return best === undefined ? traced(undefined, outcomeOf(undefined, false)) : traced(best.profile, best.outcome);
  };

  return {
    decode: (given) => {
      if (given.topic.length > LIMITS.topicLength)
        return refused('too-large', `a topic of ${given.topic.length} characters`, undefined);
      if (given.topic.startsWith(`${NATIVE_PREFIX}/`)) return decodeNativeFrame(given);
      const frame = plain(given);
      const plan = lines.get(frame.topic);
      return plan === undefined || frame.replayed || frame.will ? decodeByProfile(frame) : decodeOnLine(frame, plan);
    },
    trace,
    decodeAddresses: (frame) => trace(frame).readings,
    topicPolicy: (topic) =>
      topic.startsWith(`${NATIVE_PREFIX}/`)
        ? {
            maxBytes: LIMITS.payloadBytes,
            retainable: topic.endsWith('/status') && parseNativeTopic(topic) !== undefined,
          }
        : policyOf(router.routes(topic)),
    health: () => book.health(),
    lines,
  };
}

/** Several answers in one message. */
function merged(results: readonly DecodeResult[]): DecodeResult {
  const [only] = results;
  if (only !== undefined && results.length === 1) return only;
  return {
    readings: results.flatMap(({ readings }) => readings),
    heard: [...new Set(results.flatMap(({ heard }) => heard))],
    quarantine: results.flatMap(({ quarantine }) => quarantine),
    ignored: results.every(({ ignored }) => ignored),
    dedup: undefined,
    replies: results.flatMap(({ replies }) => replies),
    proposals: results.flatMap(({ proposals }) => proposals),
  };
}

/** Topics of some protocols are one for all; then the host tells the senders apart. */
const sourceOf = ({ from, topic }: Frame): string => (from === undefined ? topic : `${from} ${topic}`);

/** Of several profiles that claim a message the one with most to say has it: values, then a device, then a complaint. */
function weight({ samples, touched, faults, proposals, settled, unsure }: Outcome): number {
  if (settled === true) return 4;
  if (samples.length > 0) return 3;
  if (touched.size > 0 || proposals !== undefined) return 2;
  if (unsure === true) return -1;
  return faults.length > 0 ? 1 : 0;
}

const understood = ({ samples, faults, proposals }: Outcome): boolean =>
  samples.length > 0 || proposals !== undefined || faults.every(({ byDevice }) => byDevice === true);

const failureOf = (outcome: Outcome): string | undefined =>
  understood(outcome) ? undefined : (outcome.faults[0]?.detail ?? 'not understood');

/** Whether a failure speaks against the profile: strangers on a topic it also matches must not switch it off. */
function concerns(outcome: Outcome, find: (address: string) => DeviceConfig | undefined): boolean {
  return outcome.faults.some(({ address }) => address === undefined || find(address) !== undefined);
}

function refused(
  reason: QuarantineReason,
  detail: string,
  profile: string | undefined,
  address?: string,
): DecodeResult {
  return {
    readings: [],
    heard: [],
    quarantine: [{ reason, detail, profile, address }],
    ignored: false,
    dedup: undefined,
    replies: [],
    proposals: [],
  };
}

function traced(profile: string | undefined, outcome: Outcome): Trace {
  const { rule, faults, ignored } = outcome;
  // Without a registry no device is of a kind.
  const told = outcome.samples.filter(({ only }) => only === undefined);
  const readings = told.map(({ address, metric, value, ts }) => ({
    address,
    metric,
    value,
    ...(ts === undefined || Number.isNaN(ts) ? {} : { ts }),
  }));
  return { profile, rule, readings, faults, ignored, proposals: proposalsOf(profile, outcome.proposals) };
}

/** Addresses to devices, device times to event times. */
function resolve(
  frame: Frame,
  profile: string,
  outcome: Outcome,
  find: (address: string) => DeviceConfig | undefined,
  fieldsOf: ReturnType<typeof deviceFields>,
  registry?: Pick<Registry, 'retiredAt'>,
): DecodeResult {
  const devices = new Map<string, DeviceConfig>();
  const quarantine: QuarantineNote[] = outcome.faults.map(({ reason, detail, address }) => ({
    reason,
    detail,
    profile,
    address,
  }));
  for (const address of outcome.touched) {
    const device = find(address);
    if (device !== undefined) devices.set(address, device);
    else if (quarantine.length < MAX_NOTES)
      quarantine.push({ ...unclaimed(profile, address, registry?.retiredAt(profile, address)), profile, address });
  }
  for (const { address, only } of outcome.samples) {
    const device = only === undefined ? undefined : find(address);
    if (device !== undefined && only?.includes(device.kind) === true) devices.set(address, device);
  }
  const readings: Reading[] = [];
  for (const sample of outcome.samples) {
    const device = devices.get(sample.address);
    if (device !== undefined && sample.only?.includes(device.kind) === false) continue;
    const own = device === undefined ? undefined : fieldsOf(device, sample);
    if (device === undefined || own === undefined) continue;
    if (Number.isFinite(own.value)) readings.push(toReading(frame, device, own));
    else quarantine.push(outOfRange(profile, sample, own.metric));
  }
  const proposals = proposalsOf(profile, outcome.proposals);
  const heard = frame.replayed || frame.will ? [] : heardOf(devices, readings, outcome);
  return {
    readings,
    heard,
    quarantine,
    // It speaks of a device and has nothing to say of it: that is of no interest, and it has not vanished.
    ignored: outcome.ignored || readings.length + heard.length + quarantine.length + proposals.length === 0,
    dedup: outcome.dedup === undefined ? undefined : `${profile} ${outcome.dedup}`,
    replies: outcome.replies,
    proposals,
    remember: outcome.remember === true ? true : undefined,
  };
}

/** Ids that showed life: the sender, and those a bridge has a value of, whatever it means, unless it says that they are gone. */
function heardOf(
  devices: ReadonlyMap<string, DeviceConfig>,
  readings: readonly Reading[],
  { subject, samples }: Outcome,
): string[] {
  const heard = new Set<string>();
  for (const [address, { id }] of devices) if (address === subject) heard.add(id);
  for (const { address, backfill } of samples) {
    const device = backfill === true ? undefined : devices.get(address);
    if (device !== undefined) heard.add(device.id);
  }
  for (const reading of readings) if (saysGone(reading)) heard.delete(reading.device);
  return [...heard];
}

function outOfRange(profile: string, { address, metric, value }: Sample, target: string): QuarantineNote {
  return { reason: 'bad-value', detail: `${metric}: ${value} is no value of ${target}`, profile, address };
}

const MAX_NOTES = 64;

function toReading(frame: Frame, device: DeviceConfig, sample: Sample): Reading {
  const { metric, value, ts, backfill } = sample;
  const time = admitTime(ts, frame.at, device.intervalS * 1_000);
  const flags =
    time.flags | (frame.replayed ? FLAG_BITS.replayed : 0) | (backfill === true ? FLAG_BITS['catch-up'] : 0);
  return { device: device.id, metric, ts: time.ts, value, flags, receivedAt: frame.at };
}

/** A bridge or an NVR may speak of a device that is dead or switched off: that is no life of its own. */
function saysGone({ metric, value }: Reading): boolean {
  return (
    ((metric === 'online' || metric === 'camera_online') && value === 0) ||
    (metric === 'camera_maintenance' && value === 1)
  );
}
