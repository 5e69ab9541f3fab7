/** What can happen to a running engine besides readings: time passes, sight is lost, the process starts again. */
import { holdBack, passDeadline } from './cell.ts';
import { blindfold, type Core, moved, uncover } from './cell-moves.ts';
import { createDeadlineQueue } from './deadline-queue.ts';
import type { DeviceFacts } from './device-facts.ts';
import { forgetFuturePhase, standing } from './phase.ts';
import type { Transition } from './transition.ts';
import { transitionOf } from './transition-of.ts';
import type { WatchList } from './watch-list.ts';

export function createCore(list: WatchList, watermark: number): Core {
  const queue = createDeadlineQueue();
  for (const cell of list.cells.values()) queue.schedule(cell);
  return { list, queue, watermark, dirtyDevices: new Set(), dirtyCells: new Set(), goneRows: new Set() };
}

/** Processes all deadlines up to `upTo` in order, each at its own time. */
export function advance(core: Core, upTo: number, out: Transition[]): void {
  for (let next = core.queue.take(upTo); next; next = core.queue.take(upTo)) {
    core.watermark = Math.max(core.watermark, next.at);
    moved(core, next.cell, passDeadline(next.cell, next.at), next.at, out);
  }
  core.watermark = Math.max(core.watermark, upTo);
}

export function setUnknown(core: Core, id: string, at: number, reason: string | null, out: Transition[]): void {
  const device = core.list.devices.get(id);
  if (!device || device.facts.unknown === reason) return;
  if (reason === null) {
    uncover(core, device, at, out, (facts) => {
      facts.unknown = null;
    });
    return;
  }
  device.facts.unknown = reason;
  blindfold(core, device, at, out);
}

/** @param latestMark the watermark may not lie after this: the clock may have been put back */
export function resume(core: Core, now: number, latestMark: number, out: Transition[]): void {
  core.watermark = Math.min(core.watermark, latestMark);
  for (const device of core.list.devices.values()) {
    forgetFuture(device.facts, now);
    uncover(core, device, now, out, (facts) => {
      facts.unknown = null;
    });
    for (const cell of device.cells) {
      forgetFuturePhase(cell.phase, now);
      cell.doneAt = Math.min(cell.doneAt, now);
      holdBack(cell);
      core.dirtyCells.add(cell);
      core.queue.schedule(cell);
    }
  }
}

/** What a firing cell says at `at`, or would say if it ended then; undefined when it does not fire. */
export function assess(core: Core, key: string, at: number, ending: boolean): Transition | undefined {
  const cell = core.list.cells.get(key);
  if (cell?.phase.state !== 'firing') return undefined;
  const step = standing(cell.phase, at);
  return transitionOf(cell, ending ? { ...step, to: 'resolved' } : step, at, core.list.set);
}

function forgetFuture(facts: DeviceFacts, now: number): void {
  if (facts.heardAt !== null) facts.heardAt = Math.min(facts.heardAt, now);
  facts.knownSince = Math.min(facts.knownSince, now);
  facts.graceUntil = Math.min(facts.graceUntil, now);
  for (const [metric, seen] of facts.values) if (seen.at > now) facts.values.set(metric, { ...seen, at: now });
}
