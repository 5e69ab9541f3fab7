/** Deadlines of all cells in exact order of time. A deadline that moved later is found out when its old entry comes up. */
import { type Cell, cellDue } from './cell.ts';
import { NEVER } from './condition.ts';
import { createMinHeap } from './min-heap.ts';

interface Entry {
  readonly at: number;
  readonly cell: Cell;
}

export interface DeadlineQueue {
  /** To be called whenever the cell's deadline may have moved. */
  schedule(cell: Cell): void;
  /** Removes the first deadline at or before `upTo`. */
  take(upTo: number): Entry | undefined;
  /** Time of the first deadline. */
  next(): number | undefined;
}

export function createDeadlineQueue(): DeadlineQueue {
  const heap = createMinHeap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.cell.order < b.cell.order));
  const schedule = (cell: Cell): void => {
    const due = cellDue(cell);
    // A silence deadline moves later with every reading; its entry stays where it is until its time comes.
    if (due >= cell.queuedAt) return;
    cell.queuedAt = due;
    heap.push({ at: due, cell });
  };
  /** Drops entries that no longer stand, so that the top one does. */
  const first = (): Entry | undefined => {
    for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
      if (top.at === top.cell.queuedAt && cellDue(top.cell) === top.at) return top;
      heap.pop();
      if (top.at !== top.cell.queuedAt) continue;
      top.cell.queuedAt = NEVER;
      schedule(top.cell);
    }
    return undefined;
  };

  return {
    schedule,
    take(upTo) {
      const top = first();
      if (!top || top.at > upTo) return undefined;
      heap.pop();
      top.cell.queuedAt = NEVER;
      return top;
    },
    next: () => first()?.at,
  };
}
