/** Values of a file, judged one by one: taken, missing, of another device, or rejected with the reason. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { CsvRow } from '#contract/csv-rows.ts';
import type { DeviceKind } from '#contract/enums.ts';
import type { ImportRow } from '#contract/http/history.ts';
import { type MetricInfo, metricInfo } from '#contract/metrics.ts';
import { ID_PATTERN, LIMITS } from '#contract/topics.ts';
import { damagedId } from '../shared/damaged-id.ts';
import { isUnknownWord } from '../shared/unknown-words.ts';
import type { ColumnPlan } from './column-plan.ts';
import { both } from './command.ts';
import { usage } from './command-refusal.ts';
import type { KnownDevice } from './import-target.ts';
import type { RowTimes } from './row-times.ts';

export interface Rejection {
  readonly line: number;
  readonly device: string;
  readonly metric: string;
  readonly reason: string;
  readonly message: string;
  /** The time and the value as they stand in the file. */
  readonly ts: string;
  readonly value: string;
}

export type Judged =
  | { readonly kind: 'value'; readonly row: ImportRow; readonly source: Omit<Rejection, 'reason' | 'message'> }
  | { readonly kind: 'missing'; readonly device: string; readonly metric: string }
  | { readonly kind: 'other-device' }
  /** `device`: the id it was meant for, as far as one can tell. */
  | { readonly kind: 'rejected'; readonly device: string; readonly rejection: Rejection };

export interface RowJudge {
  judge(row: CsvRow, plan: ColumnPlan): Iterable<Judged>;
  /** Devices that the file names and nobody knew, since the last call; with --create only. */
  takeNewDevices(): readonly DeviceConfig[];
}

export interface RowJudgeSetup {
  readonly target: { readonly devices: ReadonlyMap<string, KnownDevice>; readonly rootPlace: string };
  readonly times: RowTimes;
  readonly now: number;
  /** As typed; empty for all. */
  readonly devices: readonly string[];
  readonly create: boolean;
  readonly intervalMs: number | undefined;
}

const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** `ist_central` → `ist-central`; undefined when no letter or digit is left. */
export function idFrom(text: string): string | undefined {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return ID_PATTERN.test(id) ? id : undefined;
}

export function createRowJudge(setup: RowJudgeSetup): RowJudge {
  const { target, times, now } = setup;
  const find = deviceFinder(setup);
  const wanted = new Set(setup.devices.flatMap((text) => [text, idFrom(text) ?? text]));
  const isWanted = (text: string): boolean => wanted.size === 0 || wanted.has(text) || wanted.has(idFrom(text) ?? text);
  const isChecked = new Set<string>();

  /** An interval's length is the device's: two that differ would book every hour wrongly. */
  const checkInterval = (device: string, metric: string): void => {
    if (isChecked.has(device) || setup.intervalMs === undefined || metricInfo(metric)?.kind !== 'interval') return;
    isChecked.add(device);
    const known = target.devices.get(device)?.intervalS;
    if (known === undefined || known * 1_000 === setup.intervalMs) return;
    throw usage(
      `设备 ${device} 在 devices.yaml 里是 intervalS: ${known}，而 --interval 是 ${setup.intervalMs / 1_000} 秒；请先改 devices.yaml。`,
      `Device ${device} has intervalS: ${known} in devices.yaml, and --interval says ${setup.intervalMs / 1_000} s; change devices.yaml first.`,
    );
  };

  return {
    *judge(row, plan) {
      const { line, cells, fault, separator } = row;
      const ts = plan.ts(cells).trim();
      if (fault !== undefined || cells.length !== plan.width) {
        const message =
          fault === undefined ? `${cells.length} cells instead of ${plan.width}` : 'a quote is not closed';
        yield rejected('', { line, device: '', metric: '', ts, value: '' }, 'bad-row', message);
        return;
      }
      const ofLine = plan.wide ? times.resolve('', ts) : undefined;
      for (const { device: text, metric, value: written } of plan.values(cells)) {
        if (!isWanted(text)) {
          yield { kind: 'other-device' };
          continue;
        }
        const time = ofLine ?? times.resolve(`${text}\n${metric}`, ts);
        const source = { line, device: text, metric, ts, value: written.trim() };
        const meant = target.devices.has(text) ? text : (idFrom(text) ?? text);
        if (isUnknownWord(source.value)) {
          yield { kind: 'missing', device: meant, metric };
          continue;
        }
        const info = metricInfo(metric);
        if (info === undefined) {
          yield rejected(meant, source, 'unknown-metric', `no metric ${metric === '' ? 'given' : metric}`);
          continue;
        }
        const damaged = target.devices.has(text) ? undefined : damagedId(text);
        if (damaged !== undefined) {
          yield rejected(text, source, 'damaged-id', both(damaged));
          continue;
        }
        const device = find(text, metric, line);
        if (typeof device !== 'string') {
          yield rejected(meant, source, 'unknown-device', device.message);
          continue;
        }
        checkInterval(device, metric);
        if (!time.ok) {
          yield rejected(meant, source, time.reason, time.message);
          continue;
        }
        const number = plainNumber(source.value, separator);
        const problem = timeProblem(time.at, now) ?? valueProblem(number, metric, info);
        if (problem) yield rejected(meant, source, problem.reason, problem.message);
        else yield { kind: 'value', row: { device, metric, ts: time.at, value: Number(number) }, source };
      }
    },
    takeNewDevices: find.takeNew,
  };
}

const rejected = (
  device: string,
  source: Omit<Rejection, 'reason' | 'message'>,
  reason: string,
  message: string,
): Judged => ({
  kind: 'rejected',
  device,
  rejection: { ...source, reason, message },
});

interface Problem {
  readonly reason: string;
  readonly message: string;
}

function timeProblem(at: number, now: number): Problem | undefined {
  if (at >= 0 && at <= now + LIMITS.deviceTimeFutureMs) return undefined;
  return { reason: 'bad-time', message: at < 0 ? 'before 1970' : 'in the future' };
}

/** `1,5` is 1.5 where something else parts the cells; with a point as well it may be either of two numbers. */
function plainNumber(text: string, separator: string): string {
  return separator !== ',' && !text.includes('.') && DECIMAL_COMMA.test(text) ? text.replace(',', '.') : text;
}

function valueProblem(text: string, metric: string, { kind, min, max, unit }: MetricInfo): Problem | undefined {
  if (/^[+-]?[\d.,]+$/.test(text) && text.includes(',')) {
    return { reason: 'bad-value', message: `${text} may be more than one number: write it without thousands signs` };
  }
  if (!NUMBER.test(text)) return { reason: 'bad-value', message: `${text} is no number` };
  const value = Number(text);
  if (!(value >= min && value <= max)) {
    return { reason: 'out-of-range', message: `${metric} lies in ${min} … ${max} ${unit}`.trimEnd() };
  }
  if (kind === 'state' && value !== 0 && value !== 1) return { reason: 'bad-value', message: `${metric} is 0 or 1` };
  return undefined;
}

type DeviceFinder = ((text: string, metric: string, line: number) => string | { readonly message: string }) & {
  takeNew(): readonly DeviceConfig[];
};

/** Names in a file to devices: the id itself, its legal form, or, with --create, a new device of that name. */
function deviceFinder({ target, create, intervalMs }: RowJudgeSetup): DeviceFinder {
  const known = new Map<string, string>();
  const firstOf = new Map<string, { readonly name: string; readonly line: number }>();
  let fresh: DeviceConfig[] = [];
  const look = (text: string, metric: string, line: number): string | { readonly message: string } => {
    const id = target.devices.has(text) ? text : idFrom(text);
    if (id !== undefined && target.devices.has(id)) return taken(id, text, line) ?? id;
    if (!create) return { message: text === '' ? 'no device given' : `no device ${text} in devices.yaml` };
    if (id === undefined) return { message: `no device id can be made of “${text}”` };
    const other = taken(id, text, line);
    if (other) return other;
    if (!fresh.some((device) => device.id === id))
      fresh.push(newDevice(id, text, metric, target.rootPlace, intervalMs));
    return id;
  };
  /** Two names of one file for one id would mix two meters into one. */
  const taken = (id: string, text: string, line: number): { readonly message: string } | undefined => {
    const first = firstOf.get(id) ?? { name: text, line };
    firstOf.set(id, first);
    if (first.name === text) return undefined;
    return {
      message: both({
        zh: `“${text}”和第 ${first.line} 行的“${first.name}”都会成为设备 ${id}；不是同一台就请在文件里换一个编号，是同一台就写成一样`,
        en: `“${text}” and “${first.name}” of line ${first.line} would both be device ${id}; in the file, give the one that is another device another id, or write both alike`,
      }),
    };
  };
  const find = (text: string, metric: string, line: number): string | { readonly message: string } => {
    const hit = known.get(text);
    if (hit !== undefined) return hit;
    const found = look(text, metric, line);
    if (typeof found === 'string') known.set(text, found);
    return found;
  };
  return Object.assign(find, {
    takeNew: () => {
      const devices = fresh;
      fresh = [];
      return devices;
    },
  });
}

function newDevice(
  id: string,
  text: string,
  metric: string,
  place: string,
  intervalMs: number | undefined,
): DeviceConfig {
  if (intervalMs === undefined && metricInfo(metric)?.kind === 'interval') {
    throw usage(
      `新设备 ${id} 的 ${metric} 是时段量：请用 --interval 说明时段长度，例如 --interval 1h。`,
      `${metric} of the new device ${id} is an amount per interval: say how long one is, such as --interval 1h.`,
    );
  }
  return {
    ...{ id, name: { zh: text, en: text }, kind: kindFor(metric), profile: 'native', place },
    ...{ dependsOn: [], intervalS: (intervalMs ?? 60_000) / 1_000, tags: [] },
  };
}

function kindFor(metric: string): DeviceKind {
  const unit = metricInfo(metric)?.unit;
  if (unit === 'm³' || unit === 'L/h') return 'water-meter';
  if (unit === 'kWh' || unit === 'W') return 'electricity-meter';
  if (metric.startsWith('camera_')) return 'camera';
  return metric === 'door_open' ? 'door' : 'sensor';
}
