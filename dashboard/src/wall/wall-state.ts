import type { Incident } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { isOverUnseen, needsSomeone } from '../lib/incidents.ts';
import type { Connection } from '../live/connection.ts';

/** The one giant word. `fine` is said only while it is known to be true. */
export type WallWord = 'connecting' | 'broken' | 'act' | 'inHand' | 'unseen' | 'unknown' | 'fine';

const isSilenced = (incident: Pick<Incident, 'silencedUntil'>, now: number): boolean =>
  (incident.silencedUntil ?? 0) > now;

/** Whether an incident calls for somebody now: banner and tone. A notice of severity `info` never does. */
export function isCalling(
  incident: Pick<Incident, 'state' | 'ackedAt' | 'severity' | 'silencedUntil'>,
  now: number,
): boolean {
  return needsSomeone(incident) && incident.severity !== 'info' && !isSilenced(incident, now);
}

/** Over before anybody took it: it stays in sight until somebody says that it was seen. */
export function isWaiting(incident: Pick<Incident, 'state' | 'ackedAt' | 'severity'>): boolean {
  return isOverUnseen(incident) && incident.severity !== 'info';
}

interface WallFacts {
  readonly connection: Pick<Connection, 'state'>;
  readonly incidents: readonly Pick<Incident, 'state' | 'ackedAt' | 'severity' | 'silencedUntil'>[];
  readonly devices: readonly Pick<Device, 'state'>[];
  /** What is wrong with the gateway's disk. */
  readonly storage: readonly unknown[];
  readonly now: number;
}

/** What calls comes before a broken line: the last thing known to be wrong stays wrong until somebody looked. */
export function wallWord({ connection, incidents, devices, storage, now }: WallFacts): WallWord {
  if (connection.state === 'connecting') return 'connecting';
  if (incidents.some((incident) => isCalling(incident, now))) return 'act';
  if (connection.state === 'broken') return 'broken';
  if (incidents.some(({ state }) => state === 'firing')) return 'inHand';
  // Its incident comes a moment later; until then nothing is known to be fine.
  if (storage.length > 0) return 'unknown';
  if (devices.length > 0 && devices.every(({ state }) => state === 'unknown')) return 'unknown';
  return incidents.some(isWaiting) ? 'unseen' : 'fine';
}
