/** Other rules, devices, calendar or prices while the engine runs: what still exists goes on where it was. */

import { apply, isHidden, saveCell } from './cell.ts';
import type { Core } from './cell-moves.ts';
import { moved } from './cell-moves.ts';
import { createDeadlineQueue } from './deadline-queue.ts';
import { abandon } from './phase.ts';
import type { Transition } from './transition.ts';
import { transitionOf } from './transition-of.ts';
import { createWatchList, factsKey, type RuleSet, type WatchList, whyGone } from './watch-list.ts';

export function reloadRules(core: Core, set: RuleSet, now: number, out: Transition[]): void {
  const before = core.list;
  core.list = carriedOver(before, set, now);
  core.queue = createDeadlineQueue();
  core.dirtyCells.clear();
  core.dirtyDevices.clear();
  dropRemoved(core, before, set, now, out);
  for (const device of core.list.devices.values()) core.dirtyDevices.add(device);
  forgetHiding(core.list);
  for (const cell of core.list.cells.values()) {
    const verdict = isHidden(cell) ? undefined : cell.condition.judge(now, cell.phase);
    moved(core, cell, apply(cell, verdict, now), now, out);
  }
}

function carriedOver(before: WatchList, set: RuleSet, now: number): WatchList {
  const next = createWatchList(
    set,
    {
      facts: (device) => before.devices.get(device)?.facts,
      text: (key) => {
        const cell = before.cells.get(key);
        return (cell && saveCell(cell)) ?? undefined;
      },
      doneAt: (key) => before.cells.get(key)?.doneAt ?? Number.NEGATIVE_INFINITY,
    },
    now,
    now,
  );
  // What the checkpoint holds is what the old cell last wrote, not what it just told the new one.
  for (const cell of next.cells.values()) cell.savedAs = before.cells.get(cell.key)?.savedAs ?? null;
  return next;
}

function dropRemoved(core: Core, before: WatchList, set: RuleSet, now: number, out: Transition[]): void {
  for (const cell of before.cells.values()) {
    const stays = core.list.cells.get(cell.key);
    if (stays?.rule.kind === cell.rule.kind) continue;
    const reason = whyGone(set, cell.rule.id, cell.device.config.id);
    for (const step of abandon(cell.phase, reason, now)) out.push(transitionOf(cell, step, now, before.set));
    if (!stays) core.goneRows.add(cell.key);
  }
  for (const id of before.devices.keys()) if (!core.list.devices.has(id)) core.goneRows.add(factsKey(id));
}

/** A silence that is judged no more, or that the device no longer depends on, hides nothing. */
function forgetHiding(list: WatchList): void {
  for (const device of list.devices.values()) {
    for (const id of device.facts.hiddenBy) {
      const by = list.devices.get(id);
      const hides = by?.cells.some((cell) => cell.hides) && by.behind.includes(device.config.id);
      if (!hides) device.facts.hiddenBy.delete(id);
    }
  }
}
