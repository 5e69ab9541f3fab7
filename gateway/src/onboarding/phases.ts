/** Which phase or channel of several a value is of, by its name and by the names beside it. */
import { channelIn } from '../shared/name-meaning.ts';

interface Name {
  /** Words between underscores. */
  readonly own: string;
  readonly whole: string;
  readonly names: readonly string[];
  readonly keys: readonly (string | number)[];
}

/** Phases as makers tell them apart; one letter alone says so only where the other two are there as well. */
const TRIPLES = ['abc', 'rst', 'uvw', 'xyz', 'ryb', '123'];
/** What is numbered behind these is a channel, be there three of them or not. */
const CHANNEL = /^(?:ch|chn|channel|port|socket|outlet|relay|switch|clamp|ct|output|通道)$/;
const ELECTRIC =
  /_(?:voltage|volts?|v|u|current|curr|amps?|i|power|p|energy|kwh|kw|w|pf|factor|active|apparent|reactive|(?:[uvip]|pf)[123abcrstxyz]|电压|电流|功率|电能|电量)_|电[压流能量]|功率|有功/;

/** @returns `_l1`, `_ch2` or nothing, for each */
export function phasesOf(all: readonly Name[]): readonly string[] {
  const found = new Map<string, Map<string, number[]>>();
  for (const [n, name] of all.entries()) {
    if (!ELECTRIC.test(name.whole)) continue;
    for (const { key, mark } of holes(name)) {
      const marks = found.get(key) ?? new Map<string, number[]>();
      marks.set(mark, [...(marks.get(mark) ?? []), n]);
      found.set(key, marks);
    }
  }
  const suffixes: (string | undefined)[] = all.map(() => undefined);
  for (const marks of found.values()) {
    for (const triple of TRIPLES) {
      const [first = '', second = '', third = ''] = triple;
      // With a fourth they are channels.
      if (!marks.has(first) || !marks.has(second) || !marks.has(third) || (triple === '123' && marks.has('4')))
        continue;
      for (const [place, mark] of [first, second, third].entries())
        for (const n of marks.get(mark) ?? []) suffixes[n] ??= `_l${place + 1}`;
    }
  }
  const isByLetter = all.some(({ own }) => BY_LETTER.test(own));
  return all.map((name, n) => suffixes[n] ?? suffixOf(name, isByLetter));
}

/** A letter that cannot be the unit of what it stands behind: `voltage_a`, `current_b`. */
const BY_LETTER =
  /_(?:voltage|volts?|power|energy|factor|pf|电压|功率|电能)_[abc]_|_(?:current|curr|i)_[bc]_|_[up][abc]_|_i[bc]_/;

/** The name with each letter or digit left out that may tell phases apart. */
function holes({ names, own, keys }: Name): readonly { readonly key: string; readonly mark: string }[] {
  const place = keys.filter((key) => typeof key === 'number').join(',');
  const words = `${names.slice(0, -1).join('/')}/${own}`.toLowerCase().split(/(?=[_/])|(?<=[_/])/);
  return words.flatMap((word, at) => {
    const [, stem = '', mark = ''] = /^([uvip]|pf|phase|ph)?([abcrstuvwxyz1-9])$/.exec(word) ?? [];
    if (mark === '' || CHANNEL.test(words[at - 2] ?? '')) return [];
    return [{ key: JSON.stringify([place, ...words.slice(0, at), `${stem}*`, ...words.slice(at + 1)]), mark }];
  });
}

const PHASES: Readonly<Record<string, string>> = {
  ...{ a: '_l1', b: '_l2', c: '_l3', l1: '_l1', l2: '_l2', l3: '_l3', '1': '_l1', '2': '_l2', '3': '_l3' },
  ...{ x: '_l1', y: '_l2', z: '_l3', r: '_l1', s: '_l2', t: '_l3' },
};

function suffixOf({ keys, own, names }: Name, isByLetter: boolean): string {
  const last = keys.at(-1);
  if (typeof last === 'number' && last < 3 && /_(?:voltage|current|power|factor|total|u|i|p|电压|电流|功率)_/.test(own))
    return `_l${last + 1}`;
  const inside =
    /^_([abc])_(?!$)|_(?:phase|ph)_?([abcxyzrst1-3])_|_([abc])_相|_(l[1-3])_|^_[uip]([abc])_|_(?:voltage|volt|current|power|energy|电压|电流|功率)_?([abc])_/.exec(
      own,
    );
  const phase = inside?.slice(1).find((one) => one !== undefined);
  // `current_a` by itself is a current in amperes.
  if (phase === 'a' && /_(?:current|curr|i)_a_$/.test(own) && !isByLetter) return '';
  if (phase !== undefined) return PHASES[phase] ?? '';
  const above = /^(?:phase|ph)_?([abc])$|^(l[1-3])$/i.exec(names.at(-2) ?? '');
  const named = above?.slice(1).find((one) => one !== undefined);
  if (named !== undefined) return PHASES[named.toLowerCase()] ?? '';
  return channelOf(own, names);
}

function channelOf(own: string, names: readonly string[]): string {
  const numbered =
    /_(?:ch|chn|channel|通道)_?(\d{1,2})_$|^_(?:door|valve|switch|input|relay|power|energy|pulse|voltage|current|temp|temperature|humidity|门|阀)_?(\d{1,2})_/.exec(
      own,
    );
  const number = numbered?.slice(1).find((one) => one !== undefined);
  if (number !== undefined) return `_ch${Number(number)}`;
  const counted = channelIn(own);
  if (counted !== undefined) return `_ch${counted}`;
  const clamp = /^emeter$/i.test(names.at(-3) ?? '') ? /^[0-2]$/.exec(names.at(-2) ?? '') : null;
  if (clamp !== null) return `_l${Number(clamp[0]) + 1}`;
  for (const name of names) {
    const channel = /^(?:switch|relay|channel|ch|em1|pm1|meter|output|input):(\d{1,2})$/i.exec(name);
    if (channel?.[1] !== undefined && channel[1] !== '0') return `_ch${Number(channel[1])}`;
  }
  return '';
}
