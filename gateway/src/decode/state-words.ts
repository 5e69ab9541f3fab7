/**
 * Words by which devices say a state, one list for each state metric. A word that names the state itself (open, closed,
 * leak, 离线) means the same under every name; yes and no (on, true, 1) answer the name, so an inverted name
 * (`contact`, `battery_ok`) turns only these round. Read without regard to case and to blanks or NUL around them.
 */
import { METRIC_SUFFIX } from '#contract/metrics.ts';
import { isUnknown, toNumber } from './payload.ts';

const list = (value: number | null, words: string): [string, number | null][] =>
  words.split('|').map((word) => [word, value]);

const YES_NO = new Map<string, number>([
  ...(list(1, 'on|true|yes|active|1|是|有|真') as [string, number][]),
  ...(list(0, 'off|false|no|inactive|0|否|无|假') as [string, number][]),
]);

const OPEN = [
  ...list(1, 'open|opened|ajar|开|打开|开启|已开|已打开|开门|门开|开着|未关'),
  ...list(0, 'close|closed|shut|关|关闭|已关|已关闭|关门|门关|关好|关着'),
  ...list(null, 'opening|closing|moving|stopped'),
];
const ALARM = [
  ...list(1, 'alarm|alert|fault|error|detected|triggered|报警|告警|异常|故障'),
  ...list(0, 'normal|ok|clear|cleared|idle|not detected|undetected|no alarm|正常'),
];
const CONNECTED = [
  ...list(1, 'online|connected|up|alive|available|在线|上线|已连接'),
  ...list(0, 'offline|disconnected|down|lost|dead|离线|下线|掉线|断线'),
];

const WORDS: Readonly<Record<string, ReadonlyMap<string, number | null>>> = {
  // A bolt that is thrown holds a closed door; one that is not says nothing about the door.
  door_open: new Map([...OPEN, ...list(0, 'locked|已锁|上锁'), ...list(null, 'unlocked|未锁')]),
  valve_open: new Map(OPEN),
  water_leak: new Map([
    ...ALARM,
    ...list(1, 'leak|leaking|leakage|leaked|wet|water|flood|flooded|漏水|有水|浸水|水浸'),
    ...list(0, 'dry|no leak|no_leak|no-leak|no water|干|干燥|无水|未漏水|无漏水'),
  ]),
  tamper: new Map([
    ...ALARM,
    ...list(1, 'tamper|tampered|uninstalled|removed|dismantled|被拆|拆除|已拆|拆动'),
    ...list(0, 'installed|secure|untampered|not tampered|已安装|未拆'),
  ]),
  battery_low: new Map([
    ...list(1, 'low|weak|empty|critical|replace|电量低|低电|低电量|低|欠压'),
    ...list(0, 'normal|ok|good|high|full|middle|medium|正常|电量正常|充足|高|中'),
  ]),
  online: new Map(CONNECTED),
  camera_online: new Map(CONNECTED),
  camera_recording: new Map([
    ...list(1, 'recording|started|录像中|录像'),
    ...list(0, 'stopped|not recording|未录像|停止'),
  ]),
  camera_maintenance: new Map([...list(1, 'disabled|maintenance|停用|检修'), ...list(0, 'enabled|启用')]),
  device_alert: new Map([...ALARM, ...list(1, 'warning|critical|warn')]),
};

const SUFFIX = new RegExp(METRIC_SUFFIX);
const NONE: ReadonlyMap<string, number | null> = new Map();
const LONGEST = 32;

/** Words of every list, for whoever checks that no list contradicts another. */
export const stateWords = (metric: string): ReadonlyMap<string, number | null> =>
  WORDS[metric.replace(SUFFIX, '')] ?? NONE;

/** What is left of a word when case, blanks and NUL around it are gone. */
export function plainWord(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 0x20) from += 1;
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to -= 1;
  return text.slice(from, to).toLowerCase();
}

/**
 * @param inverted the name asks the opposite: `contact` is yes when the door is closed
 * @returns undefined: not known; NaN: no word of a state
 */
export function stateReader(metric: string, inverted: boolean): (raw: unknown) => number | undefined {
  const own = stateWords(metric);
  const answer = (value: number): number => (inverted ? 1 - value : value);
  return (raw) => {
    if (typeof raw !== 'string') {
      const value = toNumber(raw);
      return value === undefined ? (isUnknown(raw) ? undefined : Number.NaN) : answer(value);
    }
    if (raw.length > LONGEST) return Number.NaN;
    const word = plainWord(raw);
    const named = own.get(word);
    if (named !== undefined) return named ?? undefined;
    const said = YES_NO.get(word) ?? toNumber(word);
    if (said !== undefined) return answer(said);
    return isUnknown(word) ? undefined : Number.NaN;
  };
}
