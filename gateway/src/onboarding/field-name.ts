/** What a field's name says: its words, its unit, the phase or channel it speaks of. */
import { underscored } from '../shared/name-words.ts';
import { phasesOf } from './phases.ts';
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
export function fieldNames(fields: readonly ScalarField[], topic: string): readonly FieldName[] {
  const all = fields.map((field) => fieldName(field, topic));
  const suffixes = phasesOf(all);
  const degreesOf = degreesIn(fields);
  return all.map(({ names, ...name }, n) => ({
    ...name,
    // A letter that tells phases apart is no unit.
    unit:
      name.unit === 'a' && suffixes[n] === '_l1' && !/_amp/.test(name.own)
        ? undefined
        : ((TEMPERATURE.test(name.own) ? degreesOf(fields[n]) : undefined) ?? name.unit),
    suffix: suffixes[n] ?? '',
  }));
}

const TEMPERATURE = /_temp|温度|水温/;
const DEGREES: readonly (readonly [RegExp, string])[] = [
  [/^(?:°?c|℃|degc|celsius|摄氏度?)$/, 'c'],
  [/^(?:°?f|℉|degf|fahrenheit|华氏度?)$/, 'f'],
  [/^(?:k|kelvin)$/, 'k'],
];
const degrees = (said: unknown): string | undefined =>
  typeof said === 'string' ? DEGREES.find(([form]) => form.test(said.trim().toLowerCase()))?.[1] : undefined;

/** The unit of temperatures, which messages say beside the value, in a list of units, or once for all of them. */
function degreesIn(fields: readonly ScalarField[]): (field: ScalarField | undefined) => string | undefined {
  const places = new Map<string, string>();
  let once: string | undefined;
  for (const { keys, value } of fields) {
    const said = degrees(value);
    if (said === undefined) continue;
    const last = String(keys.at(-1) ?? '');
    if (/^temp(?:erature)?_?units?$/i.test(last)) once ??= said;
    if (/^units?$/i.test(String(keys.at(-2) ?? ''))) places.set(JSON.stringify([...keys.slice(0, -2), last]), said);
  }
  return (field) =>
    field === undefined
      ? undefined
      : (degrees(textBeside(field, UNIT_BESIDE)) ?? places.get(JSON.stringify(field.keys)) ?? once);
}

interface Unsuffixed extends Omit<FieldName, 'suffix'> {
  readonly keys: ScalarField['keys'];
  /** From the outside in. */
  readonly names: readonly string[];
}

/** One field by itself; which phase it is of, only the others can say. */
export function fieldName(field: ScalarField, topic: string): Unsuffixed {
  const keys = field.keys.filter((key): key is string => typeof key === 'string');
  const names = keys.length > 0 ? keys : namesOf(topic);
  const last = names.at(-1) ?? '';
  const beside = EMPTY_NAME.test(last) ? textBeside(field, NAME_BESIDE) : undefined;
  const above = EMPTY_NAME.test(last) ? (names.at(-2) ?? last) : last;
  const own = underscored(beside ?? above);
  const said = textBeside(field, UNIT_BESIDE);
  return {
    own,
    names,
    keys: field.keys,
    whole: `${underscored(names.join('_'))}${beside === undefined ? '' : own}`,
    unit:
      unitOf(said === undefined ? '' : underscored(said)) ??
      unitOf(underscored(last)) ??
      unitOf(own) ??
      UNIT_ABOVE.exec(underscored(names.at(-2) ?? ''))?.[1],
  };
}

/** `{m3: {current: 512}}`: a unit around a value is its own. */
const UNIT_ABOVE = /^_(kwh|wh|m3|m3h|kw|lph|lpm)_$/;

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

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_kwh_|_度_/, 'kwh'],
  [/_megawh_/, 'mwh'],
  [/_(?:wh|watt_?hours?)_/, 'wh'],
  [/_(?:wmin|watt_?min(?:utes?)?)_/, 'wmin'],
  [/_kvarh_/, 'kvarh'],
  [/_kvah_/, 'kvah'],
  [/_kvar_/, 'kvar'],
  [/_kva_/, 'kva'],
  [/_megaw_/, 'megaw'],
  [/_milliw_/, 'milliw'],
  [/_kw_/, 'kw'],
  [/_w_$|_watts?_/, 'w'],
  [/_m3h_/, 'm3h'],
  [/_(?:m3|cubic_?met(?:er|re)s?|立方|立方米|吨)_/, 'm3'],
  [/_ft3_/, 'ft3'],
  [/_lpm_|_l_min_/, 'lpm'],
  [/_lph_|_l_h_/, 'lph'],
  [/_lps_|_l_s_/, 'lps'],
  [/_l_$|_(?:lit(?:er|re)s?|升)_/, 'l'],
  [/_(?:mv|millivolts?)_/, 'mv'],
  [/_ma_|_milliamps?_/, 'ma'],
  [/_v_$|_volts?_/, 'v'],
  // `phase_a` is no unit.
  [/_(?:current|curr|amps?|i)_a_$|^_a_$|_(?:amps?|amperes?)_/, 'a'],
  [/_(?:degf|fahrenheit)_|_t_f_|_temp\w*_f_$/, 'f'],
  [/_(?:degc|celsius)_|_t_c_/, 'c'],
  [/_(?:pct|percent|percentage)_/, 'pct'],
];

/** A unit as the rules name it: `kwh`, `m3`, `c`. */
export const unitToken = (unit: string): string | undefined => unitOf(underscored(unit));

function unitOf(words: string): string | undefined {
  return UNITS.find(([pattern]) => pattern.test(words))?.[1];
}
