/**
 * Words by which devices say a state. A word that names the state itself (open, closed, leak, 离线) means the same under
 * every name; yes and no (on, true, 1) answer the name. Plain data: decoder, wizard and dashboard share it.
 */
import { METRIC_SUFFIX } from './metrics.ts';

/** Words that one device says in turn; in small letters. `unclear`: it does not know, or is on its way. */
export interface StateWords {
  readonly ones: readonly string[];
  readonly zeros: readonly string[];
  readonly unclear: readonly string[];
}

const words = (text: string): readonly string[] => (text === '' ? [] : text.split('|'));
const pair = (ones: string, zeros: string, unclear = ''): StateWords => ({
  ones: words(ones),
  zeros: words(zeros),
  unclear: words(unclear),
});

export const YES_NO: readonly StateWords[] = [
  ...[pair('on', 'off'), pair('true', 'false'), pair('yes', 'no'), pair('active', 'inactive'), pair('1', '0')],
  ...[pair('是', '否'), pair('有', '无'), pair('真', '假')],
];

const OPEN = [
  pair('open|opened', 'closed|close', 'opening|closing|moving|stopped'),
  pair('ajar', 'shut'),
  pair('开|打开|开门|开启|已开', '关|关闭|关门|关好|已关'),
  pair('已打开|门开|开着|未关', '已关闭|门关|关着'),
];
const ALARM = [
  pair('alarm|alert|fault|error', 'normal|ok|clear|cleared|idle'),
  pair('detected', 'not detected|undetected'),
  pair('triggered', 'no alarm'),
  pair('报警|告警|异常|故障', '正常'),
];
const CONNECTED = [
  pair('online|connected|up|alive|available', 'offline|disconnected|down|lost|dead'),
  pair('在线|上线|已连接', '离线|下线|掉线|断线'),
];

const STATES: Readonly<Record<string, readonly StateWords[]>> = {
  // A bolt that is thrown holds a closed door; one that is not says nothing about the door.
  door_open: [...OPEN, pair('', 'locked|已锁|上锁', 'unlocked|未锁')],
  valve_open: OPEN,
  water_leak: [
    ...ALARM,
    pair('leak|leaking|leakage|leaked|wet|water|flood|flooded', 'dry|no leak|no_leak|no-leak|no water'),
    pair('漏水|有水|浸水|水浸', '干|干燥|无水|未漏水|无漏水'),
  ],
  tamper: [
    ...ALARM,
    pair('uninstalled|removed|dismantled', 'installed'),
    pair('tamper|tampered', 'secure|untampered|not tampered'),
    pair('opened', 'closed'),
    pair('被拆|拆除|已拆|拆动', '已安装|未拆'),
  ],
  battery_low: [
    pair('low|weak|empty|critical|replace', 'normal|ok|good|high|full|middle|medium'),
    pair('电量低|低电|低电量|低|欠压', '正常|电量正常|充足|高|中'),
  ],
  online: CONNECTED,
  camera_online: CONNECTED,
  camera_recording: [pair('recording|started', 'stopped|not recording'), pair('录像中|录像|正在录像', '未录像|停止')],
  camera_maintenance: [pair('disabled|maintenance', 'enabled'), pair('停用|检修', '启用')],
  device_alert: [...ALARM, pair('warning|critical|warn', '')],
};

export const STATE_METRICS: readonly string[] = Object.keys(STATES);

const SUFFIX = new RegExp(METRIC_SUFFIX);

/** Words of a state metric, with or without a suffix; none for any other metric. */
export const wordsOfState = (metric: string): readonly StateWords[] => STATES[metric.replace(SUFFIX, '')] ?? [];

/** What each word says: 1, 0, or null where it does not say which. */
export function wordValues(sets: readonly StateWords[]): ReadonlyMap<string, number | null> {
  return new Map(
    sets.flatMap(({ ones, zeros, unclear }) => [
      ...ones.map((word): [string, number | null] => [word, 1]),
      ...zeros.map((word): [string, number | null] => [word, 0]),
      ...unclear.map((word): [string, number | null] => [word, null]),
    ]),
  );
}
