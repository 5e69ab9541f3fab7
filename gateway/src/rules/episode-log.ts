import type { Episode } from '#contract/http/alerts.ts';
import type { Transition } from './transition.ts';

export interface EpisodeLog {
  add(transitions: readonly Transition[]): void;
  /**
   * Episodes that overlap from ≤ t < to, in order of their beginning; what had no length is none.
   * @param atEnd how an episode that still fires at `to` stands then
   */
  episodes(from: number, to: number, atEnd: (firing: Transition) => Transition): Episode[];
}

/** Pairs firing with resolved. The same code reads live transitions and those of a back-test. */
export function createEpisodeLog(): EpisodeLog {
  const open = new Map<string, Transition>();
  const closed: Episode[] = [];
  const add = (transition: Transition): void => {
    const key = `${transition.rule}/${transition.device}`;
    if (transition.to === 'firing') open.set(key, transition);
    if (transition.to !== 'resolved') return;
    const firing = open.get(key);
    open.delete(key);
    // Open and shut in one instant: nothing lasted.
    if (firing && transition.at > firing.since) closed.push(episodeOf(firing, transition, transition.until));
  };
  return {
    add(transitions) {
      for (const transition of transitions) add(transition);
    },
    episodes(from, to, atEnd) {
      const running = [...open.values()].map((firing) => episodeOf(firing, atEnd(firing), null));
      return [...closed, ...running]
        .filter((episode) => episode.from < to && (episode.to ?? to) >= from)
        .toSorted((a, b) => a.from - b.from || compare(a.rule, b.rule) || compare(a.device, b.device));
    },
  };
}

function episodeOf(firing: Transition, last: Transition, to: number | null): Episode {
  return {
    rule: firing.rule,
    kind: firing.kind,
    reason: firing.reason,
    device: firing.device,
    place: firing.place,
    from: firing.since,
    firedAt: firing.at,
    to,
    excess: last.excess,
    unit: last.unit,
    yuan: last.yuan,
    severity: firing.severity,
    sentence: { ...last.sentence },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
