import type { SeriesPoint } from '#contract/http/energy.ts';
import type { Range } from '../../charts/closed-ranges.ts';

/** What is known of a slot. Unknown: its parent was down or the gateway saw nothing at all, so nobody can tell. */
export type SlotState = 'up' | 'down' | 'unknown' | 'maintenance';

export interface Beat extends Range {
  /** The worst of the slot, for its colour. */
  readonly state: SlotState;
  readonly upMs: number;
  readonly downMs: number;
}

type Slot = Pick<SeriesPoint, 'ts' | 'count' | 'min' | 'max'>;

export interface CameraSigns {
  /** camera_online in even slots. */
  readonly own: readonly Slot[];
  /** `online` of each device above it, in the same slots. */
  readonly parents: readonly (readonly Slot[])[];
  /** Whether the gateway heard anything of the campus in the slot that begins at `ts`. */
  readonly seen: (ts: number) => boolean;
  /** camera_maintenance in the same slots. */
  readonly maintenance: readonly Slot[];
  /** Silences by the rules, exact to the second; null: still going on. */
  readonly silences: readonly { readonly from: number; readonly to: number | null }[];
  readonly slotMs: number;
  readonly now: number;
}

function overlapMs(range: Range, silences: CameraSigns['silences']): number {
  return silences.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(range.to, to ?? range.to) - Math.max(range.from, from)),
    0,
  );
}

/** What one camera did, slot by slot. Silence counts as down only where somebody could have heard it. */
export function cameraBeats(signs: CameraSigns): Beat[] {
  const { own, slotMs, now, silences } = signs;
  const firstHeard = own.findIndex(({ count }) => count > 0);
  return own
    .filter(({ ts }) => ts < now)
    .map((slot, index) => {
      const range = { from: slot.ts, to: Math.min(now, slot.ts + slotMs) };
      const length = range.to - range.from;
      const state = slotState(signs, index, firstHeard < 0 || index < firstHeard);
      if (state === 'unknown' || state === 'maintenance') return { ...range, state, upMs: 0, downMs: 0 };
      const silentMs = Math.min(length, overlapMs(range, silences));
      // A slot in which it reported itself offline counts as down as a whole: when in it, nobody can tell.
      const downMs = state === 'down' ? length : silentMs;
      return { ...range, state: downMs > 0 ? 'down' : 'up', upMs: length - downMs, downMs };
    });
}

function slotState(signs: CameraSigns, index: number, isBeforeFirst: boolean): SlotState {
  const { own, parents, seen, maintenance, silences, slotMs, now } = signs;
  const slot = own[index];
  if (!slot) return 'unknown';
  if (maintenance[index]?.max === 1) return 'maintenance';
  if (slot.count > 0) return slot.min === 0 ? 'down' : 'up';
  const range = { from: slot.ts, to: slot.ts + slotMs };
  if (!seen(slot.ts)) return 'unknown';
  if (parents.some((parent) => parent[index]?.count === 0 || parent[index]?.max === 0)) return 'unknown';
  // The running slot is silent only when a rule says so: its heartbeat may be a second away.
  const isRunning = range.to > now;
  if (isBeforeFirst || isRunning) return overlapMs(range, silences) > 0 ? 'down' : 'unknown';
  return 'down';
}

export interface Uptime {
  /** Share of the time that counts; null when nothing counts. */
  readonly share: number | null;
  readonly downMs: number;
  /** Not counted: nobody could tell, or switched off by a person. */
  readonly unknownMs: number;
  readonly maintenanceMs: number;
}

export function uptimeOf(beats: readonly Beat[]): Uptime {
  const total = { up: 0, down: 0, unknown: 0, maintenance: 0 };
  for (const { state, upMs, downMs, from, to } of beats) {
    total.up += upMs;
    total.down += downMs;
    if (state === 'unknown' || state === 'maintenance') total[state] += to - from;
  }
  const counted = total.up + total.down;
  return {
    share: counted === 0 ? null : total.up / counted,
    downMs: total.down,
    unknownMs: total.unknown,
    maintenanceMs: total.maintenance,
  };
}

/** Several slots as one bar. An outage must not vanish because the bar is narrow; of the rest the longest is shown. */
export function mergeBeats(beats: readonly Beat[], each: number): Beat[] {
  const merged: Beat[] = [];
  for (let at = 0; at < beats.length; at += each) {
    const group = beats.slice(at, at + each);
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) break;
    merged.push({
      from: first.from,
      to: last.to,
      state: shownState(group),
      upMs: group.reduce((sum, { upMs }) => sum + upMs, 0),
      downMs: group.reduce((sum, { downMs }) => sum + downMs, 0),
    });
  }
  return merged;
}

function shownState(group: readonly Beat[]): SlotState {
  if (group.some(({ state }) => state === 'down')) return 'down';
  const lengths = { up: 0, unknown: 0, maintenance: 0 };
  for (const { state, from, to } of group) if (state !== 'down') lengths[state] += to - from;
  const others = ['up', 'unknown', 'maintenance'] as const;
  return others.reduce((longest, state) => (lengths[state] > lengths[longest] ? state : longest), 'up');
}
