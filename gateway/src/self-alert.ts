/** The alerts the gateway raises about itself: it cannot store what devices send, or reaches none of those it looks for. Pure. */
import type { Text } from '#contract/enums.ts';
import type { Transition } from './rules/transition.ts';

/** Stands in the place of a device; no entry of devices.yaml. */
export const GATEWAY_DEVICE = 'gateway';
export const STORE_RULE = 'gateway-store';

export const NETWORK_RULE = 'gateway-network';

type SelfRule = typeof STORE_RULE | typeof NETWORK_RULE;

/** @param since when it began, epoch ms */
export function selfAlert(
  rule: SelfRule,
  to: 'firing' | 'resolved',
  at: number,
  since: number,
  place: string,
): Transition {
  const reason = to === 'firing' ? REASONS[rule] : 'cleared';
  return {
    ...{ rule, kind: 'threshold', severity: 'critical', device: GATEWAY_DEVICE, place, to, at, since, reason },
    ...{ excess: null, unit: '', yuan: null, sentence: SENTENCES[rule] },
  };
}

const REASONS: Readonly<Record<SelfRule, string>> = { [STORE_RULE]: 'store-down', [NETWORK_RULE]: 'network-down' };

const STORE_SENTENCE: Text = {
  zh: '网关存不下数据：磁盘可能已满或损坏。设备的消息暂不确认，恢复后会补发；所有设备状态暂时未知。请清理磁盘，详情见 /readyz。',
  en:
    'The gateway cannot store data: the disk may be full or broken. Messages are not acknowledged and devices will ' +
    'send them again; until then every device state is unknown. Free some disk space; /readyz says what is wrong.',
};

const NETWORK_SENTENCE: Text = {
  zh: '网关探测不到任何设备：多半是网关自己的网线、所接交换机或路由断了。在此期间摄像头状态未知，不算离线。请先检查网关的网络。',
  en:
    'The gateway reaches none of the devices it looks for: most likely its own cable, switch or route is out. Until then ' +
    'cameras are unknown, not offline. Check the network of the gateway first.',
};

const SENTENCES: Readonly<Record<SelfRule, Text>> = { [STORE_RULE]: STORE_SENTENCE, [NETWORK_RULE]: NETWORK_SENTENCE };

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
    zh: `协议模板 ${id} 连续解析失败 ${failed} 次，已自动停用，用它的设备没有新数据；最近一次原因：${reason}。报文已保留。请修改模板，或在“设备 → 协议模板”里重新启用。`,
    en: `Profile ${id} was switched off after ${failed} failures; devices that use it bring nothing new. Last reason: ${reason}. Its messages are kept. Mend the profile, or switch it on again under Devices.`,
  };
  return {
    ...{ rule: PROFILE_RULE, kind: 'threshold', severity: 'warning', device: profileDevice(id), place, to: 'firing' },
    ...{ at, since: at, reason: 'profile-off', excess: null, unit: '', yuan: null, sentence },
  };
}

export function profileResolved(
  { device, place, since, sentence }: Pick<Transition, 'device' | 'place' | 'since' | 'sentence'>,
  at: number,
): Transition {
  return {
    ...{ rule: PROFILE_RULE, kind: 'threshold', severity: 'warning', device, place, to: 'resolved', at, since },
    ...{ reason: 'cleared', excess: null, unit: '', yuan: null, sentence },
  };
}
