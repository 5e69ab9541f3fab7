/** A profile as the wizard makes it: from the fields that were picked to the YAML text that is written and loaded. */
import { stringify } from 'yaml';
import { PROFILE_SCHEMA_LINE } from '#contract/config/profile.ts';
import type { Text } from '#contract/enums.ts';
import type { ProfileDraft } from '#contract/http/onboarding.ts';
import { NATIVE_PREFIX } from '#contract/topics.ts';
import { isoText } from '../shared/time-text.ts';
import { nearJson, printable } from './read-message.ts';
import { type TagList, tagLists } from './tag-lists.ts';

/** What a message became with the draft, for the tests that it brings. */
export interface DecodedSample {
  readonly topic: string;
  readonly at: number;
  readonly payload: Uint8Array;
  readonly readings: readonly {
    readonly address: string;
    readonly metric: string;
    readonly value: number;
    readonly ts?: number;
  }[];
}

const MAX_TESTS = 5;
const MAX_TEST_BYTES = 8_192;

/** What the profile calls the device whose message was picked. */
export function draftAddress({ id, topic, deviceLevel }: ProfileDraft): string {
  return deviceLevel === null ? id : (topic.split('/')[deviceLevel] ?? id);
}

export function draftMatch({ topic, deviceLevel }: ProfileDraft): string {
  return topic
    .split('/')
    .map((level, n) => (n === deviceLevel ? '{device}' : level))
    .join('/');
}

/** What can be said against a draft before anything is compiled. */
export function draftProblems(draft: ProfileDraft): Text[] {
  const { topic, deviceLevel, picks, decode, id } = draft;
  const problems: Text[] = [];
  const levels = topic.split('/');
  if (deviceLevel !== null && (levels[deviceLevel] ?? '') === '')
    problems.push({
      zh: `主题没有第 ${deviceLevel + 1} 层，或者它是空的。`,
      en: `The topic has no level ${deviceLevel + 1}, or it is empty.`,
    });
  if (/[{}+#]/.test(topic))
    problems.push({
      zh: '主题里有 { } + #，不能写成模板。',
      en: 'The topic holds { } + or #; no profile can match it.',
    });
  if (topic.startsWith(`${NATIVE_PREFIX}/`))
    problems.push({
      zh: '这是本系统格式的主题，不用另设数据格式：直接添加设备，编号写主题里的设备编号。',
      en: 'This is a topic of the gateway’s own protocol, which needs no profile: add the device under the id in the topic.',
    });
  if (id === 'native')
    problems.push({
      zh: 'native 是本系统格式，请换一个编号。',
      en: 'native is the gateway’s own protocol; choose another id.',
    });
  const metrics = picks.map(({ metric }) => metric);
  for (const metric of new Set(metrics.filter((name, n) => metrics.indexOf(name) !== n)))
    problems.push({
      zh: `指标 ${metric} 选了两次，请去掉一个。`,
      en: `The metric ${metric} is picked twice; take one away.`,
    });
  if (decode !== 'json' && picks.some(({ path }) => path !== '.'))
    problems.push({ zh: '这种报文只有一个值，路径写“.”。', en: 'Such a message is one value; its path is “.”.' });
  return problems;
}

/**
 * @param samples messages that decode without a fault; they become the tests without which no profile loads
 * @param picked the message in which the fields were picked: what stands in a list of named values is written by name
 */
export function draftYaml(draft: ProfileDraft, samples: readonly DecodedSample[], picked?: Uint8Array): string {
  const { id, name, deviceLevel, decode, ts, picks } = draft;
  const { lists, rest } = tagLists(picks, picked === undefined ? undefined : nearJson(printable(picked) ?? ''));
  const rule = {
    id: 'data',
    match: draftMatch(draft),
    ...(decode === 'json' ? {} : { decode }),
    ...(deviceLevel === null ? { device: id } : {}),
    ...(ts === undefined ? {} : { ts }),
    ...(rest.length === 0 ? {} : { emit: rest.map(said) }),
    ...(lists.length === 0 ? {} : { each: lists.map(byName) }),
    ...(picks.length === 0 ? { each: [OWN_NAMES] } : {}),
  };
  const tests = samples
    .filter(({ payload }) => payload.length <= MAX_TEST_BYTES && printable(payload) !== undefined)
    .slice(-MAX_TESTS)
    .map(testOf);
  const body = stringify({ id, name: { zh: name, en: name }, rules: [rule], tests }, { lineWidth: 0 });
  return `${PROFILE_SCHEMA_LINE}\n${body}`;
}

/** Every number under its own name, for `fields` of devices.yaml. */
const OWN_NAMES = { emit_by_key: { key: '{key}', value: '.', keys: {}, others: 'property:{key}' } };

const said = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function byName({ in: list, key, value, named }: TagList): Record<string, unknown> {
  const keys = [...named].map(([name, { path: _, ...target }]) => {
    const { metric, ...conversion } = said(target);
    return [name, Object.keys(conversion).length === 0 ? metric : { metric, ...conversion }];
  });
  return { in: list, emit_by_key: { key: { path: key }, value, keys: Object.fromEntries(keys) } };
}

function testOf({ topic, at, payload, readings }: DecodedSample, n: number): Record<string, unknown> {
  const text = printable(payload) ?? '';
  const document = parsed(text);
  const isDocument = typeof document === 'object' && document !== null;
  return {
    id: `message-${n + 1}`,
    topic,
    at: isoText(at),
    ...(isDocument ? {} : { enc: 'text' }),
    payload: isDocument ? document : text,
    expect: readings.map(({ address, metric, value, ts }) => ({
      ...{ device: address, metric, value },
      ...(ts === undefined ? {} : { ts: isoText(ts) }),
    })),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
