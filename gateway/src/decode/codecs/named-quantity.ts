/**
 * What a value is whose maker chose its name freely: `Energy/Total kWh` of Sparkplug, `main/energy` with unit `kWh` of
 * Homie. The answer is a word of a closed list (`kWh`, `kWh export`, `W l1`, `open` …), which the profile maps to a metric.
 * What goes into the books is never guessed: energy and water need their unit, and a name that speaks of a part of the
 * whole (a month, a tariff, a set point, a maximum) is nothing known.
 */
import { inOurs, type Unit, unitOf } from '#contract/units.ts';
import {
  directionOf,
  energyMeaning,
  isBesidePhases,
  isLimit,
  isOfNoRoom,
  isOfOtherMedium,
  phaseIn,
  spanOf,
} from '../../shared/name-meaning.ts';
import { nameWords, underscored } from '../../shared/name-words.ts';

/** `state`: true or false, or a word such as `open`. */
export type ValueKind = 'number' | 'state';

/** What else a name may speak of, beside what `name-meaning` knows. */
const OTHER = /_(?:alarm|thd|price|cost|factor|reactive)_/;
const OTHER_MEDIUM = /_(?:tank|level)_/;
const VOLUME = /_(?:water|total|volume|consumption|consumed|meter|counter)_/;
/** One letter at the end of a name may be anything (“Phase A”): the name has to say it too. */
const LETTER: Readonly<Record<string, RegExp>> = {
  kWh: /_(?:energy|consumption)_/,
  W: /_(?:power|load|active|watts?|p)_/,
  V: /_(?:voltage|volts?|battery|u)_/,
  A: /_(?:current|amps?|i)_/,
  '°C': /_temp(?:erature)?_/,
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
  if (kind === 'state') return quantity(stateOf(nameWords(name)), undefined);
  if (said !== undefined && said !== '') {
    const unit = unitOf(said);
    return unit && quantity(measured(unit.of, underscored(name)), unit);
  }
  const tail = /^(.+)[ _([]([^ _()[\]]+)[)\]]?$/.exec(name);
  const last = tail?.[2] ?? '';
  const unit = unitOf(last);
  if (unit === undefined || unit.of === 's') return unmeasured(underscored(name));
  const words = underscored(tail?.[1] ?? '');
  const letter = last.length === 1 ? LETTER[unit.of] : undefined;
  const isUnit = letter === undefined || letter.test(words);
  return isUnit ? quantity(measured(unit.of, words), unit) : unmeasured(underscored(name));
}

/** @returns the value in the unit of our metrics; what is no number stays what it is */
export function inOurUnit<T>({ unit }: Quantity, value: T): T | number {
  return unit === undefined || typeof value !== 'number' ? value : inOurs(unit, value);
}

const quantity = (word: string | undefined, unit: Unit | undefined): Quantity | undefined =>
  word === undefined ? undefined : { word, unit };

/** @param name words between underscores */
function measured(unit: string, name: string): string | undefined {
  if (unit === 'kWh') return energyOf(name);
  if (isLimit(name) || OTHER.test(name)) return undefined;
  switch (unit) {
    case '%':
      return shareOf(name);
    case 'V':
      if (/_(?:battery|batt|bat)_|电池/.test(name)) return 'V battery';
      return isBesidePhases(name) || directionOf(name) === 'made' ? undefined : `V${phaseOf(name)}`;
    case 'A':
      if (isBesidePhases(name) || phaseIn(name) === 'unclear') return undefined;
      return directionOf(name) === 'made' ? undefined : `A${phaseOf(name)}`;
    case 'W':
    case 'VA':
      return (directionOf(name) ?? 'taken') === 'taken' ? `${unit}${phaseOf(name)}` : undefined;
    case 'm³':
      return isWater(name) && spanOf(name) === undefined && directionOf(name) !== 'sent' ? unit : undefined;
    case 'L/h':
      return isOtherMedium(name) ? undefined : unit;
    case '°C':
      return isOfNoRoom(name) ? undefined : unit;
    case 's':
      return undefined;
    default:
      return `${unit}${phaseOf(name)}`;
  }
}

function energyOf(name: string): string | undefined {
  if (isOtherMedium(name) || OTHER.test(name)) return undefined;
  switch (energyMeaning(name)) {
    case 'whole':
      return `kWh${phaseOf(name)}`;
    case 'sent':
    case 'made':
      return `kWh export${phaseOf(name)}`;
    case 'today':
      return phaseOf(name) === '' ? 'kWh today' : undefined;
    default:
      return undefined;
  }
}

const isOtherMedium = (name: string): boolean => OTHER_MEDIUM.test(name) || isOfOtherMedium(name);
const isWater = (name: string): boolean => (VOLUME.test(name) || /水/.test(name)) && !isOtherMedium(name);

/** Without a unit only what is nearly always said in the same one, and never what is billed. */
function unmeasured(name: string): Quantity | undefined {
  if (/_(?:power_factor|pf|cos_?phi)_$|功率因[数素]/.test(name)) return quantity('power factor', undefined);
  if (isLimit(name) || OTHER.test(name)) return undefined;
  if (/_temp(?:erature)?_$/.test(name) && !isOfNoRoom(name)) return quantity('°C', undefined);
  if (/_voltage_(?:[abc]_)?$/.test(name) && !isBesidePhases(name))
    return quantity(/_battery_/.test(name) ? 'V battery' : `V${phaseOf(name)}`, undefined);
  const [share] = /_(?:humidity|battery)_$/.exec(name) ?? [];
  return share === undefined ? undefined : quantity(shareOf(share), undefined);
}

function shareOf(name: string): string | undefined {
  const found = name.match(/humidity|rh|battery|soc/g)?.at(-1);
  if (found === undefined || !name.split('_').includes(found)) return undefined;
  return found === 'humidity' || found === 'rh' ? '% humidity' : '% battery';
}

function stateOf(words: readonly string[]): string | undefined {
  const has = (...any: readonly string[]): boolean => any.some((word) => words.includes(word));
  if (has('leak', 'leakage', 'flood')) return 'leak';
  if (has('tamper', 'tampered')) return 'tamper';
  if (has('battery')) return has('low') ? 'battery low' : undefined;
  // A breaker that is open is off, and its contact is none of a door.
  if (has('breaker', 'relay', 'contactor', 'circuit', 'switch', 'fuse', 'loop', 'damper', 'shutter')) return undefined;
  const what = has('valve') ? 'valve ' : '';
  const last = words.at(-1);
  if (last === 'open' || last === 'opened') return `${what}open`;
  // A reed contact that is made is a closed door, as Zigbee says it too.
  if (last === 'closed' || last === 'contact') return `${what}closed`;
  return last === 'door' || last === 'window' || (what !== '' && last === 'valve') ? `${what}open` : undefined;
}

function phaseOf(name: string): string {
  const phase = phaseIn(name);
  return typeof phase === 'number' ? ` l${phase}` : '';
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
