/** What a field's name says: its words, its unit, the phase or channel it speaks of. */
import type { ScalarField } from './read-message.ts';

export interface FieldName {
  /** Words of the name itself, each between underscores: `_active_power_`. */
  readonly own: string;
  /** The same with the names of everything around it. */
  readonly whole: string;
  readonly unit: string | undefined;
  /** `_l1`, `_ch2`, or nothing. */
  readonly suffix: string;
}

/** Names that say nothing: what is meant stands one level up, or beside. */
const EMPTY_NAME = /^(?:value|val|v|data|reading|current_value|present_value|now|result|num|f|d)$/i;
export const NAME_BESIDE = [
  'name',
  'code',
  'identifier',
  'key',
  'metric',
  'type',
  'id',
  'n',
  'label',
  'tag',
  'point',
  '名称',
];
const UNIT_BESIDE = ['unit', 'units', 'uom', 'u', '单位'];

/** Levels that say what a message is, not what it is about. */
const LEAF = /^(?:state|value|val|status|get|data|reading|readings|telemetry)$/i;

/** @param topic names a payload that is one value */
export function fieldName(field: ScalarField, topic: string): FieldName {
  const keys = field.keys.filter((key): key is string => typeof key === 'string');
  const names = keys.length > 0 ? keys : namesOf(topic);
  const last = names.at(-1) ?? '';
  const beside = EMPTY_NAME.test(last) ? textBeside(field, NAME_BESIDE) : undefined;
  const above = EMPTY_NAME.test(last) ? (names.at(-2) ?? last) : last;
  const own = wordsOf(beside ?? above);
  const whole = `${wordsOf(names.join('_'))}${beside === undefined ? '' : wordsOf(beside)}`;
  const said = textBeside(field, UNIT_BESIDE);
  return {
    own,
    whole,
    unit: unitOf(said === undefined ? '' : wordsOf(said)) ?? unitOf(wordsOf(last)) ?? unitOf(own),
    suffix: suffixOf(field, own, names),
  };
}

function namesOf(topic: string): string[] {
  const levels = topic.split('/').filter((level) => level !== '');
  const end = levels.length > 1 && LEAF.test(levels.at(-1) ?? '') ? levels.length - 1 : levels.length;
  return levels.slice(Math.max(0, end - 3), end);
}

function textBeside({ beside }: ScalarField, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const found = beside[key];
    if (typeof found === 'string' && found.length > 0 && found.length <= 40) return found;
  }
  return undefined;
}

/** `ActivePowerKW` → `_active_power_kw_`; Chinese stays in one piece. */
export function wordsOf(text: string): string {
  const marked = text
    .replaceAll(/m³\/h|m3\/h|m3h|M3H/g, '_m3h_')
    .replaceAll(/L\/min|LPM|lpm/g, '_lpm_')
    .replaceAll(/L\/h|LPH|lph/g, '_lph_')
    .replaceAll(/L\/s|LPS|lps/g, '_lps_')
    .replaceAll(/k[Ww][Hh]|KW[Hh]/g, '_kwh_')
    .replaceAll(/MWh/g, '_megawh_')
    .replaceAll(/kW(?![a-z])|KW(?![A-Za-z])/g, '_kw_')
    .replaceAll(/(?<![A-Za-z])W\.?h(?![a-z])/g, '_wh_')
    .replaceAll(/(?<=[a-z_\d])Wh(?![a-z])/g, '_wh_')
    .replaceAll(/mV(?![a-z])/g, '_mv_')
    .replaceAll(/mA(?![A-Za-z])/g, '_ma_')
    .replaceAll(/m³|(?<![A-Za-z])[mM]3(?!\d)/g, '_m3_')
    .replaceAll(/°C|℃/g, '_degc_')
    .replaceAll(/°F|℉/g, '_degf_')
    .replaceAll('%', '_pct_');
  const split = marked
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/([\p{Script=Han}])([A-Za-z])/gu, '$1_$2')
    .replaceAll(/([A-Za-z\d])([\p{Script=Han}])/gu, '$1_$2')
    .toLowerCase();
  return `_${split
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('_')}_`;
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_kwh_|_度_/, 'kwh'],
  [/_megawh_/, 'mwh'],
  [/_(?:wh|watt_?hours?)_/, 'wh'],
  [/_(?:wmin|watt_?min(?:utes?)?)_/, 'wmin'],
  [/_kw_/, 'kw'],
  [/_w_$|_watts?_/, 'w'],
  [/_m3h_/, 'm3h'],
  [/_(?:m3|cubic_?met(?:er|re)s?|立方|立方米|吨)_/, 'm3'],
  [/_lpm_|_l_min_/, 'lpm'],
  [/_lph_|_l_h_/, 'lph'],
  [/_lps_|_l_s_/, 'lps'],
  [/_l_$|_(?:lit(?:er|re)s?|升)_/, 'l'],
  [/_(?:mv|millivolts?)_/, 'mv'],
  [/_ma_|_milliamps?_/, 'ma'],
  [/_v_$|_volts?_/, 'v'],
  [/_a_$|_(?:amps?|amperes?)_/, 'a'],
  [/_(?:degf|fahrenheit)_|_t_f_/, 'f'],
  [/_(?:degc|celsius)_|_t_c_/, 'c'],
  [/_(?:pct|percent|percentage)_/, 'pct'],
];

function unitOf(words: string): string | undefined {
  return UNITS.find(([pattern]) => pattern.test(words))?.[1];
}

const PHASES: Readonly<Record<string, string>> = { a: '_l1', b: '_l2', c: '_l3', l1: '_l1', l2: '_l2', l3: '_l3' };

function suffixOf({ keys }: ScalarField, own: string, names: readonly string[]): string {
  const last = keys.at(-1);
  if (typeof last === 'number' && last < 3 && /_(?:voltage|current|power|factor|total|u|i|p|电压|电流|功率)_/.test(own))
    return `_l${last + 1}`;
  const inside =
    /^_([abc])_(?!$)|_(?:phase|ph)_?([abc1-3])_|_(l[1-3])_|^_[uipv]([abc])_|_(?:voltage|volt|current|power|energy|电压|电流|功率)_?([abc])_/.exec(
      own,
    );
  const phase = inside?.slice(1).find((found) => found !== undefined);
  if (phase !== undefined) return PHASES[/^[1-3]$/.test(phase) ? `l${phase}` : phase] ?? '';
  const above = /^(?:phase|ph)_?([abc])$|^(l[1-3])$/i.exec(names.at(-2) ?? '');
  const named = above?.slice(1).find((found) => found !== undefined);
  if (named !== undefined) return PHASES[named.toLowerCase()] ?? '';
  const numbered =
    /_(?:ch|chn|channel|通道)_?(\d{1,2})_$|^_(?:door|valve|switch|input|relay|power|energy|pulse|门|阀)_?(\d{1,2})_/.exec(
      own,
    );
  const number = numbered?.slice(1).find((found) => found !== undefined);
  if (number !== undefined) return `_ch${Number(number)}`;
  const clamp = /^emeter$/i.test(names.at(-3) ?? '') ? /^[0-2]$/.exec(names.at(-2) ?? '') : null;
  if (clamp !== null) return `_l${Number(clamp[0]) + 1}`;
  for (const name of names) {
    const channel = /^(?:switch|relay|channel|ch|em1|pm1|meter|output|input):(\d{1,2})$/i.exec(name);
    if (channel?.[1] !== undefined && channel[1] !== '0') return `_ch${Number(channel[1])}`;
  }
  return '';
}
