import type { overviewText } from './overview.text.ts';

type Words = (typeof overviewText)['zh'];

export interface OverviewFacts {
  /** What is wrong with the gateway's disk, the worst first. */
  readonly storage: readonly string[];
  readonly unacked: number;
  /** Firing and acknowledged. */
  readonly inHand: number;
  /** Over, and nobody has acknowledged it. */
  readonly overUnseen: number;
  readonly camerasOffline: number;
  readonly doorsOpen: number;
  /** Today against last week in words; undefined when it cannot be said. */
  readonly today: string | undefined;
}

/** The state of the campus in one sentence, the most urgent first. */
export function overviewSentence(facts: OverviewFacts, t: Words): string {
  const { storage, unacked, inHand, overUnseen, camerasOffline, doorsOpen, today } = facts;
  const parts = [
    ...storage,
    unacked > 0 ? t.unackedIs(unacked) : '',
    inHand > 0 ? t.firingIs(inHand) : '',
    overUnseen > 0 ? t.overIs(overUnseen) : '',
    camerasOffline > 0 ? t.camerasOff(camerasOffline) : '',
    doorsOpen > 0 ? t.doorsOpen(doorsOpen) : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return today === undefined ? t.allFine : `${t.allFine} ${capital(t.todayIs(today))}${t.stop}`;
  if (today !== undefined) parts.push(t.todayIs(today));
  return `${capital(parts.join(t.and))}${t.stop}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
