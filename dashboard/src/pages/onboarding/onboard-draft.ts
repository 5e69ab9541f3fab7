/** What somebody has chosen for a strange topic so far, and the requests it makes. Kept in the tab, so that "back" loses nothing. */
import { type DeviceKind, TIME_UNITS } from '#contract/enums.ts';
import type { MessageFields, ProfileDraft } from '#contract/http/onboarding.ts';
import { tagsOf } from '#contract/tags.ts';
import type { DeviceEntry } from '../../api/onboarding-endpoints.ts';
import { wordsOf } from '../../lib/words-of.ts';
import { draftPicks, type Pick } from './pick.ts';

/** Fields of the device as typed; one that was never touched follows its proposal. */
export type DeviceFields = Partial<Record<DeviceFieldName, string>>;
export type DeviceFieldName =
  | 'name'
  | 'id'
  | 'kind'
  | 'place'
  | 'custodian'
  | 'tags'
  /** Ids, separated by commas. */
  | 'dependsOn'
  | 'intervalS'
  | 'digits'
  | 'ct'
  | 'pt'
  | 'profileName';

export interface OnboardDraft {
  readonly picks: readonly Pick[];
  /** Undefined: as the gateway proposes. Null: the topic as a whole is one device. */
  readonly deviceLevel?: number | null;
  /** Undefined: as proposed. Empty: time of arrival. */
  readonly timePath?: string;
  readonly device: DeviceFields;
}

export const emptyDraft: OnboardDraft = { picks: [], device: {} };

/** Lower-case letters, digits and hyphens; Chinese leaves nothing, which is why a kind's own word stands in. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
}

/** `wanted`, or with the first number behind it that is not taken. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}

const idWord: Readonly<Record<DeviceKind, string>> = {
  'electricity-meter': 'meter',
  'water-meter': 'water',
  door: 'door',
  camera: 'cam',
  switch: 'switch',
  nvr: 'nvr',
  sensor: 'sensor',
};

/** From what the device is called in the topic, else from its name, else from its kind. */
export function proposedId(
  { address, name, kind }: { readonly address: string; readonly name: string; readonly kind: DeviceKind },
  taken: ReadonlySet<string>,
): string {
  const said = slugOf(address) || slugOf(name);
  // A bare number says nothing in a list: it gets its kind in front.
  const wanted = said === '' ? `${idWord[kind]}-1` : /^\d/.test(said) ? `${idWord[kind]}-${said}` : said;
  return freeId(wanted, taken);
}

/** A profile is named after the topic without what names the device: `lab/th-07/state` is `lab-state`. */
export function proposedProfileId(topic: string, deviceLevel: number | null, taken: ReadonlySet<string>): string {
  const levels = topic.split('/').filter((_, index) => index !== deviceLevel);
  return freeId(slugOf(levels.join('-')) || 'own-device', taken);
}

const usualIntervals = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

/**
 * Seconds between messages as people would say it: the middle of the gaps, up to the next usual length, so that a device
 * that is a little late is not silent. Undefined with fewer than three messages, or when they came in one go.
 * @param times epoch ms, in any order: of measuring where the message tells, else of arrival
 */
export function proposedInterval(times: readonly number[]): number | undefined {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, index) => at - (sorted[index] ?? at));
  if (gaps.length < 2) return undefined;
  const middle = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const seconds = middle / 1_000;
  return seconds < 0.9 ? undefined : (usualIntervals.find((usual) => usual >= seconds * 0.9) ?? 86_400);
}

/** What the topic calls the device. */
export function addressOf(topic: string, deviceLevel: number | null): string {
  return deviceLevel === null ? topic : (topic.split('/')[deviceLevel] ?? topic);
}

export const levelOf = (draft: OnboardDraft, fields: MessageFields): number | null =>
  draft.deviceLevel === undefined ? fields.deviceLevel : draft.deviceLevel;

/** Undefined: time of arrival. */
export function timeOf(draft: OnboardDraft, fields: MessageFields): MessageFields['times'][number] | undefined {
  const wanted = draft.timePath ?? fields.times[0]?.path;
  return fields.times.find(({ path }) => path === wanted);
}

/** The draft of a profile; undefined while nothing is picked or the message is binary. */
export function profileDraftOf(
  topic: string,
  draft: OnboardDraft,
  fields: MessageFields,
  profile: { readonly id: string; readonly name: string },
): ProfileDraft | undefined {
  const picks = draftPicks(draft.picks);
  if (picks.length === 0 || fields.decode === 'binary') return undefined;
  const time = timeOf(draft, fields);
  const unit = TIME_UNITS.find((one) => one === time?.unit);
  return {
    ...profile,
    topic,
    deviceLevel: levelOf(draft, fields),
    decode: fields.decode,
    ...(time && unit ? { ts: { path: time.path, unit } } : {}),
    picks,
  };
}

export type FilledDevice = Required<DeviceFields>;

/** The entry of devices.yaml; fields that were left empty take their default. */
export function deviceEntryOf(
  fields: FilledDevice,
  profile: string,
  address: string,
  known: { readonly manufacturer?: string | null; readonly model?: string | null } = {},
): DeviceEntry {
  const digits = Number(fields.digits);
  const [ct, pt] = [Number(fields.ct || 1), Number(fields.pt || 1)];
  const isMeter = fields.kind === 'electricity-meter' || fields.kind === 'water-meter';
  return {
    id: fields.id.trim(),
    name: fields.name.trim(),
    kind: fields.kind as DeviceKind,
    profile,
    address,
    place: fields.place,
    intervalS: Number(fields.intervalS),
    ...(fields.custodian.trim() === '' ? {} : { custodian: fields.custodian.trim() }),
    ...(wordsOf(fields.tags).length === 0 ? {} : { tags: tagsOf(wordsOf(fields.tags)) }),
    ...(wordsOf(fields.dependsOn).length === 0 ? {} : { dependsOn: wordsOf(fields.dependsOn) }),
    ...(isMeter && fields.digits.trim() !== '' ? { register: { digits } } : {}),
    ...(fields.kind === 'electricity-meter' && (ct !== 1 || pt !== 1) ? { ratio: { ct, pt } } : {}),
    ...(known.manufacturer ? { manufacturer: known.manufacturer } : {}),
    ...(known.model ? { model: known.model } : {}),
  };
}

const keyOf = (topic: string): string => `houqin.onboarding.${topic}`;

export function readDraft(topic: string): OnboardDraft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(topic)) ?? 'null');
    // Written by this page alone, in this tab.
    return typeof kept === 'object' && kept !== null ? { ...emptyDraft, ...(kept as OnboardDraft) } : emptyDraft;
  } catch {
    return emptyDraft;
  }
}

/** Undefined forgets it. */
export function keepDraft(topic: string, draft: OnboardDraft | undefined): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(keyOf(topic));
    else sessionStorage.setItem(keyOf(topic), JSON.stringify(draft));
  } catch {
    // A browser that stores nothing keeps it as long as the page is open.
  }
}
