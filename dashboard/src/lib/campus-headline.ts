import type { Incident } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { isOverUnseen, needsSomeone } from './incidents.ts';

type SeenDevice = Pick<Device, 'kind' | 'state' | 'stateReason'> & { readonly id?: string | undefined };

export interface CampusFacts {
  readonly connection: 'connecting' | 'live' | 'broken';
  /** What is wrong with the gateway's disk. */
  readonly storage: readonly unknown[];
  readonly incidents: readonly Pick<Incident, 'state' | 'ackedAt'>[];
  readonly devices: readonly SeenDevice[];
  /** Doors whose sensor is heard, and which have never said whether they are open. */
  readonly doorsUntold: number;
  /** When the campus was last heard of; null: never. */
  readonly lastDataAt: number | null;
  /** Share of today's electricity that is known, 0..1; undefined where nobody asked. */
  readonly known?: number | undefined;
}

export interface CampusHeadline {
  /**
   * `fine` is said only when all was looked at and nothing is wrong; `partly`: nothing is known to be wrong, and not
   * everything can be seen; `unknown`: nothing can be said.
   */
  readonly word: 'connecting' | 'broken' | 'act' | 'inHand' | 'toSee' | 'unknown' | 'partly' | 'fine';
  readonly lacks: 'devices' | 'data' | undefined;
  /** Firing, and nobody has acknowledged it. */
  readonly waiting: number;
  /** Firing and acknowledged. */
  readonly inHand: number;
  /** Over, and nobody has acknowledged it. */
  readonly overUnseen: number;
  /** Offline themselves; what hangs on something that is down is unknown. */
  readonly camerasOut: number;
  readonly othersOut: number;
  /** The first of them, and the first that is unknown; undefined where there is none. */
  readonly firstOut: string | undefined;
  readonly firstUnknown: string | undefined;
  /** Of which nothing is known now: behind something that is down, not heard yet, or a door that never spoke. */
  readonly unknown: number;
  /** Share of today's data, when too little is known of it for any verdict. */
  readonly gap: number | undefined;
  /** Seen, and nothing wrong with them. */
  readonly seen: number;
}

/** From this share of the data on a day counts as looked at. */
const enough = 0.9;

/** What may be said of the campus as a whole. The overview and the wall take their words from here, so that they agree. */
export function campusHeadline(facts: CampusFacts): CampusHeadline {
  const devices = facts.devices.filter(({ stateReason }) => stateReason !== 'maintenance');
  const out = devices.filter(({ state }) => state === 'offline');
  const camerasOut = out.filter(({ kind }) => kind === 'camera').length;
  const unseen = devices.filter(({ state }) => state === 'unknown');
  const unknown = unseen.length;
  const counts = {
    lacks: lacking(facts, devices.length),
    waiting: facts.incidents.filter(needsSomeone).length,
    inHand: facts.incidents.filter((one) => one.state === 'firing' && !needsSomeone(one)).length,
    overUnseen: facts.incidents.filter(isOverUnseen).length,
    camerasOut,
    othersOut: out.length - camerasOut,
    firstOut: out.find(({ kind }) => kind !== 'camera')?.id,
    firstUnknown: unseen[0]?.id,
    unknown: unknown + facts.doorsUntold,
    gap: facts.known !== undefined && facts.known < enough ? facts.known : undefined,
    seen: devices.length - out.length - unknown - facts.doorsUntold,
  };
  return { word: wordOf(facts, counts), ...counts };
}

function lacking(facts: CampusFacts, watched: number): CampusHeadline['lacks'] {
  if (facts.devices.length === 0) return 'devices';
  return facts.lastDataAt === null || watched === 0 ? 'data' : undefined;
}

function wordOf(facts: CampusFacts, counts: Omit<CampusHeadline, 'word'>): CampusHeadline['word'] {
  if (facts.connection === 'connecting') return 'connecting';
  // What was wrong last stays wrong until somebody looked, also over a broken line.
  if (counts.waiting > 0) return 'act';
  if (facts.connection === 'broken') return 'broken';
  if (counts.inHand > 0) return 'inHand';
  // Its own incident comes a moment later; until then nothing is known to be fine.
  if (facts.storage.length > 0) return 'unknown';
  if (counts.overUnseen > 0) return 'toSee';
  if (counts.lacks !== undefined || counts.seen <= 0) return 'unknown';
  const { camerasOut, othersOut, unknown, gap } = counts;
  return camerasOut + othersOut + unknown > 0 || gap !== undefined ? 'partly' : 'fine';
}
