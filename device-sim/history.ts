/**
 * A month of believable past, as CSV for the ordinary import. The live fleet of the same seed goes on exactly where it ends:
 * both ask the same function of time, and what happened in the past is taken off the registers' beginning, not added to
 * their end, so that the live campus need not know of it.
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Campus } from './campus.ts';
import { type Incident, outagesOf, pastIncidents } from './scenarios/past-incidents.ts';
import { type CampusTruth, createCampusTruth } from './signals/campus-truth.ts';
import { deviceValues, round, shownRegister } from './signals/device-values.ts';
import { isMeter } from './signals/meter-tree.ts';

export interface HistoryOptions {
  readonly campus: Campus;
  /** Epoch ms; not before 2020-01-02. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** Seconds between two values of a meter; 600 when absent, which the shipped silence rules take for an unbroken row. */
  readonly stepS?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const EARLIEST = Date.UTC(2020, 0, 2);

/** A device that is heard so often is silent for no rule that waits three intervals. */
const BEAT_INTERVALS = 2.5;

/**
 * Lines of a native import file (header `device,metric,ts,value`), grouped by device and in order of time: registers of all
 * meters, power of rooms and mains, changes of doors, heartbeats of cameras, switches and recorders, climate. Every device
 * has some. Nothing out of the ordinary in the last two hours.
 * @throws RangeError when the range is empty or starts before 2020-01-02.
 */
export function* writeHistory(options: HistoryOptions): Generator<string> {
  const { campus, from, to, seed } = options;
  const stepMs = (options.stepS ?? 600) * 1_000;
  if (!(from >= EARLIEST && from < to && stepMs >= 1_000)) throw new RangeError('history needs 2020-01-02 ≤ from < to');
  const truth = createCampusTruth(campus, seed);
  const routine = createCampusTruth(campus, seed);
  const incidents = pastIncidents(campus, truth, from, to, seed);
  for (const { device, start, end, extra } of incidents) {
    if (extra > 0) truth.overlays.add(device.id, start, end, extra);
  }
  yield 'device,metric,ts,value';
  for (const device of campus.devices) {
    if (isMeter(device)) yield* meterLines(device, { campus, truth, routine, incidents, from, to, stepMs });
    else if (device.kind === 'door') yield* doorLines(device, truth, incidents, from, to);
    else if (device.kind === 'sensor') yield* gaugeLines(device, options, truth, stepMs);
    else yield* beatLines(device, options, truth, outagesOf(device, incidents, campus));
  }
}

/** What a sensor shows, every step. */
function* gaugeLines(device: DeviceConfig, { from, to, seed }: HistoryOptions, truth: CampusTruth, stepMs: number) {
  for (let at = Math.ceil(from / stepMs) * stepMs; at < to; at += stepMs)
    for (const [metric, value] of Object.entries(deviceValues(device, at, truth, seed)))
      yield `${device.id},${metric},${at},${value}`;
}

/**
 * Signs of life of a camera, a switch or a recorder, and none while it was gone: the last one when it went, the next one when it
 * came back. What a recorder keeps is told once an hour.
 */
function* beatLines(device: DeviceConfig, { from, to, seed }: HistoryOptions, truth: CampusTruth, gone: Incident[]) {
  const beatMs = Math.round(device.intervalS * 1_000 * BEAT_INTERVALS);
  const metric = device.kind === 'camera' ? 'camera_online' : 'online';
  let nextHour = from;
  for (let at = from; at < to; at += beatMs) {
    const outage = gone.find(({ start, end }) => at > start && at < end);
    if (outage !== undefined) at = outage.end;
    if (at >= to) return;
    yield `${device.id},${metric},${at},1`;
    if (device.kind !== 'nvr' || at < nextHour) continue;
    nextHour = at + HOUR_MS;
    const { storage_days, storage_used_pct } = deviceValues(device, at, truth, seed);
    yield `${device.id},storage_days,${at},${storage_days}`;
    yield `${device.id},storage_used_pct,${at},${storage_used_pct}`;
  }
}

interface MeterContext {
  readonly campus: Campus;
  readonly truth: CampusTruth;
  readonly routine: CampusTruth;
  readonly incidents: readonly Incident[];
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

function* meterLines(device: DeviceConfig, context: MeterContext): Generator<string> {
  const { truth, routine, from, to, stepMs } = context;
  const electric = device.kind === 'electricity-meter';
  const register = electric ? 'energy_total_kwh' : 'water_total_m3';
  const ahead = truth.total(device.id, to) - routine.total(device.id, to);
  const place = context.campus.places.get(device.place)?.kind;
  const withPower = electric && (place === 'room' || place === 'building' || place === 'campus');
  const own = context.incidents.filter((incident) => incident.device === device);
  for (const at of instants(own, device, from, to, stepMs)) {
    yield `${device.id},${register},${at},${shownRegister(device, truth.total(device.id, at) - ahead)}`;
    if (withPower) yield `${device.id},power_w,${at},${round(truth.rate(device.id, at), 1)}`;
  }
}

/** Every step; while the meter itself is part of an incident at its live pace, so that rules which wait seconds can see it. */
function* instants(incidents: readonly Incident[], device: DeviceConfig, from: number, to: number, stepMs: number) {
  const liveMs = device.intervalS * 1_000;
  const near = (at: number) =>
    incidents.some(
      ({ start, end }) => at >= start - 10 * MINUTE_MS && at < end + 10 * MINUTE_MS && end - start < 86_400_000,
    );
  const first = Math.ceil(from / stepMs) * stepMs;
  for (let at = first; at < to; at += stepMs) {
    const pace = near(at) || near(at + stepMs) ? liveMs : stepMs;
    for (let fine = at; fine < Math.min(at + stepMs, to); fine += pace) yield Math.round(fine);
  }
}

function* doorLines(
  device: DeviceConfig,
  truth: CampusTruth,
  incidents: readonly Incident[],
  from: number,
  to: number,
) {
  const held = incidents.filter((incident) => incident.device === device);
  const changes: { readonly at: number; readonly open: 0 | 1 }[] = [];
  for (let day = truth.days.dayAt(from); day <= truth.days.dayAt(to - 1); day += 1) {
    for (const opening of truth.doorOpenings(device.id, day)) {
      if (held.some(({ start, end }) => opening.from < end && opening.to > start)) continue;
      changes.push({ at: opening.from, open: 1 }, { at: opening.to, open: 0 });
    }
  }
  for (const { start, end } of held) changes.push({ at: start, open: 1 }, { at: end, open: 0 });
  yield `${device.id},door_open,${from},0`;
  for (const { at, open } of changes.toSorted((a, b) => a.at - b.at)) {
    if (at > from && at < to) yield `${device.id},door_open,${at},${open}`;
  }
}
