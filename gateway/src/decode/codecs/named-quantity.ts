/**
 * What a value is whose maker chose its name freely: `Energy/Total kWh` of Sparkplug, `main/energy` with unit `kWh` of
 * Homie. The answer is a word of a closed list (`kWh`, `kWh export`, `W l1`, `open` …), which the profile maps to a metric.
 * What goes into the books is never guessed: energy and water need their unit, and a name that speaks of a part of the
 * whole (a month, a tariff, a set point, a maximum) is nothing known.
 */

/** `state`: true or false, or a word such as `open`. */
export type ValueKind = 'number' | 'state';

/** In the unit of our metrics: `value × up ÷ down`. */
interface Unit {
  readonly name: string;
  readonly up: number;
  readonly down: number;
}

const of = (name: string, spellings: string, up = 1, down = 1): [string, Unit][] =>
  spellings.split(' ').map((spelling) => [spelling, { name, up, down }]);

/** Without regard to case; two words that differ in nothing else (mW, MW) are not in here. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...of('kWh', 'kwh kw·h kw.h 度'),
  ...of('kWh', 'wh', 1, 1_000),
  ...of('kWh', 'mwh', 1_000),
  ...of('W', 'w watt watts'),
  ...of('W', 'kw', 1_000),
  ...of('V', 'v volt volts'),
  ...of('V', 'mv', 1, 1_000),
  ...of('A', 'a amp amps'),
  ...of('A', 'ma', 1, 1_000),
  ...of('var', 'var'),
  ...of('var', 'kvar', 1_000),
  ...of('VA', 'va'),
  ...of('VA', 'kva', 1_000),
  ...of('°C', '°c ℃ c degc celsius'),
  ...of('°F', '°f ℉ degf fahrenheit'),
  ...of('%', '% pct percent %rh'),
  ...of('m³', 'm³ m3 ㎥ cbm'),
  ...of('m³', 'l liter liters litre litres', 1, 1_000),
  ...of('L/h', 'm³/h m3/h ㎥/h', 1_000),
  ...of('L/h', 'l/h lph'),
  ...of('L/h', 'l/min lpm', 60),
]);

/** Not the thing itself but a wish, a limit, a part or an extreme of it; between phases; of another medium. */
const OTHER =
  /^(?:set|setpoint|target|limit|threshold|alarm|max|maximum|min|minimum|rated|nominal|demand|avg|average|mean|yesterday|last|previous|hour|hourly|week|weekly|month|monthly|year|yearly|tariff|peak|valley|t[1-9]|l12|l23|l31|reactive|factor|thd|price|cost)$/;
const OTHER_MEDIUM = /^(?:gas|heat|heating|oil|fuel|diesel|air|steam|tank|level)$/;
const EXPORT = /^(?:export|exported|reverse|returned|produced|production|generated|feedin)$/;
const TODAY = /^(?:today|daily|day)$/;
const VOLUME = /^(?:water|total|volume|consumption|consumed|meter|counter)$/;
/** One letter at the end of a name may be anything (“Phase A”): the name has to say it too. */
const LETTER: Readonly<Record<string, RegExp>> = {
  W: /^(?:power|load|active|watt|watts|p)$/,
  V: /^(?:voltage|volt|volts|battery|u)$/,
  A: /^(?:current|amp|amps|i)$/,
  '°C': /^temp(?:erature)?$/,
};

export interface Quantity {
  readonly word: string;
  /** To the unit of our metrics. */
  readonly unit: Unit | undefined;
}

/**
 * @param name of any form; parts and words are told apart by case, spaces and punctuation
 * @param said unit, where the protocol has a place for it; else the last word of the name may be one
 */
export function namedQuantity(name: string, said: string | undefined, kind: ValueKind): Quantity | undefined {
  const key = `${kind} ${said ?? ''}\n${name}`;
  const known = memory.get(key);
  if (known !== undefined) return known ?? undefined;
  const found = findQuantity(name, said, kind);
  if (memory.size >= MAX_REMEMBERED) memory.clear();
  memory.set(key, found ?? null);
  return found;
}

/** Names repeat with every message, and looking at one takes several expressions. */
const memory = new Map<string, Quantity | null>();
const MAX_REMEMBERED = 4_000;

function findQuantity(name: string, said: string | undefined, kind: ValueKind): Quantity | undefined {
  if (kind === 'state') return quantity(stateOf(wordsOf(name)), undefined);
  if (said !== undefined && said !== '') {
    const unit = UNITS.get(said.trim().toLowerCase());
    return unit && quantity(measured(unit.name, wordsOf(name)), unit);
  }
  const tail = /^(.+)[ _([]([^ _()[\]]+)[)\]]?$/.exec(name);
  const last = tail?.[2]?.toLowerCase() ?? '';
  const unit = UNITS.get(last);
  if (unit === undefined) return unmeasured(wordsOf(name));
  const words = wordsOf(tail?.[1] ?? '');
  const letter = last.length === 1 ? LETTER[unit.name] : undefined;
  return letter === undefined || words.some((word) => letter.test(word))
    ? quantity(measured(unit.name, words), unit)
    : undefined;
}

/** @returns the value in the unit of our metrics; what is no number stays what it is */
export function inOurUnit<T>({ unit }: Quantity, value: T): T | number {
  if (unit === undefined || typeof value !== 'number') return value;
  if (unit.name === '°F') return tidy(((value - 32) * 5) / 9);
  return unit.up === unit.down ? value : tidy((value * unit.up) / unit.down);
}

const tidy = (value: number): number => (Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value);
const quantity = (word: string | undefined, unit: Unit | undefined): Quantity | undefined =>
  word === undefined ? undefined : { word, unit };

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function measured(unit: string, words: readonly string[]): string | undefined {
  const has = (what: RegExp): boolean => words.some((word) => what.test(word));
  if (has(OTHER)) return undefined;
  switch (unit) {
    case 'kWh':
      if (has(OTHER_MEDIUM)) return undefined;
      return `kWh${has(EXPORT) ? ' export' : has(TODAY) ? ' today' : ''}${phaseOf(words)}`;
    case '%':
      return shareOf(words);
    case 'V':
      return has(/^battery$/) ? 'V battery' : `V${phaseOf(words)}`;
    case 'm³':
      return has(VOLUME) && !has(OTHER_MEDIUM) && !has(TODAY) ? unit : undefined;
    case 'L/h':
      return has(OTHER_MEDIUM) ? undefined : unit;
    case '°C':
    case '°F':
      return '°C';
    default:
      return `${unit}${phaseOf(words)}`;
  }
}

/** Without a unit only what is nearly always said in the same one, and never what is billed. */
function unmeasured(words: readonly string[]): Quantity | undefined {
  const last = words.at(-1) ?? '';
  if (/\b(?:power factor|pf|cos ?phi)$/.test(words.join(' '))) return quantity('power factor', undefined);
  if (words.some((word) => OTHER.test(word))) return undefined;
  if (/^temp(?:erature)?$/.test(last)) return quantity('°C', undefined);
  if (last === 'voltage') return quantity(words.includes('battery') ? 'V battery' : 'V', undefined);
  return /^(?:humidity|battery)$/.test(last) ? quantity(shareOf([last]), undefined) : undefined;
}

function shareOf(words: readonly string[]): string | undefined {
  const found = words.findLast((word) => /^(?:humidity|rh|battery|soc)$/.test(word));
  if (found === undefined) return undefined;
  return found === 'humidity' || found === 'rh' ? '% humidity' : '% battery';
}

function stateOf(words: readonly string[]): string | undefined {
  const has = (...any: readonly string[]): boolean => any.some((word) => words.includes(word));
  if (has('leak', 'leakage', 'flood')) return 'leak';
  if (has('tamper', 'tampered')) return 'tamper';
  if (has('battery')) return has('low') ? 'battery low' : undefined;
  const what = has('valve') ? 'valve ' : '';
  const last = words.at(-1);
  if (last === 'open' || last === 'opened') return `${what}open`;
  // A reed contact that is made is a closed door, as Zigbee says it too.
  if (last === 'closed' || last === 'contact') return `${what}closed`;
  return last === 'door' || last === 'window' || (what !== '' && last === 'valve') ? `${what}open` : undefined;
}

function phaseOf(words: readonly string[]): string {
  const named = /\b(?:l|ph|phase) ?([123abc])\b/.exec(words.join(' '))?.[1];
  if (named === undefined) return '';
  return ` l${'abc'.includes(named) ? 'abc'.indexOf(named) + 1 : named}`;
}

/** Which name of a device has a quantity. Two that claim the same are told apart by a person, not by their order. */
export interface Claims {
  claim(quantity: string, name: string): void;
  holds(quantity: string, name: string): boolean;
}

export function createClaims(): Claims {
  const owners = new Map<string, string | null>();
  return {
    claim: (quantity, name) => {
      const owner = owners.get(quantity);
      if (owner !== name) owners.set(quantity, owner === undefined ? name : null);
    },
    holds: (quantity, name) => owners.get(quantity) === name,
  };
}
