/** Topics of one device together: a plug that speaks on three topics is one row, and is added once. */
import type { StrangeTopic } from '#contract/http/onboarding.ts';

export interface StrangeGroup {
  /** The topic to add it from: the one whose messages hold most. */
  readonly main: StrangeTopic;
  readonly others: readonly StrangeTopic[];
}

/** @returns the group heard last first; topics whose device no profile names stand alone */
export function strangeGroups(topics: readonly StrangeTopic[]): readonly StrangeGroup[] {
  const groups = new Map<string, StrangeTopic[]>();
  for (const topic of topics) {
    const device = topic.profile === null || topic.address === null ? undefined : `${topic.profile} ${topic.address}`;
    const key = device ?? `${topic.topic}\n${topic.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), topic]);
  }
  return [...groups.values()].map(groupOf).sort((a, b) => lastOf(b) - lastOf(a) || compare(a.main.topic, b.main.topic));
}

function groupOf(topics: readonly StrangeTopic[]): StrangeGroup {
  const [main, ...others] = [...topics].sort(
    (a, b) => rank(b) - rank(a) || b.latest.bytes - a.latest.bytes || compare(a.topic, b.topic),
  ) as [StrangeTopic, ...StrangeTopic[]];
  return { main, others };
}

/** What only lacks the device says more than what cannot be read. */
const rank = ({ reason }: StrangeTopic): number => (reason === 'unknown-device' ? 1 : 0);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function lastOf({ main, others }: StrangeGroup): number {
  return Math.max(main.lastAt, ...others.map(({ lastAt }) => lastAt));
}
