/** One value of a message that was picked: what it measures and how its number becomes the metric's unit. */
import type { MessageField, ProfileDraft } from '#contract/http/onboarding.ts';
import { METRICS, metricInfo } from '#contract/metrics.ts';
import { wordsOfState, wordValues, YES_NO } from '#contract/state-words.ts';
import { fromUnit, quantityIn } from '#contract/units.ts';
import type { Scalar } from './message-lines.ts';

export interface Pick {
  readonly path: string;
  readonly metric: string;
  /** As typed: `1`, `0.1`, `1/1000`. */
  readonly scale: string;
  readonly offset?: number;
  /** Words of a state: 1, 0, or null for "unknown". */
  readonly map?: Readonly<Record<string, number | null>>;
}

/** Units a device may count in, and what its number is to be multiplied by; the first is the metric's own. */
const sourceUnits: Readonly<Record<string, readonly (readonly [unit: string, scale: string])[]>> = {
  kWh: [
    ['kWh', '1'],
    ['Wh', '1/1000'],
    ['0.1 kWh', '1/10'],
    ['0.01 kWh', '1/100'],
    ['MWh', '1000'],
  ],
  'm³': [
    ['m³', '1'],
    ['L', '1/1000'],
    ['10 L (0.01 m³)', '1/100'],
    ['100 L (0.1 m³)', '1/10'],
  ],
  W: [
    ['W', '1'],
    ['kW', '1000'],
    ['0.1 W', '1/10'],
  ],
  V: [
    ['V', '1'],
    ['0.1 V', '1/10'],
    ['mV', '1/1000'],
  ],
  A: [
    ['A', '1'],
    ['mA', '1/1000'],
    ['0.01 A', '1/100'],
  ],
  'L/h': [
    ['L/h', '1'],
    ['m³/h', '1000'],
    ['L/min', '60'],
    ['L/s', '3600'],
  ],
  '°C': [
    ['°C', '1'],
    ['0.1 °C', '1/10'],
    ['0.01 °C', '1/100'],
  ],
  '%': [
    ['%', '1'],
    ['0–1', '100'],
    ['0.1 %', '1/10'],
    ['0.01 %', '1/100'],
  ],
  mV: [
    ['mV', '1'],
    ['V', '1000'],
  ],
  s: [
    ['s', '1'],
    ['ms', '1/1000'],
    ['min', '60'],
  ],
};

/** Units to choose from for a metric; none where it has no unit. */
export function unitsOf(metric: string): readonly (readonly [unit: string, scale: string])[] {
  const unit = metricInfo(metric)?.unit ?? '';
  return unit === '' ? [] : (sourceUnits[unit] ?? [[unit, '1']]);
}

/** A factor as a profile takes it: a number or `1/n`; undefined when it is neither, or nought. */
export function scaleOf(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (/^1\/[1-9]\d{0,9}$/.test(trimmed)) return trimmed;
  const number = Number(trimmed);
  return trimmed === '' || !Number.isFinite(number) || number === 0 ? undefined : number;
}

const factorOf = (scale: number | string): number => (typeof scale === 'number' ? scale : 1 / Number(scale.slice(2)));

/** The same factor, however it is written: 0.001 is 1/1000. */
export function sameScale(a: string, b: string): boolean {
  const [left, right] = [scaleOf(a), scaleOf(b)];
  if (left === undefined || right === undefined) return a.trim() === b.trim();
  return Math.abs(factorOf(left) - factorOf(right)) <= 1e-12 * Math.abs(factorOf(left));
}

export const isState = (metric: string): boolean => metricInfo(metric)?.kind === 'state';

/** What a sample would be stored as; undefined when it would not be: unknown, or no value of the metric. */
export function recordedAs(pick: Pick, sample: Scalar): number | undefined {
  const value = inItsUnit(pick, sample) ?? scaled(pick, sample);
  if (value === undefined) return undefined;
  const info = metricInfo(pick.metric);
  return info && value >= info.min && value <= info.max ? value : undefined;
}

function scaled(pick: Pick, sample: Scalar): number | undefined {
  const mapped = pick.map === undefined ? numberOf(sample) : (pick.map[String(sample)] ?? undefined);
  const scale = scaleOf(pick.scale);
  if (mapped === undefined || scale === undefined) return undefined;
  return Math.round((mapped * factorOf(scale) + (pick.offset ?? 0)) * 1e9) / 1e9;
}

/** `3.2 kW`: the unit counts instead of a scale. */
function inItsUnit(pick: Pick, sample: Scalar): number | undefined {
  const said =
    typeof sample === 'string' && pick.map === undefined && !isState(pick.metric) ? quantityIn(sample) : undefined;
  return said && fromUnit(pick.metric, said.unit)?.(said.value);
}

function numberOf(sample: Scalar): number | undefined {
  if (typeof sample === 'boolean') return Number(sample);
  const number = typeof sample === 'string' && sample.trim() !== '' ? Number(sample) : sample;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** What each word most likely means for a state; a word that may mean either is left to the person (null). */
export function proposedMap(words: readonly string[], metric: string): Record<string, number | null> {
  const means = wordValues([...YES_NO, ...wordsOfState(metric)]);
  const all = words.some((word) => word === 'true' || word === 'false') ? ['true', 'false', ...words] : words;
  return Object.fromEntries(
    [...new Set(all)].map((word) => {
      return [word, means.get(word.trim().toLowerCase()) ?? null];
    }),
  );
}

/** What is offered for a value that was clicked. A metric that is taken already gets the next channel. */
export function proposedPick(field: MessageField | undefined, path: string, words: readonly string[]): Pick {
  const metric = field?.metric ?? '';
  const scale = field?.scale === null || field?.scale === undefined ? '1' : String(field.scale);
  const map = field?.map ?? (isState(metric) ? proposedMap(words, metric) : null);
  return { path, metric, scale, ...(map === null ? {} : { map: { ...map } }) };
}

/** The pick for another metric: states get words, the rest a factor. */
export function withMetric(pick: Pick, metric: string, words: readonly string[]): Pick {
  const { map: _, ...rest } = pick;
  if (isState(metric)) return { ...rest, metric, scale: '1', map: pick.map ?? proposedMap(words, metric) };
  return { ...rest, metric, scale: isState(pick.metric) ? '1' : pick.scale };
}

/** Picks as the draft of a profile takes them; one whose factor cannot be read is left out. */
export function draftPicks(picks: readonly Pick[]): ProfileDraft['picks'] {
  return picks.flatMap(({ path, metric, scale, offset, map }) => {
    const factor = scaleOf(scale);
    if (factor === undefined) return [];
    return [
      {
        path,
        metric,
        ...(map === undefined && factor !== 1 ? { scale: factor } : {}),
        ...(offset === undefined || offset === 0 ? {} : { offset }),
        ...(map === undefined ? {} : { map: { ...map } }),
      },
    ];
  });
}

/** Metrics whose name, id or unit holds the words that were typed; all when nothing was. */
export function metricsMatching(typed: string): readonly string[] {
  const words = typed.trim().toLowerCase().split(/\s+/);
  return Object.entries(METRICS)
    .filter(([id, { name, unit }]) => {
      const text = `${id} ${name.zh} ${name.en} ${unit}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map(([id]) => id);
}

/** Endings that make one metric several: phases of a supply, channels of a device. */
export const suffixes = ['', '_l1', '_l2', '_l3', '_ch1', '_ch2', '_ch3', '_ch4'] as const;

export const baseOf = (metric: string): string => metric.replace(/_(?:l[1-3]|ch\d{1,3})$/, '');
