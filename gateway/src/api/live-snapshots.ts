/**
 * Snapshots for clients of `/live` that start anew. One is taken in a single turn of the event loop, so that its parts
 * belong together, and written as JSON piece by piece; who asks meanwhile waits for the next one and shares it.
 */
import type { LiveHello, LivePosition } from '#contract/live.ts';
import type { LiveView } from './api-deps.ts';

export type Snapshot = Extract<LiveHello, { mode: 'snapshot' }>;

export interface LiveSnapshots {
  /** How many entries one would have now. */
  size(): number;
  now(): Snapshot;
  /** @param onTaken called in the turn in which it is taken; what happens from then on is not in it */
  shared(onTaken: (position: LivePosition) => void): Promise<string>;
}

interface Waiting {
  onTaken(position: LivePosition): void;
  resolve(json: string): void;
  reject(error: unknown): void;
}

/** How long a piece may take before other work gets its turn. */
const TURN_MS = 5;
/** Entries between two looks at the clock. */
const PIECE = 50;

export function createLiveSnapshots(live: LiveView): LiveSnapshots {
  let waiting: Waiting[] = [];
  let isRunning = false;

  const now = (): Snapshot => ({
    mode: 'snapshot',
    position: live.position(),
    gateway: live.gateway(),
    ...{ incidents: live.currentIncidents(), alerts: live.currentAlerts() },
    ...{ devices: live.devices(), values: live.latest({}) },
  });
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      // Everybody who says hello in this turn is in it.
      await nextTurn();
      const group = waiting;
      waiting = [];
      try {
        const snapshot = now();
        for (const { onTaken } of group) onTaken(snapshot.position);
        const json = await encoded(snapshot);
        for (const { resolve } of group) {
          resolve(json);
          await nextTurn();
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isRunning = false;
  };
  return {
    size: () => live.devices().length,
    now,
    shared: (onTaken) =>
      new Promise((resolve, reject) => {
        waiting.push({ onTaken, resolve, reject });
        if (!isRunning) void run();
      }),
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function encoded({ incidents, alerts, devices, values, ...head }: Snapshot): Promise<string> {
  const lists = Object.entries({ incidents, alerts, devices, values });
  const parts = [JSON.stringify(head).slice(0, -1)];
  let began = performance.now();
  for (const [name, list] of lists) {
    parts.push(`,"${name}":[`);
    for (let at = 0; at < list.length; at += PIECE) {
      if (performance.now() - began > TURN_MS) {
        await nextTurn();
        began = performance.now();
      }
      parts.push(at === 0 ? '' : ',', JSON.stringify(list.slice(at, at + PIECE)).slice(1, -1));
    }
    parts.push(']');
  }
  return `${parts.join('')}}`;
}
