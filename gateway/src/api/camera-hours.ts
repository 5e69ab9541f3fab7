/** What one camera did, in quarters of an hour. Pure. Silence counts as down only where somebody could have heard it. */
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { CameraUptime, Outage, UptimeBar } from '#contract/http/uptime.ts';
import type { TimeSpan } from '../calendar/school-calendar.ts';

export interface Span {
  readonly from: number;
  /** null: still going on. */
  readonly to: number | null;
}

/** How often a state was told in a slot, and its lowest and highest value. */
export interface SlotSigns {
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

export interface CameraSigns {
  /** Figures begin here, which may be within a slot. */
  readonly from: number;
  /** Up to here time has gone by. */
  readonly to: number;
  /** Slots begin at its multiples. */
  readonly slotMs: number;
  /** camera_online by slot. */
  readonly own: ReadonlyMap<number, SlotSigns>;
  /** `online` of each device above it. */
  readonly parents: readonly ReadonlyMap<number, SlotSigns>[];
  /** camera_maintenance. */
  readonly maintenance: ReadonlyMap<number, SlotSigns>;
  /** Whether the gateway heard anything of the campus in the slot that begins at `ts`. */
  readonly seen: (ts: number) => boolean;
  /** When it was silent by itself, as its alerts have it to the second. */
  readonly silences: readonly Span[];
  /** When what it hangs on was down. */
  readonly hidden: readonly Span[];
}

export interface Slot {
  readonly from: number;
  readonly to: number;
  readonly upMs: number;
  readonly downMs: number;
  readonly unknownMs: number;
  readonly maintenanceMs: number;
}

export function cameraSlots(signs: CameraSigns): Slot[] {
  const { from, to, slotMs, own } = signs;
  // What has never told in all that time cannot tell by its silence either.
  const parents = signs.parents.filter((parent) => parent.size > 0);
  const firstHeard = Math.min(Number.POSITIVE_INFINITY, ...own.keys());
  const slots: Slot[] = [];
  for (let slot = Math.floor(from / slotMs) * slotMs; slot < to; slot += slotMs) {
    const span = { from: Math.max(from, slot), to: Math.min(to, slot + slotMs) };
    const isCertain = slot >= firstHeard && slot + slotMs <= to;
    if (span.from < span.to) slots.push({ ...span, ...shares({ ...signs, parents }, slot, span, isCertain) });
  }
  return slots;
}

type Shares = Omit<Slot, 'from' | 'to'>;
const none: Shares = { upMs: 0, downMs: 0, unknownMs: 0, maintenanceMs: 0 };

/**
 * @param at start of the slot, of which `span` is the part that counts
 * @param isCertain it had been heard before and the slot is over: its silence says something
 */
function shares(signs: CameraSigns, at: number, span: TimeSpan, isCertain: boolean): Shares {
  const { own, parents, maintenance, seen, silences, hidden } = signs;
  const lengthMs = span.to - span.from;
  if (maintenance.get(at)?.max === 1) return { ...none, maintenanceMs: lengthMs };
  const slot = own.get(at);
  const hiddenMs = overlapMs(span, hidden);
  const silentMs = overlapMs(span, [...silences, ...hidden]) - hiddenMs;
  const restMs = lengthMs - hiddenMs - silentMs;
  if (slot !== undefined) {
    // A slot in which it reported itself offline counts as down as a whole: when in it, nobody can tell.
    if (slot.min === 0) return { ...none, downMs: lengthMs - hiddenMs, unknownMs: hiddenMs };
    return { ...none, upMs: restMs, downMs: silentMs, unknownMs: hiddenMs };
  }
  const isHidden = !seen(at) || parents.some((parent) => (parent.get(at)?.max ?? 0) === 0);
  if (isHidden) return { ...none, unknownMs: lengthMs };
  if (!isCertain) return { ...none, downMs: silentMs, unknownMs: hiddenMs + restMs };
  return { ...none, downMs: lengthMs - hiddenMs, unknownMs: hiddenMs };
}

/** How much of [from, to) the spans cover; they may overlap. */
function overlapMs({ from, to }: TimeSpan, spans: readonly Span[]): number {
  let covered = 0;
  let upTo = from;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const end = Math.min(to, span.to ?? to);
    covered += Math.max(0, end - Math.max(upTo, span.from));
    upTo = Math.max(upTo, end);
  }
  return covered;
}

type Figures = Pick<CameraUptime, 'share' | 'knownMs' | 'upMs' | 'downMs' | 'unknownMs' | 'maintenanceMs'>;

const FINE = 10_000;

export function uptimeOf(slots: readonly Slot[]): Figures {
  const total = (of: keyof Shares): number => slots.reduce((sum, slot) => sum + slot[of], 0);
  const [upMs, downMs] = [total('upMs'), total('downMs')];
  const knownMs = upMs + downMs;
  const share = knownMs === 0 ? null : Math.floor((upMs / knownMs) * FINE) / FINE;
  return { share, knownMs, upMs, downMs, unknownMs: total('unknownMs'), maintenanceMs: total('maintenanceMs') };
}

/** Several slots as one bar. An outage must not vanish because the bar is narrow; of the rest the longest is shown. */
export function barsOf(slots: readonly Slot[], each: number): UptimeBar[] {
  const bars: UptimeBar[] = [];
  for (let at = 0; at < slots.length; at += each) {
    const group = slots.slice(at, at + each);
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) break;
    const { upMs, downMs, unknownMs, maintenanceMs } = uptimeOf(group);
    const most = Math.max(upMs, unknownMs, maintenanceMs);
    const calm = most === unknownMs ? 'unknown' : most === upMs ? 'up' : 'maintenance';
    bars.push({ from: first.from, to: last.to, state: downMs > 0 ? 'down' : calm, downMs });
  }
  return bars;
}

/**
 * Outages that touch [from, to), newest first, one per incident: its own, and those of what it hangs on, which are none
 * of its own even where it was alerted before the cause was known.
 */
export function outagesOf(
  camera: string,
  silences: readonly Pick<Alert, 'incidentId' | 'since' | 'until'>[],
  incidents: ReadonlyMap<string, Pick<Incident, 'id' | 'cause' | 'affected' | 'since' | 'until'>>,
  { from, to }: { readonly from: number; readonly to: number },
): Outage[] {
  const found = new Map<string, Outage>();
  for (const { incidentId, since, until } of silences) {
    const incident = incidents.get(incidentId);
    const cause = incident?.cause ?? camera;
    const span = incident !== undefined && cause !== camera ? incident : { since, until };
    const known = found.get(incidentId);
    found.set(incidentId, {
      ...{ incident: incidentId, cause },
      from: Math.min(known?.from ?? span.since, span.since),
      to: known?.to === null || span.until === null ? null : Math.max(known?.to ?? span.until, span.until),
    });
  }
  for (const { id, cause, affected, since, until } of incidents.values())
    if (cause !== camera && affected.includes(camera)) found.set(id, { incident: id, cause, from: since, to: until });
  return [...found.values()]
    .filter((one) => one.from < to && (one.to ?? to) > from)
    .sort((a, b) => b.from - a.from || (a.incident < b.incident ? 1 : -1));
}
