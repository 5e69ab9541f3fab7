/** Frames to readings: native topics by hand, all others by the profiles. Pure: the same frames give the same readings. */

import type { DeviceConfig } from '#contract/config/devices.ts';
import type { QuarantineReason } from '#contract/enums.ts';
import { LIMITS, NATIVE_PREFIX, parseNativeTopic } from '#contract/topics.ts';
import type { Frame } from '../shared/frame.ts';
import type { Registry } from '../shared/registry.ts';
import { isInstant } from '../shared/time-text.ts';
import { type AnnouncedNames, createAnnouncedNames } from './announced-names.ts';
import type { CompiledProfile } from './compile-profile.ts';
import type { DecodeResult } from './decode-result.ts';
import { deviceFields } from './device-fields.ts';
import { framingHint, NOISE, unwrapped } from './line-framing.ts';
import { lineOutcomes } from './line-outcomes.ts';
import { isSerial, lineRoutes } from './line-routes.ts';
import { localTime } from './local-time.ts';
import { createLookPlan, type LookBudget } from './look-plan.ts';
import { modbusClaims, unknownTopic } from './modbus/modbus-trace.ts';
import { decodeNative } from './native.ts';
import { createPollBook, type PollBook } from './poll-book.ts';
import { type LinePlan, type LinePlans, linePlans } from './poll-plan.ts';
import { createHealthBook, type HealthBook, type ProfileHealth } from './profile-health.ts';
import {
  type Acquaintance,
  claims,
  createProfileRouter,
  listens,
  type Outcome,
  outcomeOf,
  policyOf,
  runRoute,
} from './profile-router.ts';
import { addressesOf, type Proposal, proposalsOf } from './proposal.ts';
import { resolve } from './resolve.ts';
import type { Fault } from './run.ts';
import { retiredText } from './unclaimed.ts';
import { unreadIn } from './unread.ts';

export type { DecodeResult } from './decode-result.ts';
export type { QuarantineNote } from './quarantine-note.ts';

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
  /** It says when it was measured, in a way that is no time: its arrival counts. */
  readonly noTime: boolean;
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
  /** Whether a message on the topic may announce devices. */
  announces(topic: string): boolean;
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
  announced = createAnnouncedNames(),
  looks,
}: {
  readonly registry: Registry;
  readonly profiles: readonly CompiledProfile[];
  readonly health?: HealthBook;
  /** What is open on the serial lines. */
  readonly polls?: PollBook;
  /** Addresses that bridges announced. */
  readonly announced?: AnnouncedNames;
  /** What looking for members that no rule reads may cost; without it nothing is looked for. */
  readonly looks?: LookBudget;
}): Decoder {
  const router = createProfileRouter(profiles);
  const lines = linePlans(registry, profiles);
  const routesOf = lineRoutes(router.routes, profiles);
  const local = localTime(registry.campus.timeZone);
  const fields = deviceFields();
  const unread = looks === undefined ? undefined : unreadIn({ local, fields, plan: createLookPlan(), budget: looks });
  const parts = { fields, unread, retiredAt: registry.retiredAt };
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
      const outcome = runRoute(route, frame, local, (address): Acquaintance => {
        if (find(profile, address, frame.topic) !== undefined) return 'registered';
        return announced.has(profile, address) ? 'announced' : undefined;
      });
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
    const result = resolve(frame, profile, outcome, own, parts);
    for (const address of addressesOf(outcome.proposals)) announced.add(profile, address);
    return result;
  };

  const decodeOnLine = (frame: Frame, plan: LinePlan): DecodeResult => {
    const read = polls.read(plan, frame.payload);
    const results = lineOutcomes(plan, read).map(({ device, outcome }) => {
      if (outcome.samples.length + outcome.faults.length > 0)
        book.note(device.profile, failureOf(outcome), frame.at, sourceOf(frame));
      return resolve(frame, device.profile, outcome, () => registry.devices.get(device.id), parts);
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
    if (device?.retired !== undefined) return refused('device-retired', retiredText(device), NATIVE, topic.device);
    if (device?.site !== undefined && device.site !== topic.site) {
      return refused(
        'unknown-device',
        `device ${device.id} belongs to site ${device.site}, not ${topic.site}`,
        NATIVE,
        topic.device,
      );
    }
    const outcome = decodeNative(
      topic.leaf,
      topic.device,
      device?.kind,
      frame.payload,
      frame.at,
      local,
      device?.fields,
    );
    if (!outcome.ignored) book.note(NATIVE, failureOf(outcome), frame.at, sourceOf(frame));
    return resolve(frame, NATIVE, outcome, () => device, parts);
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
    announces: (topic) => router.routes(topic).some(({ rules }) => rules.some(({ rule }) => rule.announces)),
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
    unread: results.flatMap(({ unread = [] }) => unread),
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
    ...(ts === undefined || !isInstant(ts) ? {} : { ts }),
  }));
  const noTime = told.some(({ ts }) => ts !== undefined && !isInstant(ts));
  return { profile, rule, readings, faults, ignored, proposals: proposalsOf(profile, outcome.proposals), noTime };
}
