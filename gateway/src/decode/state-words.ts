/**
 * How the words of a state are read. A word that names the state itself (open, closed, leak, 离线) means the same under
 * every name; yes and no (on, true, 1) answer the name, so an inverted name (`contact`, `battery_ok`) turns only these
 * round. Read without regard to case and to blanks or NUL around them.
 */
import { METRIC_SUFFIX } from '#contract/metrics.ts';
import { STATE_METRICS, wordsOfState, wordValues, YES_NO } from '#contract/state-words.ts';
import { isUnknown, toNumber } from './payload.ts';

const ANSWERS = wordValues(YES_NO);
const WORDS = new Map(STATE_METRICS.map((metric) => [metric, wordValues(wordsOfState(metric))]));
const SUFFIX = new RegExp(METRIC_SUFFIX);
const NONE: ReadonlyMap<string, number | null> = new Map();
const LONGEST = 32;

/** Words of every list, for whoever checks that no list contradicts another. */
export const stateWords = (metric: string): ReadonlyMap<string, number | null> =>
  WORDS.get(metric.replace(SUFFIX, '')) ?? NONE;

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
    const said = ANSWERS.get(word) ?? toNumber(word);
    if (said !== undefined) return answer(said);
    return isUnknown(word) ? undefined : Number.NaN;
  };
}
