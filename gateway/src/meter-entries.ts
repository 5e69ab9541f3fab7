/** What people read off meters themselves: register swaps that two sign, and readings checked against last month. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ManualReadingResult, Swap, SwapRequest } from '#contract/http/onboarding.ts';
import { metricInfo } from '#contract/metrics.ts';
import { FLAG_BITS, type Reading, SWAP_BITS } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import type { ActionResult, ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { ConfigEdits } from './config/config-edits.ts';
import type { History } from './history.ts';
import { isJitter, registerModulus } from './meter/classify-step.ts';
import { checkManual } from './onboarding/manual-check.ts';
import type { Pipeline } from './pipeline.ts';
import type { Clock } from './shared/clock.ts';
import type { Point, ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';
import { listSwaps, swapStatement } from './store/swap-records.ts';

export interface MeterEntriesParts {
  readonly clock: Clock;
  readonly store: Pick<ReadingStore, 'points' | 'hours'>;
  readonly records: RecordsDb;
  readonly edits: Pick<ConfigEdits, 'setSerial'>;
  campus(): CampusInForce;
  admit: Pipeline['admit'];
  importReadings: History['importReadings'];
}

type MeterEntries = ApiDeps['meterEntries'];
type Refusal = ActionResult<never> & { readonly ok: false };

const DAY_MS = 86_400_000;
/** Raw readings are kept so long; before that nothing can be compared. */
const LOOK_BACK_MS = 400 * DAY_MS;
const MONTH_MS = 30 * DAY_MS;
const MAX_POINTS = 2_000;
/** Two entries of one person's double click. */
const SAME_MS = 60_000;

export function createMeterEntries(parts: MeterEntriesParts): MeterEntries & { restoreSwaps(): Promise<void> } {
  const { clock, records, store, campus } = parts;
  const meterOf = (id: string, metric: string): DeviceConfig | Refusal => {
    const device = campus().config.registry.devices.get(id);
    if (device === undefined) return refuse(404, `没有设备 ${id}。`, `There is no device ${id}.`);
    const kind = metric === 'water_total_m3' ? 'water-meter' : 'electricity-meter';
    if (device.kind === kind) return device;
    return refuse(
      422,
      `${device.name.zh}不是${kind === 'water-meter' ? '水表' : '电表'}。`,
      `${device.name.en} is no ${kind}.`,
    );
  };

  return {
    swaps: async (device) =>
      campus().config.registry.devices.has(device)
        ? { ok: true, value: await listSwaps(records, device) }
        : refuse(404, `没有设备 ${device}。`, `There is no device ${device}.`),

    async addSwap(id, request, who) {
      const device = meterOf(id, request.metric);
      if ('ok' in device) return device;
      const factor = factorOf(device, request.metric);
      const final = tidy(request.finalReading * factor);
      const initial = tidy(request.initialReading * factor);
      // A reading at that very instant, as of a meter that speaks at full hours, is of the register it is nearer to.
      const isOld = (value: number): boolean => Math.abs(final - value) <= Math.abs(value - initial);
      const at = await freeInstants(store, id, request.metric, request.at, 2, isOld);
      if (at === undefined) return NO_ROOM;
      const refusal = await swapRefusal(parts, device, { ...request, at }, final, initial);
      if (refusal !== undefined) return refusal;
      const { newSerial } = request;
      const swap: Omit<Swap, 'id'> = {
        ...{ device: id, metric: request.metric, at, doneBy: request.doneBy, witness: request.witness },
        ...{ finalReading: final, initialReading: initial },
        ...{ note: request.note ?? null, newSerial: newSerial ?? null, recordedAt: clock.now(), recordedBy: who },
      };
      const [written] = await records.write([swapStatement(swap)]);
      const outcome = await parts.admit(readingsOf(swap));
      // After the record: what two people signed is not lost over a file that cannot be written.
      if (newSerial !== undefined && newSerial !== device.serial) {
        const edited = await parts.edits.setSerial(id, newSerial, who);
        if (!edited.ok) return withoutSerial(newSerial, edited);
      }
      if (outcome.kind !== 'stored') return NOT_YET;
      return { ok: true, value: { id: written?.lastId ?? 0, ...swap } };
    },

    async addReading(id, request): Promise<ActionResult<ManualReadingResult>> {
      const device = meterOf(id, request.metric);
      if ('ok' in device) return device;
      const now = clock.now();
      if (request.at < now - LOOK_BACK_MS) return TOO_OLD;
      const value = tidy(request.value * factorOf(device, request.metric));
      const near = await neighbours(store, id, request.metric, request.at, now);
      const until = near.previous?.ts ?? request.at;
      const { hours } = await store.hours({ device: id, metric: request.metric, from: until - MONTH_MS, to: until });
      const check = checkManual({
        ...{ value, at: request.at, now, hours, ...near, unit: metricInfo(request.metric)?.unit ?? '' },
        ...{ modulus: registerModulus(device.register), ratedMax: device.register?.ratedMax },
      });
      const isUsual = check.verdict === 'usual' || check.verdict === 'first';
      const isConfirmed = request.confirmed && check.verdict !== 'future';
      if (isConfirmed && !isUsual && (request.note ?? '').trim() === '') return NEEDS_NOTE;
      if (!isUsual && !isConfirmed) return { ok: true, value: { stored: false, check } };
      const ts = await freeInstants(store, id, request.metric, request.at, 1, () => true);
      if (ts === undefined) return NO_ROOM;
      const reading = { device: id, metric: request.metric, ts, value, flags: FLAG_BITS.manual, receivedAt: now };
      await parts.importReadings([reading]);
      return { ok: true, value: { stored: true, check } };
    },

    async restoreSwaps() {
      // Only what a crash may have left out: where raw data are gone by now, two readings must not come back alone.
      const since = clock.now() - MONTH_MS;
      const fresh = (await listSwaps(records)).filter(({ at, recordedAt }) => recordedAt > since && at > since);
      for (const swap of fresh) await parts.importReadings(readingsOf(swap));
    },
  };
}

/** The last reading of the old register and, a millisecond later, the first of the new one. */
function readingsOf(swap: Omit<Swap, 'id'>): Reading[] {
  const common = { device: swap.device, metric: swap.metric, receivedAt: swap.recordedAt };
  return [
    { ...common, ts: swap.at, value: swap.finalReading, flags: FLAG_BITS.manual },
    { ...common, ts: swap.at + 1, value: swap.initialReading, flags: SWAP_BITS },
  ];
}

/** A display behind transformers shows what passes through the meter, not what the building draws. */
function factorOf({ ratio }: DeviceConfig, metric: string): number {
  return ratio === undefined || metric !== 'energy_total_kwh' ? 1 : ratio.ct * ratio.pt;
}

const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Why two signatures do not make this a swap; undefined when they do. */
async function swapRefusal(
  { clock, store, records }: MeterEntriesParts,
  { id, register }: DeviceConfig,
  request: SwapRequest,
  final: number,
  initial: number,
): Promise<Refusal | undefined> {
  const { metric, at, doneBy, witness } = request;
  const now = clock.now();
  if (at > now + LIMITS.deviceTimeFutureMs || at < now - LOOK_BACK_MS)
    return refuse(
      422,
      '换表时间在未来，或早于一年多以前，请检查。',
      'The swap lies in the future, or more than a year back; check its time.',
    );
  if (doneBy === witness)
    return refuse(422, '换表人和见证人必须是两个人。', 'Whoever did it and whoever stood by must be two people.');
  const isSame = (other: Swap): boolean =>
    other.metric === metric &&
    Math.abs(other.at - at) < SAME_MS &&
    other.finalReading === final &&
    other.initialReading === initial;
  if ((await listSwaps(records, id)).some(isSame))
    return refuse(409, '这次换表已经登记过了。', 'This swap is recorded already.');
  const { previous, next } = await neighbours(store, id, metric, at, now);
  const step = (from: number, to: number): boolean => to < from && !isJitter(to - from, register);
  const wraps =
    registerModulus(register) !== undefined && (previous?.value ?? 0) > 0.9 * (registerModulus(register) ?? 0);
  if (previous !== undefined && step(previous.value, final) && !wraps)
    return refuse(
      422,
      `旧表终止读数 ${final} 小于换表前已有的读数 ${previous.value}：请核对数字；若那已是新表的读数，请把换表时间提前。`,
      `The final reading ${final} is below a reading stored before it, ${previous.value}; check the number, or set the swap earlier if that is the new meter's.`,
    );
  if (next !== undefined && step(initial, next.value))
    return refuse(
      422,
      `新表起始读数 ${initial} 大于换表后已有的读数 ${next.value}：请核对数字；若那还是旧表的读数，请把换表时间推后。`,
      `The initial reading ${initial} is above a reading stored after it, ${next.value}; check the number, or set the swap later if that is still the old meter's.`,
    );
  return undefined;
}

/** Readings on both sides of an instant, those of last wills and replays left out. */
async function neighbours(
  store: MeterEntriesParts['store'],
  device: string,
  metric: string,
  at: number,
  now: number,
): Promise<{ readonly previous: Point | undefined; readonly next: Point | undefined }> {
  const isReal = ({ flags }: Point): boolean => (flags & (FLAG_BITS.replayed | FLAG_BITS.will)) === 0;
  let previous: Point | undefined;
  // Further back in growing steps: most meters said something within the hour.
  for (let reach = 3_600_000; previous === undefined && reach <= LOOK_BACK_MS; reach *= 8) {
    let cursor: string | undefined;
    do {
      const page = await store.points({
        device,
        metric,
        from: at - reach,
        to: at,
        limit: MAX_POINTS,
        ...(cursor === undefined ? {} : { cursor }),
      });
      previous = page.points.findLast(isReal) ?? previous;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  const after = await store.points({
    device,
    metric,
    from: at,
    to: now + LIMITS.deviceTimeFutureMs,
    limit: MAX_POINTS,
  });
  return { previous, next: after.points.find(isReal) };
}

/**
 * The instant nearest to `at` with room for so many readings in a row: of two at one instant the first would stand.
 * @param isBefore whether a reading that stands at `at`, or between it and that instant, is to stay in front of them
 */
async function freeInstants(
  store: MeterEntriesParts['store'],
  device: string,
  metric: string,
  at: number,
  count: number,
  isBefore: (value: number) => boolean,
): Promise<number | undefined> {
  const { points } = await store.points({ device, metric, from: at - 100, to: at + 100, limit: MAX_POINTS });
  const fits = (first: number): boolean =>
    points.every(({ ts, value }) =>
      ts < first ? ts < at || isBefore(value) : ts >= first + count && (ts > at || !isBefore(value)),
    );
  for (let away = 0; away < 90; away += 1) {
    const found = [at + away, at - away].find(fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

function refuse(status: Refusal['status'], zh: string, en: string): Refusal {
  return { ok: false, status, zh, en };
}

function withoutSerial(serial: string, { status, zh, en }: Refusal): Refusal {
  return refuse(
    status,
    `换表已登记，不用再填；但新表号 ${serial} 没有写进 devices.yaml，请在那里改：${zh}`,
    `The swap is recorded, do not enter it again; but the new serial ${serial} was not written to devices.yaml, set it there: ${en}`,
  );
}

const NO_ROOM = refuse(
  409,
  '这个时刻已有太多读数，请改一下时间。',
  'Too many readings stand at this instant; change the time a little.',
);
const TOO_OLD = refuse(
  422,
  '抄表时间早于一年多以前，请检查；更早的历史用 houqin import 导入。',
  'The reading is more than a year old; check its time. Older history is imported with houqin import.',
);
const NEEDS_NOTE = refuse(
  422,
  '确认不寻常的读数要写明原因。',
  'An unusual reading is confirmed with a note that says why.',
);
const NOT_YET = refuse(
  503,
  '换表已登记，但数据暂时存不进去；恢复后会自动补上。',
  'The swap is recorded, but its readings cannot be stored now; they will be at the next start.',
);
