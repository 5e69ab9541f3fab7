/** The engine's checkpoint: one small row per device and per condition that is not simply ok, and the watermark. */

import { loadCell, saveCell } from './cell.ts';
import type { Core } from './cell-moves.ts';
import { saveFacts } from './device-facts.ts';
import { standing } from './phase.ts';
import { removedSentence } from './sentence.ts';
import type { Transition } from './transition.ts';
import { factsKey, type Remembered, whyGone } from './watch-list.ts';

const WATERMARK_KEY = 'w';

export interface StartState {
  readonly rows: ReadonlyMap<string, string>;
  readonly remembered: Remembered;
  readonly watermark: number;
  /** Deadlines of the calendar start after this. */
  readonly at: number;
}

export function startState(state: ReadonlyMap<string, string> | undefined, now: number): StartState {
  const rows = new Map(state);
  const mark = Number(rows.get(WATERMARK_KEY) ?? Number.NaN);
  rows.delete(WATERMARK_KEY);
  const watermark = Number.isFinite(mark) ? mark : Number.NEGATIVE_INFINITY;
  return {
    rows,
    remembered: { facts: () => undefined, text: (key) => rows.get(key), doneAt: () => watermark },
    watermark,
    at: Number.isFinite(mark) ? mark : now,
  };
}

/** Rows changed since the last call. */
export function saveState(core: Core): Map<string, string | null> {
  const rows = new Map<string, string | null>([...core.goneRows].map((key) => [key, null]));
  for (const device of core.dirtyDevices) rows.set(factsKey(device.config.id), saveFacts(device.facts));
  for (const cell of core.dirtyCells) {
    const text = saveCell(cell);
    if (text === cell.savedAs) continue;
    cell.savedAs = text;
    rows.set(cell.key, text);
  }
  core.goneRows.clear();
  core.dirtyDevices.clear();
  core.dirtyCells.clear();
  if (rows.size > 0 && Number.isFinite(core.watermark)) rows.set(WATERMARK_KEY, String(core.watermark));
  return rows;
}

/** Rows of rules and devices that were taken out of the config while the process was down. */
export function forgetOrphans(core: Core, rows: ReadonlyMap<string, string>, now: number): Transition[] {
  const out: Transition[] = [];
  for (const [key, text] of rows) {
    const [type, first = '', device = ''] = key.split('/');
    if (type === 'd' ? core.list.devices.has(first) : core.list.cells.has(key)) continue;
    core.goneRows.add(key);
    const cell = type === 'c' ? loadCell(text) : undefined;
    if (!cell || cell.phase.state === 'ok') continue;
    const { set } = core.list;
    const reason = whyGone(set, first, device);
    out.push({
      rule: first,
      kind: cell.kind,
      severity: cell.severity,
      device,
      place: cell.place,
      to: cell.phase.state === 'firing' ? 'resolved' : 'dropped',
      at: now,
      since: cell.phase.since,
      until: standing(cell.phase, now).until,
      reason,
      excess: null,
      unit: '',
      yuan: null,
      sentence: removedSentence(reason, first, set.registry.devices.get(device)?.name ?? { zh: device, en: device }),
    });
  }
  return out;
}
