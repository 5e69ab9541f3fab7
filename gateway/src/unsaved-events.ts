/**
 * What was judged and is not on disk yet. Each body leaves as a numbered event with the next checkpoint; what waits
 * longer than a second is told without a number, so that no screen stays green because the disk takes nothing. Pure.
 */
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { LiveEventBody } from '#contract/live.ts';
import { listeners } from './shared/listeners.ts';

export interface UnsavedEvents {
  push(body: LiveEventBody, at: number): void;
  /** Those that wait for a checkpoint, in order; they are in one from now on. */
  take(): readonly LiveEventBody[];
  /** These are on disk. */
  saved(bodies: readonly LiveEventBody[]): void;
  /** Tells what has waited for a second and was not told of yet. */
  tellLate(now: number): void;
  onLate(listener: (bodies: readonly LiveEventBody[]) => void): () => void;
  /** The newest of everything that is not on disk. */
  all(): readonly LiveEventBody[];
  /** Waiting for a checkpoint. */
  count(): number;
  /** Older states of the same thing that were let go because the disk took nothing for too long. */
  merged(): number;
}

const LATE_MS = 1_000;
/** While nothing can be written the newest state of each thing is enough. */
const MAX_WAITING = 10_000;

export function createUnsavedEvents(maxWaiting = MAX_WAITING): UnsavedEvents {
  let waiting: LiveEventBody[] = [];
  let compactAt = maxWaiting;
  let merged = 0;
  const lateOnes = listeners<readonly LiveEventBody[]>();
  const newest = new Map<string, { readonly body: LiveEventBody; readonly at: number; isTold: boolean }>();
  return {
    push(body, at) {
      waiting.push(body);
      const key = keyOf(body);
      const before = newest.get(key);
      // The wait began with the first of them, however often it changes.
      newest.set(key, { body, at: before?.at ?? at, isTold: false });
      if (waiting.length < compactAt) return;
      const kept = [...new Map(waiting.map((one) => [keyOf(one), one])).values()];
      merged += waiting.length - kept.length;
      waiting = kept;
      compactAt = Math.max(maxWaiting, 2 * kept.length);
    },
    take() {
      const taken = waiting;
      waiting = [];
      compactAt = maxWaiting;
      return taken;
    },
    saved(bodies) {
      for (const body of bodies) {
        const key = keyOf(body);
        if (newest.get(key)?.body === body) newest.delete(key);
      }
    },
    tellLate(now) {
      const late = [...newest.values()].filter(({ at, isTold }) => !isTold && now - at >= LATE_MS);
      for (const one of late) one.isTold = true;
      if (late.length > 0) lateOnes.emit(late.map(({ body }) => body));
    },
    onLate: lateOnes.add,
    all: () => [...newest.values()].map(({ body }) => body),
    count: () => waiting.length,
    merged: () => merged,
  };
}

function keyOf(body: LiveEventBody): string {
  if (body.type === 'alert') return `alert ${body.alert.id}`;
  return body.type === 'incident' ? `incident ${body.incident.id}` : `device ${body.device.id}`;
}

/** The alerts among them, the newest state of each. */
export function alertsIn(bodies: readonly LiveEventBody[]): Alert[] {
  return [...new Map(bodies.flatMap((body) => (body.type === 'alert' ? [[body.alert.id, body.alert]] : []))).values()];
}

/** The incidents among them, the newest state of each. */
export function incidentsIn(bodies: readonly LiveEventBody[]): Incident[] {
  return [
    ...new Map(
      bodies.flatMap((body) => (body.type === 'incident' ? [[body.incident.id, body.incident]] : [])),
    ).values(),
  ];
}
