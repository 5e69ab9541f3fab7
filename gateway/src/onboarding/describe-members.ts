/** Members of a registered device's messages that no rule reads, with what each may be. */
import type { UnreadMember } from '#contract/http/onboarding.ts';
import { proposeMetrics } from './propose-metric.ts';
import { proposeTimes } from './propose-time.ts';
import type { Scalar, ScalarField } from './read-message.ts';
import type { UnreadEntry } from './unread-book.ts';

/** @returns in the order given; without those that are only the time of the message */
export function describeMembers(entries: readonly UnreadEntry[]): UnreadMember[] {
  const topics = [...new Set(entries.map(({ topic }) => topic))];
  const described = new Map<string, UnreadMember>();
  for (const topic of topics)
    for (const member of describeTopic(
      topic,
      entries.filter((entry) => entry.topic === topic),
    ))
      described.set(member.path, member);
  return entries.flatMap(({ name }) => described.get(name) ?? []);
}

function describeTopic(topic: string, entries: readonly UnreadEntry[]): UnreadMember[] {
  const fields = fieldsOf(entries);
  const at = Math.max(...entries.map((entry) => entry.at));
  const times = new Set(proposeTimes(fields, at).map(({ path }) => path));
  const proposals = proposeMetrics(
    topic,
    fields.filter(({ path }) => !times.has(path)),
  );
  return entries.flatMap(({ name, sample, at: seenAt }) => {
    if (times.has(name)) return [];
    const { metric = null, scale = null, map = null, note = null } = proposals.get(name) ?? {};
    return [{ path: name, sample, metric, scale, map: map === null ? null : { ...map }, note, topic, at: seenAt }];
  });
}

/** Siblings stand beside each other, so that one which names a unit is heard. */
function fieldsOf(entries: readonly UnreadEntry[]): ScalarField[] {
  const around = new Map<string, Record<string, Scalar>>();
  const read = entries.map(({ name, sample }) => {
    const keys = keysOf(name);
    const above = JSON.stringify(keys.slice(0, -1));
    const beside = around.get(above) ?? {};
    beside[String(keys.at(-1) ?? '')] = sample;
    around.set(above, beside);
    return { path: name, keys, value: sample, beside };
  });
  return read;
}

const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d{1,4})\]|([^.[\]/]+)/g;

/** `a.b[0]` and `input/0` as keys from the outside in. */
function keysOf(name: string): (string | number)[] {
  return [...name.matchAll(STEP)].map(([, quoted, index, plain]) =>
    index === undefined ? (quoted?.replaceAll(/\\(["\\])/g, '$1') ?? plain ?? '') : Number(index),
  );
}
