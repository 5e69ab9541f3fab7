/** Questions to what is stored: consumption of places and meters, back-tests of rules; and rows that come in late by hand. */
import type { RuleConfig, RulesConfig } from '#contract/config/rules.ts';
import type { Resource } from '#contract/enums.ts';
import type { Episode } from '#contract/http/alerts.ts';
import { metricInfo, RESOURCE_METRICS } from '#contract/metrics.ts';
import type { ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import { addHours } from './meter/add-hours.ts';
import { planConsumption, planDevice, plannedDevices } from './meter/plan-consumption.ts';
import { preferHours } from './meter/prefer-hours.ts';
import { type MeterBook, sumConsumption } from './meter/sum-consumption.ts';
import { backtest } from './rules/backtest.ts';
import type { RuleSet } from './rules/watch-list.ts';
import type { Registry } from './shared/registry.ts';
import { readInOrder, type SeriesName } from './store/read-in-order.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { SeriesDefiner } from './store/series-definer.ts';

export interface History extends Pick<ApiDeps, 'consumption' | 'importReadings'> {
  /** On this thread; the gateway has it done on another one, see backtest-job.ts. */
  backtest(asked: { readonly rules: RulesConfig; readonly from: number; readonly to: number }): Promise<Episode[]>;
}

export interface HistorySetup {
  readonly store: ReadingStore;
  readonly definer: SeriesDefiner;
  campus(): CampusInForce;
}

/** Rules that count days need some before the asked range. */
const WARM_UP_MS = 16 * 24 * 3_600_000;
const SUFFIX = /_(?:l[1-3]|ch\d{1,2})$/;

export function createHistory({ store, definer, campus }: HistorySetup): History {
  /** The register under its own name, or else its phases or channels. */
  const metricsFor = (device: string, base: string): string[] => {
    const all = definer.metricsOf(device);
    if (all.includes(base)) return [base];
    return all.filter((metric) => metric.replace(SUFFIX, '') === base);
  };
  const bookOf = async (device: string, resource: Resource, from: number, to: number): Promise<MeterBook> => {
    const { register, interval } = RESOURCE_METRICS[resource];
    const read = (base: string) =>
      Promise.all(metricsFor(device, base).map((metric) => store.hours({ device, metric, from, to })));
    const [registers, intervals] = await Promise.all([read(register), read(interval)]);
    return {
      hours: preferHours(addHours(registers.map((book) => book.hours)), addHours(intervals.map((book) => book.hours))),
      steps: registers.flatMap((book) => book.steps),
    };
  };

  return {
    async consumption({ place, device, resource, from, to, step }) {
      const { config, calendar } = campus();
      const { registry } = config;
      if (place === undefined ? !registry.devices.has(device ?? '') : !registry.places.has(place)) {
        return { ok: false, status: 404, zh: '没有这个地点或设备。', en: 'There is no such place or device.' };
      }
      const plan =
        place === undefined ? planDevice(device ?? '', resource) : planConsumption(registry, place, resource);
      const books = new Map<string, MeterBook>();
      for (const meter of plannedDevices(plan)) books.set(meter, await bookOf(meter, resource, from, to));
      const value = sumConsumption({
        plan,
        books,
        from,
        to,
        step,
        calendar,
        tariffs: config.tariffs,
        devices: registry.devices,
      });
      return { ok: true, value };
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

export interface BacktestOver extends RuleSet {
  readonly from: number;
  readonly to: number;
  readonly store: Pick<ReadingStore, 'points'>;
  /** Metrics that a device has ever reported. */
  metricsOf(device: string): readonly string[];
}

/** Rules over what is stored. */
export function backtestOver({ store, metricsOf, ...set }: BacktestOver): Promise<Episode[]> {
  const { rules, registry, from, to } = set;
  const series = seriesFor(rules, registry, metricsOf);
  const start = from - (rules.some((rule) => rule.kind === 'never-zero-flow') ? WARM_UP_MS : 24 * 3_600_000);
  return backtest({ ...set, readings: readInOrder(store, series, start, to) });
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
