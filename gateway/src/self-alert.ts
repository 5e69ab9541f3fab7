/** The alerts the gateway raises about itself: what its disk does not do, or that it reaches none of those it looks for. Pure. */
import type { Severity, StorageReason, Text } from '#contract/enums.ts';
import type { Alert } from '#contract/http/alerts.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import type { TimeWords } from './alerts/incident-sentence.ts';
import type { Transition } from './rules/transition.ts';
import { storageMeaning } from './storage-sentence.ts';

/** Stands in the place of a device; no entry of devices.yaml. */
export const GATEWAY_DEVICE = 'gateway';
export const STORE_RULE = 'gateway-store';
export const NETWORK_RULE = 'gateway-network';

/** One alert while nothing can be stored, whatever the reason is at the moment. */
const STORAGE_RULES: Readonly<Record<StorageReason, string>> = {
  full: STORE_RULE,
  'read-only': STORE_RULE,
  failing: STORE_RULE,
  slow: `${STORE_RULE}-slow`,
  damaged: `${STORE_RULE}-damaged`,
};

export const isStorageRule = (rule: string): boolean => Object.values(STORAGE_RULES).includes(rule);

/** What is wrong with the disk in the newest words, for its alert; undefined for any other rule. */
export function storageSentenceOf(rule: string, list: readonly StorageTrouble[]): Text | undefined {
  return list.find(({ reason }) => STORAGE_RULES[reason] === rule)?.sentence;
}

/** What becomes of the alerts about the disk when this is all that is wrong with it now. */
export function storageTransitions(
  active: readonly Alert[],
  list: readonly StorageTrouble[],
  at: number,
  place: string,
  words: TimeWords,
): Transition[] {
  const known = active.filter(({ rule }) => isStorageRule(rule));
  const over = known.filter(({ rule }) => !list.some(({ reason }) => STORAGE_RULES[reason] === rule));
  const changed = list.flatMap(({ reason, since, sentence, refuses }) => {
    const rule = STORAGE_RULES[reason];
    const before = known.find((alert) => alert.rule === rule);
    // Free space changes every moment and is told elsewhere; what is refused counts, and of damage each new piece.
    const isSame = before?.timeline.at(-1)?.why === reason && meansSame(before.sentence, refuses);
    if (isSame && (reason !== 'damaged' || before?.sentence.en === sentence.en)) return [];
    const severity = reason === 'slow' ? 'warning' : 'critical';
    return [selfAlert({ rule, severity, sentence, reason, to: before ? 'known' : 'firing', at, since, place })];
  });
  const ended = over.map(({ rule, severity, sentence, since }) =>
    selfAlert({
      ...{ rule, severity, reason: 'cleared', to: 'resolved', at, since, place },
      sentence: overSentence(sentence, since, at, words),
    }),
  );
  return [...changed, ...ended];
}

const meansSame = (sentence: Text, refuses: StorageTrouble['refuses']): boolean =>
  sentence.en.includes(storageMeaning({ refuses }).en);

/** Known the moment it is so: no delay. */
interface SelfAlert extends Pick<Transition, 'to' | 'at' | 'since' | 'place' | 'sentence' | 'reason' | 'rule'> {
  readonly severity: Severity;
}

function selfAlert(facts: SelfAlert): Transition {
  return { ...facts, until: facts.at, kind: 'threshold', device: GATEWAY_DEVICE, excess: null, unit: '', yuan: null };
}

/** What it was, up to the colon before the folder or the likely cause, and from when to when: nothing is left to do about it. */
function overSentence({ zh, en }: Text, since: number, until: number, words: TimeWords): Text {
  const span = words.range(since, until);
  return {
    zh: `${span.zh}${zh.split('：', 1)[0] ?? ''}，现已恢复。`,
    en: `${en.split(':', 1)[0] ?? ''}, ${span.en}; it is over.`,
  };
}

/** @param since when it began, epoch ms */
export function networkAlert(
  to: 'firing' | 'resolved',
  at: number,
  since: number,
  place: string,
  words: TimeWords,
): Transition {
  const reason = to === 'firing' ? 'network-down' : 'cleared';
  return selfAlert({
    rule: NETWORK_RULE,
    severity: 'critical',
    sentence: to === 'firing' ? NETWORK_SENTENCE : overSentence(NETWORK_SENTENCE, since, at, words),
    reason,
    to,
    at,
    since,
    place,
  });
}

const NETWORK_SENTENCE: Text = {
  zh: '网关探测不到任何设备：多半是网关自己的网线、所接交换机或路由断了。在此期间摄像头情况不明，不算离线。请先检查网关的网络。',
  en:
    'The gateway reaches none of the devices it looks for: most likely its own cable, switch or route is out. Until then ' +
    'cameras are unknown, not offline. Check the network of the gateway first.',
};

export const PROFILE_RULE = 'gateway-profile';

/** A profile that was switched off because it only failed. */
export interface OffProfile {
  readonly id: string;
  readonly at: number;
  readonly failed: number;
  /** What was wrong with the newest message. */
  readonly reason: string;
}

/** Stands in the place of a device; no id of devices.yaml has a colon. */
export const profileDevice = (id: string): string => `profile:${id}`;

export function profileFired({ id, at, failed, reason }: OffProfile, place: string): Transition {
  const sentence: Text = {
    zh: `数据格式 ${id} 连续解析失败 ${failed} 次，已自动停用，用它的设备没有新数据；最近一次原因：${reason}。报文已保留。请修改它，或在“设备 → 数据格式”里重新启用。`,
    en: `Profile ${id} was switched off after ${failed} failures; devices that use it bring nothing new. Last reason: ${reason}. Its messages are kept. Mend the profile, or switch it on again under Devices.`,
  };
  return {
    ...{ rule: PROFILE_RULE, kind: 'threshold', severity: 'warning', device: profileDevice(id), place, to: 'firing' },
    ...{ at, since: at, until: at, reason: 'profile-off', excess: null, unit: '', yuan: null, sentence },
  };
}

export function profileResolved(
  { device, place, since }: Pick<Transition, 'device' | 'place' | 'since'>,
  at: number,
  words: TimeWords,
): Transition {
  const id = device.slice(profileDevice('').length);
  const span = words.range(since, at);
  const sentence: Text = {
    zh: `${span.zh}数据格式 ${id} 因连续解析失败停用，现已重新启用。`,
    en: `Profile ${id} was switched off after failures, ${span.en}; it is on again.`,
  };
  return {
    ...{
      rule: PROFILE_RULE,
      kind: 'threshold',
      severity: 'warning',
      device,
      place,
      to: 'resolved',
      at,
      since,
      until: at,
    },
    ...{ reason: 'cleared', excess: null, unit: '', yuan: null, sentence },
  };
}
