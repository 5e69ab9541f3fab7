import type { Incident } from '#contract/http/alerts.ts';
import type { CampusHeadline } from '../lib/campus-headline.ts';
import { needsSomeone } from '../lib/incidents.ts';
import type { Connection } from '../live/connection.ts';

/** The one giant word, that of the overview's headline; `refused`: the wall's key or sign-in is no longer valid. */
export type WallWord = CampusHeadline['word'] | 'refused';

const isSilenced = (incident: Pick<Incident, 'silencedUntil'>, now: number): boolean =>
  (incident.silencedUntil ?? 0) > now;

/** Whether an incident calls for somebody now: banner and tone. A notice of severity `info` never does. */
export function isCalling(
  incident: Pick<Incident, 'state' | 'ackedAt' | 'severity' | 'silencedUntil'>,
  now: number,
): boolean {
  return needsSomeone(incident) && incident.severity !== 'info' && !isSilenced(incident, now);
}

/** Nobody is called for what is silenced or a mere notice: it is in hand. A line that is down hides what calls no more than before. */
export function wallWord(
  headline: Pick<CampusHeadline, 'word'>,
  isAnybodyCalled: boolean,
  { state, refused }: Pick<Connection, 'state' | 'refused'>,
): WallWord {
  // Whatever stands here comes no more: somebody has to give this wall a new key.
  if (refused) return 'refused';
  if (headline.word !== 'act') return headline.word;
  if (isAnybodyCalled) return 'act';
  return state === 'broken' ? 'broken' : 'inHand';
}
