/** One transition of the rule engine applied to an alert. Pure. */
import type { Alert, TimelineEntry } from '#contract/http/alerts.ts';
import type { Transition } from '../rules/transition.ts';

export const GATEWAY = 'gateway';
/** Timelines are shown to people; a flapping alert must not grow without end. */
const MAX_TIMELINE = 200;

/** How bad it is, in figures and in words. */
export type Figures = Pick<Alert, 'excess' | 'unit' | 'yuan' | 'sentence'>;
/** An alert as it ended. */
export type Ending = Figures & Pick<Transition, 'since' | 'until'>;

export const alertKey = (rule: string, device: string): string => `${rule}\n${device}`;

/** Same condition, same beginning, same id: judging a reading twice cannot make two alerts. */
export const alertId = (transition: Transition): string =>
  `a-${Math.round(transition.since).toString(36)}-${transition.rule}-${transition.device}`;

export function newAlert(transition: Transition, incidentId: string): Alert {
  return {
    id: alertId(transition),
    incidentId,
    rule: transition.rule,
    kind: transition.kind,
    device: transition.device,
    place: transition.place,
    severity: transition.severity,
    state: transition.to === 'pending' ? 'pending' : 'firing',
    since: transition.since,
    until: null,
    heldUntil: null,
    unknownSince: null,
    excess: transition.excess,
    unit: transition.unit,
    yuan: transition.yuan,
    sentence: { ...transition.sentence },
    timeline: [entry(transition.at, transition.to, transition.reason, GATEWAY)],
  };
}

export function changedAlert(alert: Alert, transition: Transition): Alert {
  const timeline = extend(alert.timeline, entry(transition.at, transition.to, transition.reason, GATEWAY));
  const told = {
    excess: transition.excess ?? alert.excess,
    unit: transition.unit || alert.unit,
    yuan: transition.yuan ?? alert.yuan,
    sentence: { ...transition.sentence },
    heldUntil: null,
    // Earlier than before only where the clock was put back meanwhile.
    since: Math.min(alert.since, transition.since),
  };
  switch (transition.to) {
    case 'unknown':
      return { ...alert, ...told, unknownSince: transition.at, timeline };
    case 'known':
      return { ...alert, ...told, unknownSince: null, timeline };
    case 'resolved':
      return { ...alert, ...told, state: 'resolved', until: transition.until, unknownSince: null, timeline };
    case 'firing':
      return { ...alert, ...told, state: 'firing', timeline };
    default:
      return alert;
  }
}

export function entry(at: number, what: string, why: string, who: string): TimelineEntry {
  return { at, what, why, who };
}

/** Keeps the beginning and the newest entries when a timeline is full. */
export function extend(timeline: readonly TimelineEntry[], next: TimelineEntry): TimelineEntry[] {
  if (timeline.length < MAX_TIMELINE) return [...timeline, next];
  const kept = timeline.slice(0, 1);
  return [...kept, ...timeline.slice(kept.length + 1), next];
}
