/** Native topics `campus/v1/<site>/<device>/readings|heartbeat|status`. Hand-written: most messages of a campus pass here. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { DeviceKind } from '#contract/enums.ts';
import { metricInfo } from '#contract/metrics.ts';
import { LIMITS, type NativeLeaf } from '#contract/topics.ts';
import { bareWord } from '../shared/plain-text.ts';
import { nativeTime } from './device-time.ts';
import type { LocalTime } from './local-time.ts';
import { excerpt, isUnknown, readJson, textOf } from './payload.ts';
import { type Outcome, outcomeOf } from './profile-router.ts';
import { addFault, addSample, addWord, MAX_SAMPLES, newRun, type Run } from './run.ts';
import { isObject } from './value-path.ts';

const MAX_KEYS = 256;
/** One word, with the buffer that a C program sends with it. */
const MAX_WORD_BYTES = 64;
/** What `fields` in devices.yaml may name. */
const MAX_NAME = 128;

/** Short names agents use in heartbeats, besides the metrics' own. */
const HEARTBEAT_NAMES: Readonly<Record<string, string>> = { fps: 'camera_fps', rec: 'camera_recording' };
/** What an agent says of itself in `status`; any other word is quarantined, not guessed. */
const HEARTBEAT_STATUS: Readonly<Record<string, number>> = { ok: 0, online: 0, warning: 1, error: 1, fault: 1 };

/** What agents say of themselves beside their readings. */
const KNOWN = new Set(['uptime', 'firmware', 'fw', 'version', 'ip', 'mac', 'ssid', 'hostname', 'model', 'id', 'seq']);

/**
 * @param kind kind of the device when it is known: a camera's heartbeat also sets `camera_online`
 * @param fields what devices.yaml says of names that are no metric
 */
export function decodeNative(
  leaf: NativeLeaf,
  device: string,
  kind: DeviceKind | undefined,
  payload: Buffer,
  at: number,
  local: LocalTime,
  fields: DeviceConfig['fields'] = NO_FIELDS,
): Outcome {
  if (leaf === 'cmd' || payload.length === 0) return outcomeOf(leaf, true);
  if (payload.length > LIMITS.payloadBytes)
    return failed(leaf, 'too-large', `${payload.length} bytes, at most ${LIMITS.payloadBytes}`, device);
  const run = newRun(at, local);
  run.touched.add(device);
  run.subject = device;
  if (leaf === 'status') takeStatus(payload, device, run);
  else if (leaf === 'heartbeat') takeHeartbeat(payload, device, kind, run);
  else takeReadings(payload, device, run, fields);
  if (run.overflow) return failed(leaf, 'too-large', `more than ${MAX_SAMPLES} values in one message`, device);
  return {
    rule: leaf,
    ignored: false,
    samples: run.samples,
    faults: run.faults,
    touched: run.touched,
    words: run.words,
    subject: run.subject,
    dedup: undefined,
    replies: [],
    proposals: undefined,
  };
}

function failed(rule: string, reason: 'too-large', detail: string, address: string): Outcome {
  return outcomeOf(rule, false, [{ reason, detail, address }]);
}

function takeStatus(payload: Buffer, device: string, run: Run): void {
  const word = textOf(payload.subarray(0, MAX_WORD_BYTES)).toLowerCase();
  if (word === 'online' || word === 'offline')
    addSample(run, { address: device, metric: 'online', value: word === 'online' ? 1 : 0, ts: undefined });
  else addFault(run, 'bad-payload', `status is online or offline, not ${excerpt(word)}`, device);
}

function takeReadings(payload: Buffer, device: string, run: Run, fields: Fields): void {
  const read = readJson(payload, MAX_KEYS);
  if (!read.ok) {
    addFault(run, 'bad-payload', read.detail, device);
    return;
  }
  run.faults.push(...(read.faults ?? []));
  const items = Array.isArray(read.value) ? read.value : [read.value];
  for (const [n, item] of items.entries()) {
    if (run.overflow) return;
    if (isObject(item)) takeMetrics(item, device, run, fields);
    else
      addFault(
        run,
        'bad-payload',
        Array.isArray(read.value) ? `item ${n} is not an object` : 'neither an object nor an array of objects',
        device,
      );
  }
}

function takeMetrics(item: Readonly<Record<string, unknown>>, device: string, run: Run, fields: Fields): void {
  const ts = nativeTime(item['ts'], run.at);
  for (const key of Object.keys(item)) {
    if (key !== 'ts') takeField(key, key, item[key], device, ts, run, fields);
  }
}

function takeHeartbeat(payload: Buffer, device: string, kind: DeviceKind | undefined, run: Run): void {
  const bare = payload.length <= MAX_WORD_BYTES && textOf(payload) === '1';
  const read = bare ? { ok: true as const, value: {} } : readJson(payload, MAX_KEYS);
  if (!read.ok || !isObject(read.value)) {
    addFault(run, 'bad-payload', read.ok ? 'a heartbeat is an object or 1' : read.detail, device);
    return;
  }
  if ('faults' in read) run.faults.push(...(read.faults ?? []));
  const item = read.value;
  const ts = nativeTime(item['ts'], run.at);
  const alive = kind === 'camera' ? ['online', 'camera_online'] : ['online'];
  for (const metric of alive) {
    if (!Object.hasOwn(item, metric)) addSample(run, { address: device, metric, value: 1, ts });
  }
  for (const key of Object.keys(item)) {
    if (key === 'ts') continue;
    if (key === 'status') takeSelfReport(item[key], device, ts, run);
    // Agents add what they like: only what is a metric is taken, the rest is no fault.
    else if (Object.hasOwn(HEARTBEAT_NAMES, key))
      takeField(HEARTBEAT_NAMES[key] ?? key, key, item[key], device, ts, run);
    else if (metricInfo(key) !== undefined) takeField(key, key, item[key], device, ts, run);
    else if (!KNOWN.has(key)) takeOwn(key, item[key], device, ts, run);
  }
}

function takeSelfReport(raw: unknown, device: string, ts: number | undefined, run: Run): void {
  const word = typeof raw === 'string' ? bareWord(raw).toLowerCase() : '';
  if (Object.hasOwn(HEARTBEAT_STATUS, word))
    addSample(run, { address: device, metric: 'device_alert', value: HEARTBEAT_STATUS[word] ?? 1, ts });
  else if (!isUnknown(raw)) addFault(run, 'bad-value', `status: ${excerpt(raw)}`, device);
}

type Fields = NonNullable<DeviceConfig['fields']>;
const NO_FIELDS: Fields = {};

function takeOwn(name: string, raw: unknown, address: string, ts: number | undefined, run: Run): void {
  if (typeof raw === 'object' || raw === '' || name.length > MAX_NAME) return;
  addWord(run, { address, name, raw, ts });
}

function takeField(
  metric: string,
  key: string,
  raw: unknown,
  device: string,
  ts: number | undefined,
  run: Run,
  fields: Fields = NO_FIELDS,
): void {
  if (typeof raw !== 'number' && isUnknown(raw)) return;
  const info = metricInfo(metric);
  const value = typeof raw === 'boolean' ? Number(raw) : raw;
  if (info === undefined) {
    takeOwn(key, raw, device, ts, run);
    // A name that is no metric stays a fault until devices.yaml says what it means.
    if (!Object.hasOwn(fields, key)) addFault(run, 'bad-value', `unknown metric ${excerpt(key)}`, device);
    return;
  }
  if (typeof value === 'number' && value >= info.min && value <= info.max)
    addSample(run, { address: device, metric, value, ts });
  else addFault(run, 'bad-value', `${key}: ${excerpt(raw)}`, device);
}
