/**
 * Alerts and incidents in the words of this moment. What goes on grows: energy, length, money. None of that is written
 * to disk; it is worked out from the state of the rules, by the function that the back-test uses, whenever somebody
 * asks, and told to open screens a few times a minute.
 */
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import type { LiveGrown } from '#contract/live.ts';
import { duration } from '#contract/measure-words.ts';
import type { Ending, Figures } from './alerts/alert-change.ts';
import type { IncidentBook } from './alerts/incident-book.ts';
import type { TimeWords } from './alerts/incident-sentence.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import type { RuleEngine } from './rules/rule-engine.ts';
import { rangeText, timeText } from './rules/sentence-words.ts';
import type { Transition } from './rules/transition.ts';
import { storageSentenceOf } from './self-alert.ts';
import type { Clock } from './shared/clock.ts';
import { listeners } from './shared/listeners.ts';

/** What others ask for, as it stands at the moment of asking. */
export interface StandingViews {
  currentIncidents(): readonly Incident[];
  currentAlerts(): readonly Alert[];
  /** What a firing one says grows while it lasts; any other is as it is. */
  alertNow(alert: Alert): Alert;
  incidentNow(incident: Incident): Incident;
  /** Hears of what has grown, a few times a minute. */
  onGrown(listener: (grown: LiveGrown) => void): () => void;
}

export interface AsItStands {
  readonly views: StandingViews;
  /** What is wrong with the disk now. */
  storage(list: readonly StorageTrouble[]): void;
  alert(alert: Alert, now: number): Alert;
  incident(incident: Incident, now: number): Incident;
  /** What its alert would say if a person ended it at `now`. */
  ended(alert: Alert, now: number): Ending | undefined;
  /** This is what everybody has been told of it. */
  told(body: Alert | Incident): void;
  /** Tells what has grown, at most once in three seconds and no more than a hundred alerts at a time. */
  tellGrown(now: number): void;
}

export interface AsItStandsParts {
  readonly book: Pick<IncidentBook, 'activeAlerts' | 'alertsOf' | 'current' | 'incident' | 'tell'>;
  readonly engine: Pick<RuleEngine, 'assess'>;
  readonly clock: Pick<Clock, 'now'>;
}

const GROW_MS = 3_000;
const MOST_ALERTS = 100;

export function createAsItStands({ book, engine, clock }: AsItStandsParts): AsItStands {
  const grown = listeners<LiveGrown>();
  /** Last words of what goes on, by id. */
  const lastTold = new Map<string, string>();
  let troubles: readonly StorageTrouble[] = [];
  let growAt = 0;
  let next = 0;

  const alert = (one: Alert, now: number): Alert => {
    if (one.state !== 'firing') return one;
    const { rule, device } = one;
    const ofDisk = storageSentenceOf(rule, troubles);
    if (ofDisk !== undefined) return { ...one, sentence: ofDisk };
    const stands = engine.assess(rule, device, now);
    if (!isSame(one, stands)) return one;
    const holds = stands.to === 'firing' && stands.until === now;
    return { ...one, ...figuresOf(stands), since: stands.since, heldUntil: holds ? null : stands.until };
  };
  const incident = (one: Incident, now: number): Incident =>
    one.state === 'firing' ? book.tell(one, now, (own) => alert(own, now)) : one;
  const isNews = (body: Alert | Incident): boolean => lastTold.get(body.id) !== wordsOf(body);
  const told = (body: Alert | Incident): void => {
    if (body.state === 'firing') lastTold.set(body.id, wordsOf(body));
    else lastTold.delete(body.id);
  };

  return {
    views: {
      currentIncidents() {
        const now = clock.now();
        return book.current(now).map((one) => incident(one, now));
      },
      currentAlerts() {
        const now = clock.now();
        const current = book.current(now).flatMap(({ id }) => book.alertsOf(id));
        const pending = book.activeAlerts().filter(({ state }) => state === 'pending');
        return [...current.map((one) => alert(one, now)), ...pending];
      },
      alertNow: (one) => alert(one, clock.now()),
      incidentNow: (one) => incident(one, clock.now()),
      onGrown: grown.add,
    },
    storage(list) {
      troubles = list;
    },
    alert,
    incident,
    ended(one, now) {
      const last = one.state === 'firing' ? engine.assess(one.rule, one.device, now, true) : undefined;
      return isSame(one, last) ? { ...figuresOf(last), since: last.since, until: last.until } : undefined;
    },
    told,
    tellGrown(now) {
      if (now - growAt < GROW_MS && now >= growAt) return;
      growAt = now;
      const firing = book.activeAlerts().filter(({ state }) => state === 'firing');
      if (next >= firing.length) next = 0;
      const round = firing.slice(next, next + MOST_ALERTS);
      next += MOST_ALERTS;
      const alerts = round.map((one) => alert(one, now)).filter(isNews);
      const ids = new Set(round.map(({ incidentId }) => incidentId));
      const incidents = [...ids]
        .flatMap((id) => book.incident(id) ?? [])
        .map((one) => incident(one, now))
        .filter(isNews);
      for (const body of [...alerts, ...incidents]) told(body);
      if (alerts.length + incidents.length > 0) grown.emit(grownOf(now, alerts, incidents));
    },
  };
}

/** A condition that began anew meanwhile is another alert. One that began earlier is the same, its clock was put back. */
const isSame = (alert: Alert, stands: Transition | undefined): stands is Transition =>
  stands !== undefined && stands.since <= alert.since;

const figuresOf = ({ excess, unit, yuan, sentence }: Figures): Figures => ({ excess, unit, yuan, sentence });
const wordsOf = (body: Alert | Incident): string =>
  [body.sentence.zh, body.heldUntil, ...('excess' in body ? [body.excess, body.yuan] : [])].join(' ');

export function grownOf(at: number, alerts: readonly Alert[], incidents: readonly Incident[]): LiveGrown {
  return {
    at,
    alerts: alerts.map((one) => ({ id: one.id, heldUntil: one.heldUntil, ...figuresOf(one) })),
    incidents: incidents.map(({ id, sentence, heldUntil }) => ({ id, sentence, heldUntil })),
  };
}

/** Times and lengths for the sentences of incidents. */
export function timeWords(calendar: SchoolCalendar): TimeWords {
  return {
    time: (at, reference) => timeText(at, reference, calendar),
    range: (from, to) => rangeText(from, to, calendar),
    duration,
  };
}
