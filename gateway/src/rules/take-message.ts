/** A message of a device: first a sign of life, then its values. */
import { metricInfo } from '#contract/metrics.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { type Cell, isHidden, type WatchedDevice } from './cell.ts';
import { type Core, judgeAgain, passOwn, say } from './cell-moves.ts';
import { judgeTime } from './judge-time.ts';
import type { Transition } from './transition.ts';

/** 0 in one of these: the device, or the bridge before it, says it is off. Nothing in that message is a sign of life. */
const OFF_METRICS: ReadonlySet<string> = new Set(['online', 'camera_online']);
/** Nobody came back into sight: by far the usual case. */
const NOBODY: Set<Cell> = new Set();

/** @param message readings of one device with one time and one arrival */
export function takeMessage(core: Core, message: readonly [Reading, ...Reading[]], out: Transition[]): void {
  const device = core.list.devices.get(message[0].device);
  if (!device) return;
  let heardAt = Number.NEGATIVE_INFINITY;
  for (const reading of message) {
    const time = judgeTime(reading, device.intervalMs);
    if (!time) continue;
    // If any of it says "off", the rest is no sign of life either.
    if (OFF_METRICS.has(reading.metric) && reading.value === 0) {
      heardAt = Number.NEGATIVE_INFINITY;
      break;
    }
    // What a person read off its display is no sign of its life.
    if ((reading.flags & FLAG_BITS.manual) === 0) heardAt = Math.max(heardAt, time.heardAt);
  }
  const isAlive = heardAt !== Number.NEGATIVE_INFINITY;
  const back = isAlive ? alive(core, device, heardAt, out) : NOBODY;
  for (const reading of message) {
    const time = judgeTime(reading, device.intervalMs);
    if (time && !time.late) takeValue(core, device, reading, time.at, back, out);
  }
  if (back.size > 0) judgeAgain(core, back, heardAt, out);
}

export function signOfLife(core: Core, id: string, at: number, out: Transition[]): void {
  const device = core.list.devices.get(id);
  if (device) judgeAgain(core, alive(core, device, at, out), at, out);
}

/** @returns cells that this proof brings back into sight and that are still to be judged */
function alive(core: Core, device: WatchedDevice, heardAt: number, out: Transition[]): Set<Cell> {
  const { facts, cells } = device;
  for (const cell of device.ofLife) passOwn(core, cell, heardAt, out);
  const back = facts.hiddenBy.size === 0 ? [] : cells.filter((cell) => !cell.condition.ofLife && isHidden(cell));
  facts.heardAt = Math.max(facts.heardAt ?? heardAt, heardAt);
  facts.hiddenBy.clear();
  core.dirtyDevices.add(device);
  for (const cell of device.ofLife) {
    if (cell.phase.state === 'ok' || isHidden(cell)) core.queue.schedule(cell);
    else {
      const at = Math.max(heardAt, cell.doneAt);
      say(core, cell, cell.condition.judge(at, cell.phase), at, out);
    }
  }
  return back.length === 0 ? NOBODY : new Set(back.filter((cell) => !isHidden(cell)));
}

/** @param back cells just brought back into sight: this value judges them, not a deadline that passed unseen */
function takeValue(
  core: Core,
  device: WatchedDevice,
  reading: Reading,
  readAt: number,
  back: Set<Cell>,
  out: Transition[],
): void {
  const { values } = device.facts;
  const isState = metricInfo(reading.metric)?.kind === 'state';
  const readers = device.readers(reading.metric);
  // States are kept for rules to come: a door may not say again for days that it is open.
  if (readers.length === 0 && !isState) return;
  const before = values.get(reading.metric);
  if (before && readAt < before.at) return;
  // Two values of one instant: a state changed twice, of anything else the first stands.
  if (before?.at === readAt && (!isState || before.value === reading.value)) return;
  for (const cell of readers) if (!back.has(cell)) passOwn(core, cell, readAt, out);
  values.set(reading.metric, { at: readAt, value: reading.value });
  core.dirtyDevices.add(device);
  for (const cell of readers) {
    const at = Math.max(readAt, cell.doneAt);
    const isBack = back.delete(cell);
    if (isBack) cell.condition.skipTo(at);
    const verdict = cell.condition.reading(at, reading, cell.phase);
    say(core, cell, isHidden(cell) ? undefined : verdict, at, out);
    if (isBack) core.queue.schedule(cell);
  }
}
