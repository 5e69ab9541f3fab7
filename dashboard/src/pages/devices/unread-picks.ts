/** What somebody has chosen for values that are not recorded, and what it becomes in devices.yaml. */
import type { DeviceFieldsRequest, UnreadMember } from '#contract/http/onboarding.ts';
import { draftPicks, type Pick, proposedPick } from '../onboarding/pick.ts';

/** By path; null: not needed. */
export type UnreadPicks = ReadonlyMap<string, Pick | null>;

/** Words that a device says in turn, as far as they go together without a doubt. */
const opposites: readonly (readonly string[])[] = [
  ['open', 'close', 'closed'],
  ['opened', 'closed'],
  ['on', 'off'],
  ['yes', 'no'],
  ['1', '0'],
  ['开', '关'],
];

/** Words of a state: the one that came, and those that such a device says besides. */
export function wordsOf({ sample }: UnreadMember): readonly string[] {
  if (sample === null) return [];
  const word = String(sample);
  const said = word.trim().toLowerCase();
  const set = opposites.find((words) => words.includes(said)) ?? [];
  return [word, ...set.filter((other) => other !== said).map((other) => inCaseOf(word, other))];
}

/** A device that says `OPEN` says `CLOSED`, not `closed`. */
function inCaseOf(sample: string, word: string): string {
  if (sample === sample.toLowerCase()) return word;
  if (sample === sample.toUpperCase()) return word.toUpperCase();
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/**
 * All that are proposed without a doubt, none of them for a metric that the device has already.
 * @param recorded metrics of which the device has values
 */
export function proposedPicks(members: readonly UnreadMember[], recorded: readonly string[]): UnreadPicks {
  const taken = new Set(recorded);
  const picks = new Map<string, Pick>();
  for (const member of members) {
    if (member.metric === null || member.note !== null || taken.has(member.metric)) continue;
    taken.add(member.metric);
    picks.set(member.path, proposedPick(member, member.path, wordsOf(member)));
  }
  return picks;
}

export function fieldsOf(picks: UnreadPicks): DeviceFieldsRequest['fields'] {
  const fields: DeviceFieldsRequest['fields'] = {};
  for (const [path, pick] of picks) {
    if (pick === null) fields[path] = null;
    else for (const { path: _, ...field } of draftPicks([pick])) fields[path] = field;
  }
  return fields;
}
