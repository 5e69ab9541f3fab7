/** Which profiles may decode a topic, and what one of them makes of a message. */
import { LIMITS } from '#contract/topics.ts';
import type { OutMessage } from '../shared/out-message.ts';
import type { CodecInput, CodecRead } from './codec.ts';
import type { CompiledProfile, CompiledRule } from './compile-profile.ts';
import type { LocalTime } from './local-time.ts';
import { tellApart } from './one-value.ts';
import { type Base, type Fault, MAX_SAMPLES, newRun, type OwnWord, type Run, type Sample } from './run.ts';
import { createTopicIndex } from './topic-index.ts';
import type { Captures } from './topic-pattern.ts';

/** A profile and those of its rules that fit a topic, in file order. */
export interface Route {
  readonly profile: CompiledProfile;
  readonly rules: readonly { readonly rule: CompiledRule; readonly captures: Captures }[];
}

export interface Outcome {
  readonly rule: string | undefined;
  /** Understood, and nothing in it is of interest. */
  readonly ignored: boolean;
  readonly samples: readonly Sample[];
  readonly faults: readonly Fault[];
  readonly touched: ReadonlySet<string>;
  /** The address that sent it; the others are spoken of. */
  readonly subject: string | undefined;
  /** The message's own idempotency key, for the caller to remember once the readings are stored. */
  readonly dedup: string | undefined;
  /** What its protocol asks to be answered. */
  readonly replies: readonly OutMessage[];
  /** Devices it announces, as it says them. */
  readonly proposals: unknown;
  /** Its profile names this very topic, without a capture, as of no interest: no other profile's guess counts. */
  readonly settled?: boolean;
  /** Teaches what later messages mean: to be read again after a restart. */
  readonly remember?: boolean;
  /** Texts under names of the device's own. */
  readonly words?: readonly OwnWord[];
  /** Where the values of each address stand, for names that devices.yaml gives under `fields`. */
  readonly bases?: readonly Base[];
  /** What it was read from, for whoever asks what was left unread. */
  readonly source?: MessageSource;
  /** A complaint that counts only where no other profile makes anything of the message. */
  readonly unsure?: boolean;
}

export interface MessageSource {
  readonly profile: CompiledProfile;
  readonly rule: CompiledRule;
  readonly document: unknown;
  readonly captures: Captures;
}

/** Whose an address is: `announced` by a bridge, and not in devices.yaml. */
export type Acquaintance = 'registered' | 'announced' | undefined;

export interface ProfileRouter {
  /** The most specific profile first. */
  routes(topic: string): readonly Route[];
}

/** Topics repeat, so their routes are remembered; a flood of made-up topics only empties the memory. */
const REMEMBERED = 10_000;

export function createProfileRouter(profiles: readonly CompiledProfile[]): ProfileRouter {
  const index = createTopicIndex(
    profiles.flatMap((profile) =>
      profile.rules.flatMap((rule) => rule.patterns.map((pattern) => ({ item: { profile, rule }, pattern }))),
    ),
  );
  const memory = new Map<string, readonly Route[]>();
  return {
    routes: (topic) => {
      // Longer ones match nothing and are not remembered.
      if (topic.length > LIMITS.topicLength) return [];
      const known = memory.get(topic);
      if (known !== undefined) return known;
      const fitting = new Map<CompiledProfile, Map<CompiledRule, Captures>>();
      for (const { item, captures } of index.find(topic)) {
        const rules = fitting.get(item.profile) ?? new Map<CompiledRule, Captures>();
        if (!rules.has(item.rule)) rules.set(item.rule, captures);
        fitting.set(item.profile, rules);
      }
      const routes = [...fitting].map(([profile, rules]) => ({
        profile,
        rules: profile.rules.flatMap((rule) => {
          const captures = rules.get(rule);
          return captures === undefined ? [] : [{ rule, captures }];
        }),
      }));
      if (memory.size >= REMEMBERED) memory.clear();
      memory.set(topic, routes);
      return routes;
    },
  };
}

export function outcomeOf(rule: string | undefined, ignored: boolean, faults: readonly Fault[] = []): Outcome {
  return {
    rule,
    ignored,
    samples: [],
    faults,
    touched: new Set(),
    subject: undefined,
    dedup: undefined,
    replies: [],
    proposals: undefined,
  };
}

/**
 * The first rule whose `require` holds decodes the message; a message that no rule wants is ignored.
 * @returns undefined when a codec or a rule on a shared topic says that the message is none of its own, and no other rule has it
 */
export function runRoute(
  route: Route,
  input: CodecInput,
  local: LocalTime,
  acquaintance: (address: string) => Acquaintance = () => undefined,
): Outcome | undefined {
  const { payload, at } = input;
  let read: CodecRead | undefined;
  let foreign = false;
  let readKey: string | undefined;
  for (const { rule, captures } of route.rules) {
    // An empty payload clears a retained topic (MQTT-3.3.1-10): the device was renamed or removed. Codecs may care.
    if (payload.length === 0 && !rule.readKey.startsWith('codec:')) return outcomeOf(rule.id, true);
    if (payload.length > rule.maxBytes) return tooLarge(rule.id, `${payload.length} bytes, at most ${rule.maxBytes}`);
    if (isAnothers(route, rule, captures, acquaintance)) continue;
    if (rule.skipped) return settledBy(rule, captures);
    // Before it is read: a name with levels fits patterns of devices that are none.
    const speaker = captures['device'];
    if (rule.offer !== undefined && speaker !== undefined && acquaintance(speaker) === undefined) {
      foreign ||= rule.shared;
      continue;
    }
    if (read === undefined || readKey !== rule.readKey) {
      read = rule.read(input);
      readKey = rule.readKey;
    }
    if (rule.offer !== undefined) {
      const offered = read.ok
        ? offer(route.profile, rule, captures, read.value, newRun(at, local), acquaintance)
        : undefined;
      if (offered !== undefined) return offered;
      foreign ||= rule.shared;
      continue;
    }
    if (!read.ok) {
      const fault = { reason: 'bad-payload', detail: read.detail, address: captures['device'] } as const;
      return { ...outcomeOf(rule.id, false, [fault]), unsure: read.unsure === true };
    }
    if (read.value === undefined) {
      foreign = true;
      continue;
    }
    const run = newRun(at, local);
    if (!rule.run(read.value, captures, run)) {
      foreign ||= rule.shared;
      continue;
    }
    if (rule.ignore) return settledBy(rule, captures);
    if (run.overflow) return tooLarge(rule.id, `more than ${MAX_SAMPLES} values in one message`);
    tellApart(run);
    return outcomeFrom(run, read, { profile: route.profile, rule, document: read.value, captures });
  }
  return foreign ? undefined : outcomeOf(undefined, true);
}

function outcomeFrom(run: Run, read: CodecRead & { ok: true }, source: MessageSource): Outcome {
  const { rule, document, captures } = source;
  const faults = read.faults === undefined ? run.faults : [...read.faults, ...run.faults];
  const proposals = rule.propose(document, captures);
  return {
    rule: rule.id,
    // A gateway's report that lists nobody, a number where a list was due: it speaks of no device.
    ignored: run.touched.size === 0 && faults.length === 0 && isNothing(proposals),
    samples: run.samples,
    faults,
    touched: run.touched,
    subject: run.subject,
    dedup: rule.dedup(document, captures),
    replies: read.replies ?? [],
    proposals,
    remember: rule.remember,
    words: run.words,
    bases: run.bases,
    source,
  };
}

/** A name with levels: what looks like an attribute of one device may be the topic of another, `hall/color`. */
function isAnothers(
  { rules }: Route,
  rule: CompiledRule,
  captures: Captures,
  acquaintance: (address: string) => Acquaintance,
): boolean {
  const speaker = captures['device'];
  if (speaker === undefined || !(rule.ignore || rule.offer !== undefined)) return false;
  return rules.some(({ rule: other, captures: { device } }) => {
    if (other.ignore || other.offer !== undefined || device === undefined) return false;
    return device.startsWith(`${speaker}/`) && acquaintance(device) !== undefined;
  });
}

/** @returns undefined when its device is neither registered nor announced, or its `require` does not hold */
function offer(
  profile: CompiledProfile,
  rule: CompiledRule,
  captures: Captures,
  document: unknown,
  run: Run,
  acquaintance: (address: string) => Acquaintance,
): Outcome | undefined {
  if (document === undefined || !rule.run(document, captures, run) || run.subject === undefined) return undefined;
  const known = acquaintance(run.subject);
  if (known === undefined) return undefined;
  const nothing = outcomeOf(rule.id, true);
  if (known === 'announced') return nothing;
  const source = { profile, rule, document, captures };
  return { ...nothing, touched: run.touched, bases: run.bases, source };
}

const isNothing = (proposals: unknown): boolean =>
  proposals === undefined || (Array.isArray(proposals) && proposals.length === 0);

function settledBy({ id, remember }: CompiledRule, captures: Captures): Outcome {
  return { ...outcomeOf(id, true), settled: Object.keys(captures).length === 0, remember };
}

function tooLarge(rule: string, detail: string): Outcome {
  return outcomeOf(rule, false, [{ reason: 'too-large', detail, address: undefined }]);
}

/** A pattern of one `{x*}` and nothing else fits every topic. */
const isEverywhere = (rule: CompiledRule): boolean =>
  rule.patterns.some(({ levels }) => levels.length === 1 && levels[0]?.multi !== undefined);

/** Whether it claims the topic, rather than looking at every topic there is. */
export const claims = (route: Route): boolean => route.rules.some(({ rule }) => !isEverywhere(rule));

/** Whether it has a codec of its own topics: one with a memory has to hear all of a topic, also what another profile takes. */
export const listens = (route: Route): boolean =>
  route.rules.some(({ rule }) => rule.readKey.startsWith('codec:') && !isEverywhere(rule));

/** What the broker may let through on a topic, before anything is decoded. Who looks at every topic widens none. */
export function policyOf(routes: readonly Route[]): { readonly maxBytes: number; readonly retainable: boolean } {
  const rules = routes.flatMap((route) => route.rules.map(({ rule }) => rule)).filter((rule) => !isEverywhere(rule));
  return {
    maxBytes: Math.max(LIMITS.payloadBytes, ...rules.map((rule) => rule.maxBytes)),
    retainable: rules.some((rule) => rule.retainable),
  };
}
