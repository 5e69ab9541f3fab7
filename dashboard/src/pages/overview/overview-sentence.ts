import type { CampusHeadline } from '../../lib/campus-headline.ts';
import type { Format } from '../../lib/format.ts';
import type { overviewText } from './overview.text.ts';

type Words = (typeof overviewText)['zh'];

export interface OverviewFacts extends CampusHeadline {
  /** What is wrong with the gateway's disk in words, the worst first. */
  readonly storage: readonly string[];
  readonly doorsOpen: number;
  /** Names of the first device that is offline, and of the first that is unknown. */
  readonly outName?: string | undefined;
  readonly unknownName?: string | undefined;
  /** Today against last week in words; undefined when it cannot be said. */
  readonly today: string | undefined;
}

/** The state of the campus in one sentence, the most urgent first; that all is well only where all was looked at. */
export function overviewSentence(facts: OverviewFacts, t: Words, format: Pick<Format, 'percent'>): string {
  const { word, storage, waiting, inHand, overUnseen, camerasOut, othersOut, unknown, doorsOpen, gap, today } = facts;
  const wrong = [
    ...storage,
    waiting > 0 ? t.unackedIs(waiting) : '',
    inHand > 0 ? t.firingIs(inHand) : '',
    overUnseen > 0 ? t.overIs(overUnseen) : '',
  ].filter(isSaid);
  const unseen = [
    camerasOut > 0 ? t.camerasOff(camerasOut) : '',
    named(othersOut, facts.outName, t.deviceOff, t.devicesOffWith, t.devicesOff),
    // Before anything was heard there is no device to name: all are alike.
    named(
      unknown,
      facts.lacks === 'data' ? undefined : facts.unknownName,
      t.deviceUnknown,
      t.devicesUnknownWith,
      t.devicesUnknown,
    ),
  ].filter(isSaid);
  const parts = [
    facts.lacks === 'devices' ? t.noDevices : '',
    facts.lacks === 'data' ? t.noData : '',
    ...wrong,
    ...unseen,
    doorsOpen > 0 ? t.doorsOpen(doorsOpen) : '',
    word === 'partly' && unseen.length > 0 && doorsOpen === 0 ? t.restFine : '',
    gap === undefined ? '' : t.gapToday(format.percent(gap)),
  ].filter(isSaid);
  if (parts.length === 0) {
    const all = word === 'fine' ? t.allFine : `${t.nothingThen}${t.stop}`;
    return today === undefined ? all : `${all} ${capital(t.todayIs(today))}${t.stop}`;
  }
  if (today !== undefined) parts.push(t.todayIs(today));
  return `${capital(parts.join(t.and))}${t.stop}`;
}

/** The one by its name, more by the first and how many more; only how many where no name is known. */
function named(
  count: number,
  first: string | undefined,
  one: (name: string) => string,
  more: (name: string, others: number) => string,
  all: (count: number) => string,
): string {
  if (count === 0) return '';
  if (first === undefined) return all(count);
  return count === 1 ? one(first) : more(first, count - 1);
}

const isSaid = (part: string): boolean => part !== '';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
