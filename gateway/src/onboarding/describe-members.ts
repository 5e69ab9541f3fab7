/** Members of a registered device's messages that no rule reads, with what each may be. */
import type { Text } from '#contract/enums.ts';
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
  const fields = fieldsOf(entries.filter(({ isTooLong }) => isTooLong !== true));
  const at = Math.max(...entries.map((entry) => entry.at));
  const times = new Set(proposeTimes(fields, at).map(({ path }) => path));
  const proposals = proposeMetrics(
    topic,
    fields.filter(({ path }) => !times.has(path)),
  );
  return entries.flatMap(({ name, sample, at: seenAt, isTooLong = false }) => {
    if (times.has(name)) return [];
    const common = { path: name, sample, topic, at: seenAt, tooLong: isTooLong };
    if (isTooLong) return [{ ...common, metric: null, scale: null, map: null, note: TOO_LONG }];
    const { metric = null, scale = null, map = null, note = null } = proposals.get(name) ?? {};
    return [{ ...common, metric, scale, map: map === null ? null : { ...map }, note }];
  });
}

const TOO_LONG: Text = {
  zh: '它的路径超过 256 个字符，在这里选不了：让设备改用短一些的名称，或在数据格式里用 each 一层层读',
  en: 'its path has more than 256 characters and cannot be picked here: let the device use shorter names, or read it level by level with each in a data format',
};

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
