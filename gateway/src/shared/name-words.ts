/**
 * The words of a name that its maker chose freely. Case and digits part words before case is dropped: `PV1EnergyToday`
 * is `pv 1 energy today`. Names written without any sign of it (`pvenergytotal`) are parted where all of it is known.
 */

const MAX_LENGTH = 1_024;
/** Longer runs of small letters are ids, and looking into them would only take time. */
const MAX_RUN = 40;

/** Units whose case or punctuation says what they are, as words of their own. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/m³\/h|m3\/h|㎥\/h|m3h|M3H/, 'm3h'],
  [/m³|㎥|(?<![A-Za-z])[mM]3(?!\d|h_)/, 'm3'],
  [/ft³|(?<![A-Za-z])ft3(?!\d)/, 'ft3'],
  [/L\/min|LPM|lpm/, 'lpm'],
  [/L\/h|LPH|lph/, 'lph'],
  [/L\/s|LPS|lps/, 'lps'],
  [/k[Vv][Aa][Rr][Hh]|KVARH|(?<![A-Za-z])[Vv]arh(?![a-z])/, 'kvarh'],
  [/k[Vv][Aa][Rr](?![a-z])|KVAR(?![A-Z])/, 'kvar'],
  [/kV[Aa]h|KVAH/, 'kvah'],
  [/kVA(?![a-z])|KVA(?![A-Z])/, 'kva'],
  [/k[Ww]·?\.?[Hh]|KW[Hh]/, 'kwh'],
  [/MWh/, 'megawh'],
  [/kW(?![a-z])|KW(?![A-Za-z])/, 'kw'],
  [/(?<![A-Za-z])MW(?![A-Za-z])/, 'megaw'],
  [/(?<![A-Za-z])mW(?![A-Za-z])/, 'milliw'],
  [/(?<![A-Za-z])W\.?h(?![a-z])/, 'wh'],
  [/(?<=[a-z_\d])Wh(?![a-z])/, 'wh'],
  [/mV(?![a-z])/, 'mv'],
  [/(?<![A-Za-z]|[A-Za-z]m)mA(?![A-Za-z])|(?<=[Cc]urr(?:ent)?)mA(?![A-Za-z])/, 'ma'],
  [/°C|℃/, 'degc'],
  [/°F|℉/, 'degf'],
  [/%/, 'pct'],
  // Active energy and power, taken and sent.
  [/(?<![A-Za-z])A\+/, 'import'],
  [/(?<![A-Za-z])A-(?![A-Za-z\d])/, 'export'],
];
/** All of them in one look: names come by the thousand when a bridge announces what it has. */
const ANY_UNIT = new RegExp(UNITS.map(([{ source }]) => `(${source})`).join('|'), 'g');
const unitAt = (groups: readonly unknown[]): string =>
  UNITS[groups.findIndex((group) => group !== undefined)]?.[1] ?? '';

/** Letters and digits that belong together. */
const ONE_WORD = /^(?:[a-z]\d{1,2}|m3h|ft3)$/;

const KNOWN = new Set(
  `energy total today yesterday day daily night week weekly month monthly year yearly yield export exported import imported
  active reactive apparent power voltage current factor phase tariff flow rate volume water gas heat temperature temp
  battery charge discharge produced production generated generation consumption consumed delivered returned feedin grid
  load pv solar inverter meter reading kwh wh kw max min peak offpeak valley last sum net forward reverse positive
  negative lifetime eac epv etogrid etouser m3 l1 l2 l3 t1 t2 t3 t4`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
const LONGEST = Math.max(...[...KNOWN].map(({ length }) => length));

/** @returns lower-case words, in order; Chinese stays in one piece */
export function nameWords(name: string): string[] {
  const text = name.slice(0, MAX_LENGTH);
  const marked = text.replaceAll(ANY_UNIT, (_, ...groups: unknown[]) => `_${unitAt(groups)}_`);
  return marked
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/([\p{Script=Han}])([A-Za-z\d])/gu, '$1_$2')
    .replaceAll(/([A-Za-z\d])([\p{Script=Han}])/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap(parted);
}

/** `_active_power_kw_`: words between underscores, for expressions that look for whole words. */
export const underscored = (name: string): string => `_${nameWords(name).join('_')}_`;

function parted(word: string): readonly string[] {
  if (word === '') return [];
  if (ONE_WORD.test(word) || KNOWN.has(word)) return [word];
  const whole = knownParts(word);
  if (whole !== undefined) return whole;
  return (word.match(/\d+|\D+/g) ?? []).flatMap((piece) => knownParts(piece) ?? [piece]);
}

/** @returns undefined unless every letter of it belongs to a word that is known */
function knownParts(run: string): readonly string[] | undefined {
  if (run.length > MAX_RUN || !/^[a-z]/.test(run)) return undefined;
  // From the end: the parts of what begins at each place, the longest first word tried first.
  const from: (readonly string[] | undefined)[] = [];
  from[run.length] = [];
  for (let start = run.length - 1; start >= 0; start--) {
    for (let end = Math.min(run.length, start + LONGEST); end > start; end--) {
      const rest = from[end];
      const word = run.slice(start, end);
      if (rest === undefined || !KNOWN.has(word)) continue;
      from[start] = [word, ...rest];
      break;
    }
  }
  return from[0];
}
