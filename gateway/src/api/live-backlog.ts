/**
 * What waits for one client that does not keep up: every event, the newest value per series. Pure.
 * A healthy client has nothing here; its messages go out at once.
 */
import type { LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveEventBody, LiveValues } from '#contract/live.ts';

/** Values in one message: a slow line gets them in pieces it can swallow. */
export const VALUES_PER_MESSAGE = 500;

export interface LiveBacklog {
  pushEvent(event: LiveEvent, bytes: number): void;
  pushValues(values: readonly LatestValue[]): void;
  /** Those that wait are in a snapshot now. */
  dropValues(): void;
  /** All waiting events in order; they count as sent. */
  takeEvents(): readonly LiveEvent[];
  /** Up to 500 values; undefined when none wait. `merged` counts those overwritten since the last time. */
  takeValues(at: number): LiveValues | undefined;
  /** Size of the waiting events: values are bounded by the number of series. */
  bytes(): number;
  isEmpty(): boolean;
}

export function createLiveBacklog(): LiveBacklog {
  let events: LiveEvent[] = [];
  let eventBytes = 0;
  let merged = 0;
  const values = new Map<string, LatestValue>();
  return {
    pushEvent: (event, bytes) => {
      events.push(event);
      eventBytes += bytes;
    },
    pushValues: (fresh) => {
      merged += mergeValues(values, fresh);
    },
    dropValues: () => {
      merged = 0;
      values.clear();
    },
    takeEvents: () => {
      const taken = events;
      events = [];
      eventBytes = 0;
      return taken;
    },
    takeValues: (at) => {
      if (values.size === 0) return undefined;
      const taken = takeSome(values);
      const message = { at, values: taken, merged };
      merged = 0;
      return message;
    },
    bytes: () => eventBytes,
    isEmpty: () => events.length === 0 && values.size === 0,
  };
}

/** Newest value per series wins. @returns how many were overwritten. */
export function mergeValues(into: Map<string, LatestValue>, fresh: readonly LatestValue[]): number {
  let merged = 0;
  for (const value of fresh) {
    const key = `${value.device}\n${value.metric}`;
    const known = into.get(key);
    if (known !== undefined) merged += 1;
    // A late sample (older event time) must not replace a newer one that still waits.
    if (known === undefined || value.ts >= known.ts) into.set(key, value);
  }
  return merged;
}

/** Takes up to 500 values out, those that wait longest first. */
export function takeSome(values: Map<string, LatestValue>): LatestValue[] {
  const taken: LatestValue[] = [];
  for (const [key, value] of values) {
    if (taken.length >= VALUES_PER_MESSAGE) break;
    taken.push(value);
    values.delete(key);
  }
  return taken;
}

const BODIES_PER_MESSAGE = 500;

/** In messages that a slow line can swallow. */
export function unsavedParts(bodies: readonly LiveEventBody[]): LiveEventBody[][] {
  const parts: LiveEventBody[][] = [];
  for (let at = 0; at < bodies.length; at += BODIES_PER_MESSAGE) parts.push(bodies.slice(at, at + BODIES_PER_MESSAGE));
  return parts;
}
