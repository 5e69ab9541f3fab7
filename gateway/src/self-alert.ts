/** The one alert the gateway raises about itself: what devices send cannot be stored. Pure. */
import type { Text } from '#contract/enums.ts';
import type { Transition } from './rules/transition.ts';

/** Stands in the place of a device; no entry of devices.yaml. */
export const GATEWAY_DEVICE = 'gateway';
export const STORE_RULE = 'gateway-store';

/** @param since when the store stopped committing, epoch ms */
export function storeAlert(to: 'firing' | 'resolved', at: number, since: number, place: string): Transition {
  return {
    ...{ rule: STORE_RULE, kind: 'threshold', severity: 'critical', device: GATEWAY_DEVICE, place, to, at, since },
    ...{ reason: to === 'firing' ? 'store-down' : 'cleared', excess: null, unit: '', yuan: null, sentence: SENTENCE },
  };
}

const SENTENCE: Text = {
  zh: '网关存不下数据：磁盘可能已满或损坏。设备的消息暂不确认，恢复后会补发；所有设备状态暂时未知。请清理磁盘，详情见 /readyz。',
  en:
    'The gateway cannot store data: the disk may be full or broken. Messages are not acknowledged and devices will ' +
    'send them again; until then every device state is unknown. Free some disk space; /readyz says what is wrong.',
};
