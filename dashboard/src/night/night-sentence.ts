import type { Incident } from '#contract/http/alerts.ts';
import { byImportance } from '../lib/incidents.ts';
import type { nightText } from './night.text.ts';
import type { Night, Span } from './night.ts';

type Words = (typeof nightText)['zh'];

export interface NightFacts {
  readonly night: Night;
  /** Of this night only. */
  readonly incidents: readonly Incident[];
  /** When the gateway saw nothing, within the night up to now. */
  readonly off: readonly Span[];
  /** What an incident is about: the device, or the place. */
  nameOf(incident: Incident): string;
  /** A time in the site's zone; with the date when it lies before the night. */
  timeOf(at: number): string;
}

const MOST_NAMED = 2;

/** What happened, who dealt with it and what nobody has acknowledged: one sentence, and one more for what was not seen. */
export function nightSentence(facts: NightFacts, t: Words): string {
  const { night, incidents, off, timeOf } = facts;
  const name = night.isNow ? t.tonight : t.lastNight;
  const unseen = off.reduce((sum, { from, to }) => sum + to - from, 0);
  if (incidents.length === 0 && unseen > 0 && unseen >= night.seenTo - night.from) return t.sawNothing(name);
  const parts = [
    dealtWith(
      incidents.filter(({ state, ackedAt }) => state === 'resolved' && ackedAt !== null),
      t.handled,
      t,
    ),
    dealtWith(
      incidents.filter(({ state, ackedAt }) => state === 'firing' && ackedAt !== null),
      t.inHand,
      t,
    ),
    waiting(
      incidents.filter(({ ackedAt }) => ackedAt === null),
      facts,
      t,
    ),
  ].filter((part) => part !== '');
  const said = parts.length === 0 ? t.quiet(name) : t.happened(name, parts.join(t.and));
  if (off.length === 0) return said;
  const times = off.map(({ from, to }) => t.span(timeOf(from), timeOf(to)));
  return t.both(said, t.notSeen(listed(times, t)));
}

function dealtWith(incidents: readonly Incident[], words: (count: number, who: string) => string, t: Words): string {
  if (incidents.length === 0) return '';
  const people = [...new Set(incidents.flatMap(({ ackedBy }) => (ackedBy === null ? [] : [ackedBy])))];
  return words(incidents.length, listed(people, t));
}

function waiting(incidents: readonly Incident[], { nameOf, timeOf }: NightFacts, t: Words): string {
  if (incidents.length === 0) return '';
  // What goes on and what is severe must not hide behind "and more".
  const named = [...incidents].sort(byImportance).map((incident) => {
    const { since, until } = incident;
    const when = until === null ? t.since(timeOf(since)) : t.span(timeOf(since), timeOf(until));
    return t.unseen(nameOf(incident), when);
  });
  return t.waiting(incidents.length, listed(named, t));
}

/** The first two; more are only said to be there. */
function listed(names: readonly string[], t: Words): string {
  const first = names.slice(0, MOST_NAMED).join(t.comma);
  return names.length > MOST_NAMED ? t.andMore(first) : first;
}
