/** Words by which devices say yes and no, and the map that turns the words of one device into 1 and 0. */
import type { Scalar } from './read-message.ts';

interface WordPair {
  readonly ones: readonly string[];
  readonly zeros: readonly string[];
}

const OPEN: readonly WordPair[] = [
  { ones: ['open', 'opened'], zeros: ['closed', 'close'] },
  { ones: ['开', '打开', '开门', '开启', '已开'], zeros: ['关', '关闭', '关门', '关好', '已关'] },
];
const ON: readonly WordPair[] = [
  { ones: ['on'], zeros: ['off'] },
  { ones: ['true'], zeros: ['false'] },
  { ones: ['yes'], zeros: ['no'] },
  { ones: ['1'], zeros: ['0'] },
];
const ALARM: readonly WordPair[] = [
  { ones: ['alarm', 'alert', 'fault', 'error', 'warning'], zeros: ['normal', 'ok', 'clear', 'idle', 'none'] },
  { ones: ['uninstalled', 'removed', 'tampered', 'opened'], zeros: ['installed', 'secure', 'closed'] },
  { ones: ['leak', 'wet', 'detected'], zeros: ['dry', 'not detected', 'undetected'] },
  { ones: ['报警', '告警', '漏水', '异常', '故障', '是'], zeros: ['正常', '无', '否'] },
];
const LOW: readonly WordPair[] = [
  { ones: ['low'], zeros: ['normal', 'high', 'middle', 'medium', 'ok'] },
  { ones: ['低', '电量低', '低电'], zeros: ['正常', '高'] },
];
const ONLINE: readonly WordPair[] = [
  { ones: ['online', 'connected', 'up', 'alive'], zeros: ['offline', 'disconnected', 'down', 'lost'] },
  { ones: ['在线', '上线'], zeros: ['离线', '下线'] },
];

/** “Normal” is no fault, and of a recording it is that there is one. */
const RECORDING: readonly WordPair[] = [
  { ones: ['recording', 'normal', 'ok'], zeros: ['stopped', 'idle', 'error', 'lost', 'none'] },
  { ones: ['正常', '录像中', '正在录像', '是'], zeros: ['异常', '停止', '未录像', '丢失', '否'] },
];

export const WORDS = {
  open: [...OPEN, ...ON],
  alarm: [...ALARM, ...ON],
  low: [...LOW, ...ON],
  online: [...ONLINE, ...ON],
  recording: [...RECORDING, ...ON],
};
export type WordKind = keyof typeof WORDS;

export type StateMap =
  /** Taken as it is: true and 1 are yes. */
  { readonly ok: true; readonly map: Readonly<Record<string, number>> | undefined } | { readonly ok: false };

/** @param inverted the device's yes is the metric's no */
export function stateMap(value: Scalar, kind: WordKind, inverted: boolean): StateMap {
  if (typeof value === 'boolean') return { ok: true, map: inverted ? { true: 0, false: 1 } : undefined };
  if (value === 0 || value === 1) return { ok: true, map: inverted ? { '1': 0, '0': 1 } : undefined };
  if (typeof value !== 'string') return { ok: false };
  const word = value.trim();
  const pair = WORDS[kind].find(({ ones, zeros }) => [...ones, ...zeros].includes(word.toLowerCase()));
  if (pair === undefined) return { ok: false };
  const entries = [
    ...pair.ones.map((one): [string, number] => [inCaseOf(word, one), inverted ? 0 : 1]),
    ...pair.zeros.map((zero): [string, number] => [inCaseOf(word, zero), inverted ? 1 : 0]),
  ];
  return { ok: true, map: Object.fromEntries(entries) };
}

/** Devices that say `OPEN` say `CLOSED`, not `closed`. */
function inCaseOf(sample: string, word: string): string {
  if (sample === sample.toLowerCase()) return word;
  if (sample === sample.toUpperCase()) return word.toUpperCase();
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
