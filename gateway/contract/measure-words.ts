/**
 * Values, limits and states of any metric in words, both languages. One wording for the list of rules, alerts,
 * back-tests, charts and the command line.
 */
import { decimalsOf } from './decimals.ts';
import type { Text } from './enums.ts';
import { lengthText, TIME_UNITS } from './length.ts';
import { METRIC_SUFFIX, metricInfo } from './metrics.ts';

const SECOND_MS = 1_000;
/** A number of seconds is said as such up to here, in greater units beyond. */
const MOST_SECONDS = 600;

const SUFFIX = new RegExp(METRIC_SUFFIX);

const pair = (zh: string, en: string): Text => ({ zh, en });

const STATES: Readonly<Record<string, readonly [off: Text, on: Text]>> = {
  door_open: [pair('门关着', 'door closed'), pair('门开着', 'door open')],
  tamper: [pair('未被拆动', 'not tampered with'), pair('被人拆动', 'tampered with')],
  water_leak: [pair('没有漏水', 'no water leak'), pair('漏水', 'water leak')],
  valve_open: [pair('阀门关着', 'valve closed'), pair('阀门开着', 'valve open')],
  battery_low: [pair('电池电量正常', 'battery not low'), pair('电池电量低', 'battery low')],
  online: [pair('离线', 'offline'), pair('在线', 'online')],
  camera_online: [pair('摄像头离线', 'camera offline'), pair('摄像头在线', 'camera online')],
  camera_recording: [pair('没有录像', 'not recording'), pair('正在录像', 'recording')],
  camera_maintenance: [pair('没有停用检修', 'not under maintenance'), pair('停用检修', 'under maintenance')],
  device_alert: [pair('没有自报故障', 'reports no fault'), pair('自报故障', 'reports a fault')],
};

/** Where the name of a metric already says its unit, or does not stand before a value. */
const SPOKEN: Readonly<Record<string, Text>> = { storage_days: pair('录像保存', 'Recordings kept for') };

/** What is off in one direction or the other: its sign is a word. */
const SIDES: Readonly<Record<string, readonly [below: Text, above: Text]>> = {
  camera_clock_skew_s: [pair('偏慢', 'slow by'), pair('偏快', 'fast by')],
};
const SIDED: Readonly<Record<string, Text>> = { camera_clock_skew_s: pair('时钟', 'Clock') };

/** The metric without its phase or channel, and that as people write it: `L2`, `CH3`. */
function parted(metric: string): { readonly base: string; readonly part: string } {
  const suffix = SUFFIX.exec(metric)?.[0] ?? '';
  return { base: metric.slice(0, metric.length - suffix.length), part: suffix.slice(1).toUpperCase() };
}

const mapped = (text: Text, change: (words: string) => string): Text => pair(change(text.zh), change(text.en));

/** A metric as a heading: 功率 L2. What is not in the catalogue stays as it is written. */
export function metricName(metric: string): Text {
  const info = metricInfo(metric);
  if (!info) return pair(metric, metric);
  const { part } = parted(metric);
  return part === '' ? info.name : mapped(info.name, (name) => `${name} ${part}`);
}

/** A metric as the subject of a sentence. */
function spokenName(metric: string): Text {
  const { base, part } = parted(metric);
  const spoken = SPOKEN[base];
  if (!spoken) return metricName(metric);
  return part === '' ? spoken : mapped(spoken, (name) => `${name} ${part}`);
}

/** Something that is opened and closed. */
export const isOpening = (metric: string): boolean => parted(metric).base.endsWith('_open');

/** 门开着; a phase or channel beside it. @param value 0 or 1 */
export function stateText(metric: string, value: number): Text {
  const { base, part } = parted(metric);
  const known = STATES[base]?.[value === 0 ? 0 : 1];
  if (known) return part === '' ? known : pair(`${known.zh}（${part}）`, `${known.en} (${part})`);
  const name = metricName(metric);
  return value === 0 ? pair(`${name.zh}：否`, `${name.en}: no`) : pair(`${name.zh}：是`, `${name.en}: yes`);
}

/** Value with its unit: two or three figures, so that a small amount is seen to grow; kW from 1,000 W on. */
export function quantity(value: number, unit: string): string {
  if (unit === 'W' && Math.abs(value) >= 1_000) return quantity(value / 1_000, 'kW');
  const text = String(Number(value.toFixed(decimalsOf(value))));
  return unit === '' ? text : `${text} ${unit}`;
}

/** {@link quantity} with units of time as words of each language. */
export function quantityText(value: number, unit: string): Text {
  const time = TIME_UNITS[unit];
  if (unit === 's' && Math.abs(value) > MOST_SECONDS) return duration(value * SECOND_MS);
  return mapped(time ?? pair(unit, unit), (word) => quantity(value, word));
}

/** A length of time: {@link lengthText} in both languages. */
export function duration(ms: number): Text {
  return pair(lengthText(ms, 'zh'), lengthText(ms, 'en'));
}

/** What a rule holds a value against: either above `limit` or below it. */
export interface Limit {
  readonly metric: string;
  readonly isAbove: boolean;
  readonly limit: number;
}

export const isTimeUnit = (unit: string): boolean => unit in TIME_UNITS;

/** Words for either side of right, where a metric has two. */
export const sidesOf = (metric: string): readonly [below: Text, above: Text] | undefined => SIDES[parted(metric).base];

const unitOf = (metric: string): string => metricInfo(metric)?.unit ?? '';

/** A length of time is over or under its limit, anything else above or below it. */
function limitWord(isAbove: boolean, unit: string): Text {
  if (isTimeUnit(unit)) return isAbove ? pair('超过', 'over') : pair('不足', 'under');
  return isAbove ? pair('高于', 'above') : pair('低于', 'below');
}

const phrase = (...texts: readonly Text[]): Text =>
  pair(texts.map(({ zh }) => zh).join(' '), texts.map(({ en }) => en).join(' '));
/** No space between two Chinese words; one between words of English. */
const joined = (first: Text, second: Text): Text => pair(`${first.zh}${second.zh}`, `${first.en} ${second.en}`);

/** 高于 5 kW; 不足 30 天; of a clock that may be slow or fast: 偏慢超过 60 秒. */
export function limitText({ metric, isAbove, limit }: Limit): Text {
  const unit = unitOf(metric);
  const sides = sidesOf(metric);
  if (!sides) return phrase(limitWord(isAbove, unit), quantityText(limit, unit));
  // A limit that lies on the other side of right asks for less of that: above -30 s is slow by under 30 s.
  const side = limit === 0 ? isAbove : limit > 0;
  const word = limitWord(side === isAbove, unit);
  return joined(sides[side ? 1 : 0], phrase(word, quantityText(Math.abs(limit), unit)));
}

/** What a rule looks for: 功率高于 5 kW, 录像保存不足 30 天, 时钟偏慢超过 60 秒. */
export function beyondText(of: Limit): Text {
  return joined(SIDED[parted(of.metric).base] ?? spokenName(of.metric), limitText(of));
}

/** A value beyond its limit: 功率 6.25 kW，高于 5 kW; without a value what the rule looks for. */
export function measuredText(of: Limit, value: number | null): Text {
  if (value === null) return beyondText(of);
  const { metric, isAbove, limit } = of;
  const { base } = parted(metric);
  const unit = unitOf(metric);
  const [name, sides] = [SIDED[base], sidesOf(metric)];
  if (!name || !sides) {
    const { zh, en } = phrase(spokenName(metric), quantityText(value, unit));
    const against = limitText(of);
    return pair(`${zh}，${against.zh}`, `${en}, ${against.en}`);
  }
  const isOver = value === 0 ? limit > 0 : value > 0;
  const { zh, en } = joined(name, phrase(sides[isOver ? 1 : 0], quantityText(Math.abs(value), unit)));
  // Its side has been said, unless the limit lies on the other one.
  const isSameSide = limit === 0 || limit > 0 === isOver;
  const against = isSameSide
    ? phrase(limitWord(isOver === isAbove, unit), quantityText(Math.abs(limit), unit))
    : limitText(of);
  return pair(`${zh}，${against.zh}`, `${en}, ${against.en}`);
}
