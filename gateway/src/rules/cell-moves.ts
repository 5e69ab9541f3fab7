/** The ways in which a cell moves, and what its move means for other cells: silence hides the devices behind it. */
import {
  apply,
  type Cell,
  cellDue,
  hiddenReason,
  holdBack,
  isHidden,
  passDeadline,
  type WatchedDevice,
} from './cell.ts';
import type { DeadlineQueue } from './deadline-queue.ts';
import { type DeviceFacts, freshMs } from './device-facts.ts';
import { goUnknown, type Step, type Verdict } from './phase.ts';
import type { Transition } from './transition.ts';
import { transitionOf } from './transition-of.ts';
import type { WatchList } from './watch-list.ts';

/** A running engine. */
export interface Core {
  list: WatchList;
  queue: DeadlineQueue;
  /** Deadlines up to here are done. */
  watermark: number;
  readonly dirtyDevices: Set<WatchedDevice>;
  readonly dirtyCells: Set<Cell>;
  /** Rows to delete from the checkpoint. */
  readonly goneRows: Set<string>;
}

/** Everything a cell goes through ends here. */
export function moved(core: Core, cell: Cell, steps: readonly Step[], at: number, out: Transition[]): void {
  for (const step of steps) out.push(transitionOf(cell, step, at, core.list.set));
  stayed(core, cell, at);
  core.queue.schedule(cell);
  if (cell.condition.ofLife) spreadSilence(core, cell, at, out);
}

export function say(core: Core, cell: Cell, verdict: Verdict | undefined, at: number, out: Transition[]): void {
  const steps = apply(cell, verdict, at);
  // A value that leaves an ok cell ok moves no deadline forward. This is nearly every value there is.
  if (steps.length === 0 && cell.phase.state === 'ok') stayed(core, cell, at);
  else moved(core, cell, steps, at, out);
}

function stayed(core: Core, cell: Cell, at: number): void {
  if (cell.phase.state === 'ok') cell.condition.ended();
  cell.doneAt = Math.max(cell.doneAt, at);
  core.dirtyCells.add(cell);
}

/** The cell's own deadlines up to an instant at which something else is about to happen to it. */
export function passOwn(core: Core, cell: Cell, upTo: number, out: Transition[]): void {
  // Its entry in the queue never lies after its deadline: one look tells in most cases.
  if (cell.queuedAt > upTo) return;
  for (let due = cellDue(cell); due <= upTo; due = cellDue(cell)) {
    moved(core, cell, passDeadline(cell, due), due, out);
  }
}

/** Brings cells back that were out of sight: judged from the last known values alone. */
export function judgeAgain(core: Core, cells: Iterable<Cell>, from: number, out: Transition[]): void {
  for (const cell of cells) {
    const at = Math.max(from, cell.doneAt);
    cell.condition.skipTo(at);
    const steps = apply(cell, cell.condition.judge(at, cell.phase), at);
    holdBack(cell);
    moved(core, cell, steps, at, out);
  }
}

/** Takes away a reason for being hidden that lay with others: the device gets a grace to report again. */
export function uncover(
  core: Core,
  device: WatchedDevice,
  at: number,
  out: Transition[],
  change: (facts: DeviceFacts) => void,
): void {
  const hidden = device.cells.filter(isHidden);
  change(device.facts);
  device.facts.graceUntil = Math.max(device.facts.graceUntil, at + freshMs(device.intervalMs));
  core.dirtyDevices.add(device);
  const back = hidden.filter((cell) => !isHidden(cell));
  judgeAgain(core, back, at, out);
}

/** A reason for being hidden has come up: what fires becomes unknown, the rest waits. */
export function blindfold(core: Core, device: WatchedDevice, at: number, out: Transition[]): void {
  core.dirtyDevices.add(device);
  for (const cell of device.cells) {
    if (isHidden(cell)) moved(core, cell, goUnknown(cell.phase, hiddenReason(cell), at), at, out);
  }
}

/** While a device is silent nothing else about it, and nothing behind it, can be seen. */
function spreadSilence(core: Core, cell: Cell, at: number, out: Transition[]): void {
  const hides = cell.phase.state === 'firing' && cell.phase.goneAt === null;
  if (hides === cell.hides) return;
  cell.hides = hides;
  const by = cell.device.config.id;
  if (!hides && cell.device.cells.some((other) => other.hides)) return;
  for (const behind of cell.device.behind) {
    const device = core.list.devices.get(behind);
    if (!device) continue;
    if (hides) hide(core, device, by, at, out);
    else if (device.facts.hiddenBy.has(by)) {
      uncover(core, device, at, out, (facts) => {
        facts.hiddenBy.delete(by);
      });
    }
  }
}

function hide(core: Core, device: WatchedDevice, by: string, at: number, out: Transition[]): void {
  // Heard after that silence was noticed: it needs nobody to explain it.
  if (by !== device.config.id && (device.facts.heardAt ?? Number.NEGATIVE_INFINITY) >= at) return;
  device.facts.hiddenBy.add(by);
  blindfold(core, device, at, out);
}
