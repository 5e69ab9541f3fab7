/** One rule on one device: its condition, its phase and its place in the deadline queue. */
import { z } from 'zod';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RuleConfig } from '#contract/config/rules.ts';
import { CONDITION_KINDS, SEVERITIES } from '#contract/enums.ts';
import { type Condition, NEVER } from './condition.ts';
import type { DeviceFacts } from './device-facts.ts';
import { applyVerdict, OK, type Phase, passPhaseDue, phaseDue, type Step, savedPhase, type Verdict } from './phase.ts';

export interface Cell {
  readonly key: string;
  readonly rule: RuleConfig;
  readonly device: WatchedDevice;
  readonly condition: Condition;
  readonly phase: Phase;
  /** Order among deadlines of the same instant: devices that others depend on first. */
  readonly order: number;
  /** Everything up to here is done: nothing may happen to it earlier. */
  doneAt: number;
  /** Earliest entry of this cell in the queue. */
  queuedAt: number;
  /** Text last written to the checkpoint. */
  savedAs: string | null;
  /** A silent device's condition that now hides the devices behind it. */
  hides: boolean;
}

/** A device that at least one rule watches, with everything about it that the engine needs at hand. */
export interface WatchedDevice {
  readonly config: DeviceConfig;
  readonly intervalMs: number;
  readonly facts: DeviceFacts;
  readonly cells: readonly Cell[];
  /** Those of them that are judged on signs of life. */
  readonly ofLife: readonly Cell[];
  add(cell: Cell): void;
  /** Cells that read a metric. */
  readers(metric: string): readonly Cell[];
  /** Devices that cannot be seen without this one, itself first. */
  readonly behind: readonly string[];
}

export const cellKey = (rule: string, device: string): string => `c/${rule}/${device}`;

const savedCell = z.object({
  phase: savedPhase,
  memory: z.unknown().optional(),
  kind: z.enum(CONDITION_KINDS),
  severity: z.enum(SEVERITIES),
  place: z.string(),
});
export type SavedCell = z.output<typeof savedCell>;

/** @returns undefined when nothing usable is saved. */
export function loadCell(text: string | undefined): SavedCell | undefined {
  return text === undefined ? undefined : savedCell.safeParse(JSON.parse(text)).data;
}

/** Null when there is nothing to remember: most cells, most of the time. */
export function saveCell(cell: Cell): string | null {
  const memory = cell.condition.save();
  if (cell.phase.state === 'ok' && memory === undefined) return null;
  const { kind, severity } = cell.rule;
  return JSON.stringify({ phase: cell.phase, memory, kind, severity, place: cell.device.config.place });
}

export function loadPhase(saved: SavedCell | undefined): Phase {
  return { ...(saved?.phase ?? OK) };
}

/** Out of sight: its own silence does not hide a silence condition, but that of the devices before it does. */
export function isHidden(cell: Cell): boolean {
  const { facts, config } = cell.device;
  if (facts.unknown !== null) return true;
  return facts.hiddenBy.size > (cell.condition.ofLife && facts.hiddenBy.has(config.id) ? 1 : 0);
}

export function hiddenReason(cell: Cell): string {
  const { facts, config } = cell.device;
  if (facts.unknown !== null) return facts.unknown;
  return facts.hiddenBy.has(config.id) && !cell.condition.ofLife ? 'device-silent' : 'parent-silent';
}

/** Next deadline; none while the device is out of sight. */
export function cellDue(cell: Cell): number {
  return isHidden(cell) ? NEVER : Math.min(cell.condition.due(cell.phase), phaseDue(cell.phase, cell.rule));
}

/** Its deadline at `at` has come. The condition speaks first: a value that is too old neither fires nor clears. */
export function passDeadline(cell: Cell, at: number): Step[] {
  if (cell.condition.due(cell.phase) <= at) return apply(cell, cell.condition.deadline(at, cell.phase), at);
  return passPhaseDue(cell.phase, at);
}

export function apply(cell: Cell, verdict: Verdict | undefined, at: number): Step[] {
  return verdict ? applyVerdict(cell.phase, verdict, at, cell.rule) : [];
}

/** We were blind for a while: what would end `for` or the clear delay on a value too old by then waits for a look. */
export function holdBack(cell: Cell): void {
  const due = phaseDue(cell.phase, cell.rule);
  if (due !== NEVER && cell.condition.unsure(due)) {
    cell.phase.notBefore = Math.max(cell.phase.notBefore, cell.device.facts.graceUntil);
  }
}
