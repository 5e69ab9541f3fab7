/** Questions to what is stored: consumption of places and meters, back-tests of rules; and rows that come in late by hand. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RuleConfig, RulesConfig } from '#contract/config/rules.ts';
import type { Episode } from '#contract/http/alerts.ts';
import type { ConsumptionResponse, WasteResponse } from '#contract/http/energy.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { Reading } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import type { ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import { type ConsumptionJob, isLarge, type WasteJob } from './consumption-job.ts';
import { consumptionOf, metricsFor } from './consumption-of.ts';
import { METER_KINDS, planConsumption, planDevice, plannedDevices } from './meter/plan-consumption.ts';
import type { MeterFacts } from './meter/sum-consumption.ts';
import { backtest } from './rules/backtest.ts';
import type { RuleSet } from './rules/watch-list.ts';
import type { Registry } from './shared/registry.ts';
import { lastBefore } from './store/last-before.ts';
import { readInOrder, type SeriesName } from './store/read-in-order.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { SeriesDefiner } from './store/series-definer.ts';
import { wasteOf } from './waste-of.ts';

export interface History extends Pick<ApiDeps, 'consumption' | 'waste' | 'importReadings'> {
  /** On this thread; the gateway has it done on another one, see backtest-job.ts. */
  backtest(asked: { readonly rules: RulesConfig; readonly from: number; readonly to: number }): Promise<Episode[]>;
}

export interface HistorySetup {
  readonly store: ReadingStore;
  readonly definer: SeriesDefiner;
  /** Sums up many meters or years on another thread; on this one when absent. */
  readonly elsewhere?: (job: ConsumptionJob) => Promise<ConsumptionResponse>;
  /** Ranks the rooms of a campus on another thread; on this one when absent. */
  readonly wasteElsewhere?: (job: WasteJob) => Promise<WasteResponse>;
  campus(): CampusInForce;
}

/** Rules that count days need some before the asked range. */
const WARM_UP_MS = 16 * 24 * 3_600_000;

export function createHistory({ store, definer, campus, elsewhere, wasteElsewhere }: HistorySetup): History {
  return {
    async consumption({ place, device, resource, from, to, step }, now) {
      const { config, calendar } = campus();
      const { registry } = config;
      if (place === undefined ? !registry.devices.has(device ?? '') : !registry.places.has(place)) {
        return { ok: false, status: 404, zh: '没有这个地点或设备。', en: 'There is no such place or device.' };
      }
      const plan =
        place === undefined
          ? planDevice(device ?? '', resource)
          : planConsumption(registry, place, resource, calendar.dateOf(from));
      const planned = plannedDevices(plan);
      const metrics = new Map(planned.map((meter) => [meter, metricsFor(definer.metricsOf(meter), resource)]));
      const asked = { plan, metrics, from, to, now, step, tariffs: config.tariffs };
      const devices = new Map(planned.map((meter) => [meter, facts(registry.devices.get(meter))]));
      const value =
        elsewhere !== undefined && isLarge(asked)
          ? await elsewhere({ ...asked, devices, calendar: config.calendar, timeZone: calendar.timeZone })
          : await consumptionOf({ ...asked, devices, calendar, store });
      return { ok: true, value };
    },
    async waste({ place, ...asked }, now) {
      const { registry, calendar, holidaysCsv, tariffs } = campus().config;
      if (place !== undefined && !registry.places.has(place))
        return { ok: false, status: 404, zh: '没有这个地点。', en: 'There is no such place.' };
      const roots = place === undefined ? registry.campus.places.filter(isRoot).map(({ id }) => id) : [place];
      const devices = [...registry.devices.values()].filter(({ kind }) => kind === METER_KINDS[asked.resource]);
      const metrics = new Map(devices.map(({ id }) => [id, metricsFor(definer.metricsOf(id), asked.resource)]));
      const job = { ...asked, roots, now, campus: registry.campus, devices, calendar, holidaysCsv, tariffs, metrics };
      return { ok: true, value: await (wasteElsewhere?.(job) ?? wasteOf(job, store)) };
    },
    backtest({ rules: { rules }, from, to }) {
      const { config, calendar } = campus();
      const { registry, tariffs } = config;
      return backtestOver({ ...{ rules, registry, calendar, tariffs, from, to, store }, metricsOf: definer.metricsOf });
    },
    async importReadings(readings) {
      await definer.ensure(readings);
      const { stored, duplicates } = await store.append(readings, { history: true });
      return { stored, duplicates };
    },
  };
}

const isRoot = ({ parent }: PlaceConfig): boolean => parent === undefined;
const facts = (meter: DeviceConfig | undefined): MeterFacts => ({
  priceClass: meter?.priceClass,
  retired: meter?.retired,
});

export interface BacktestOver extends RuleSet {
  readonly from: number;
  readonly to: number;
  readonly store: Pick<ReadingStore, 'points'>;
  /** Metrics that a device has ever reported. */
  metricsOf(device: string): readonly string[];
}

/** Rules over what is stored. What began before the range is known by the last word of each series before it. */
export async function backtestOver({ store, metricsOf, ...set }: BacktestOver): Promise<Episode[]> {
  const { rules, registry, from, to } = set;
  const series = seriesFor(rules, registry, metricsOf);
  const start = from - (rules.some((rule) => rule.kind === 'never-zero-flow') ? WARM_UP_MS : 24 * 3_600_000);
  const before = await lastBefore(store, series, start, from);
  const readings = async function* (): AsyncGenerator<Reading> {
    yield* before;
    yield* readInOrder(store, series, start, to + LIMITS.deviceTimeFutureMs);
  };
  return backtest({ ...set, readings: readings() });
}

/** Only what the rules look at is read; a silence rule looks at everything its devices say. */
function seriesFor(
  rules: readonly RuleConfig[],
  registry: Registry,
  metricsOf: BacktestOver['metricsOf'],
): SeriesName[] {
  const wanted = new Map<string, SeriesName>();
  for (const rule of rules) {
    if (!rule.enabled) continue;
    for (const { id } of registry.select(rule.select)) {
      for (const metric of metricsOf(id)) {
        if (looksAt(rule, metric)) wanted.set(`${id}\n${metric}`, { device: id, metric });
      }
    }
  }
  return [...wanted.values()];
}

function looksAt(rule: RuleConfig, metric: string): boolean {
  if (rule.kind === 'silent') return true;
  if (rule.kind === 'never-zero-flow') return metric === 'flow_lph' || metricInfo(metric)?.unit === 'm³';
  return rule.metric === metric;
}
