/**
 * Events of a recorder that stand: many firmwares say only that one is active, and end it by silence. So it ends when it
 * is not repeated for a while in which the stream was open. One that is repeated seldom is waited for longer, so that it
 * does not come and go.
 */

export interface StandingEvents {
  /** Time has passed at this recorder, as its stream shows. @returns names of events that have ended by it */
  pass(recorder: string, at: number): readonly string[];
  /** @returns nothing; a repetition starts the waiting anew */
  active(recorder: string, name: string, at: number): void;
  ended(recorder: string, name: string): void;
  stands(recorder: string, name: string): boolean;
  names(recorder: string): readonly string[];
}

interface Event {
  stands: boolean;
  /** How long it was not repeated, ms in which the stream was open. */
  idleMs: number;
  holdMs: number;
  lastAt: number;
}

/** Not repeated for so long, and it has ended. */
export const HOLD_MS = 600_000;
const MAX_HOLD_MS = 6 * 3_600_000;
/** An event is waited for as long as so many of its own pauses. */
const PAUSES = 3;
/** Heartbeats, and signs that the stream is open, come more often: a longer gap is none of silence, the stream was gone. */
const OPEN_GAP_MS = 90_000;
const MAX_RECORDERS = 1_000;
const MAX_EVENTS = 1_024;

export function standingEvents(): StandingEvents {
  const recorders = new Map<string, { at: number; readonly events: Map<string, Event> }>();
  const of = (recorder: string, at: number) => {
    const known = recorders.get(recorder) ?? { at, events: new Map<string, Event>() };
    recorders.delete(recorder);
    recorders.set(recorder, known);
    if (recorders.size > MAX_RECORDERS)
      for (const oldest of [...recorders.keys()].slice(0, 1)) recorders.delete(oldest);
    return known;
  };
  const eventsOf = (recorder: string): ReadonlyMap<string, Event> => recorders.get(recorder)?.events ?? new Map();
  return {
    pass(recorder, at) {
      const known = of(recorder, at);
      const passed = Math.min(OPEN_GAP_MS, Math.max(0, at - known.at));
      known.at = at;
      const over: string[] = [];
      for (const [name, event] of known.events) {
        event.idleMs += passed;
        if (!event.stands || event.idleMs < event.holdMs) continue;
        event.stands = false;
        over.push(name);
      }
      return over;
    },
    active(recorder, name, at) {
      const { events } = of(recorder, at);
      const before = events.get(name);
      const holdMs = Math.min(MAX_HOLD_MS, Math.max(before?.holdMs ?? HOLD_MS, PAUSES * (before?.idleMs ?? 0)));
      events.delete(name);
      events.set(name, { stands: true, idleMs: 0, holdMs, lastAt: at });
      if (events.size > MAX_EVENTS) for (const oldest of [...events.keys()].slice(0, 1)) events.delete(oldest);
    },
    ended(recorder, name) {
      recorders.get(recorder)?.events.delete(name);
    },
    stands: (recorder, name) => eventsOf(recorder).get(name)?.stands === true,
    names: (recorder) => [...eventsOf(recorder)].flatMap(([name, { stands }]) => (stands ? [name] : [])),
  };
}
