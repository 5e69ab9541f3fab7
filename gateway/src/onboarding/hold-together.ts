/** Values of one message held against each other: siblings on one scale, power against U × I, a register beside its tariffs. */
import type { Text } from '#contract/enums.ts';
import { metricInfo } from '#contract/metrics.ts';
import { powerDoubts, powerDoubtText } from '#contract/power-doubt.ts';
import { directionOf } from '../shared/name-meaning.ts';
import { TARIFF } from './electricity-rules.ts';
import type { FieldName } from './field-name.ts';
import { bothNotes } from './metric-rule.ts';
import type { Scalar, ScalarField } from './read-message.ts';

export interface Proposed {
  readonly path: string;
  readonly value: Scalar;
  readonly name: FieldName;
  readonly metric: string | null;
  readonly scale: number | string | null;
  readonly map: Readonly<Record<string, number>> | null;
  readonly note: Text | null;
}

/** @returns the same in the same order, with scales and doubts that single values could not give */
export function heldTogether(
  found: readonly Proposed[],
  transformers: readonly Transformer[] = [],
): readonly Proposed[] {
  return behindTransformers(
    todayWithinTotal(besideTariffs(besidePhases(againstPower(onOneScale(found))))),
    transformers,
  );
}

/** A ratio that the message says: of the current transformers, or of those for the voltage. */
export interface Transformer {
  readonly of: 'current' | 'voltage';
  readonly name: string;
  readonly ratio: number;
}

export function transformersIn(fields: readonly ScalarField[], names: readonly FieldName[]): readonly Transformer[] {
  return fields.flatMap(({ keys, value }, n): Transformer[] => {
    const ratio = Number(value);
    const [, ct, pt] = RATIO.exec(names[n]?.own ?? '') ?? [];
    const of = ct === undefined ? (pt === undefined ? undefined : 'voltage') : 'current';
    return of === undefined || !(ratio > 1) ? [] : [{ of, name: String(keys.at(-1) ?? ''), ratio }];
  });
}

const RATIO =
  /^_(?:(ct(?:_ratio|_rate|r)?|current_ratio|电流(?:互感器)?(?:变比|倍率)|互感器倍率)|(pt(?:_ratio|_rate|r)?|voltage_ratio|电压(?:互感器)?(?:变比|倍率)))_$/;

/** Whether the meter has multiplied by it is said nowhere. */
function behindTransformers(found: readonly Proposed[], transformers: readonly Transformer[]): readonly Proposed[] {
  if (transformers.length === 0) return found;
  return found.map((one) => {
    const unit = one.metric === null ? undefined : metricInfo(one.metric)?.unit;
    const concerns = ({ of }: Transformer): boolean =>
      ['kWh', 'W', 'var', 'VA', of === 'current' ? 'A' : 'V'].includes(unit ?? '');
    return transformers.filter(concerns).reduce((now, { name, ratio }) => doubted(now, ratioDoubt(name, ratio)), one);
  });
}

const ratioDoubt = (name: string, ratio: number): Text => ({
  zh: `报文里变比 ${name} 是 ${ratio}：与表上显示核对，没有乘上的，给设备写 ratio`,
  en: `the message says a transformer ratio, ${name} of ${ratio}: compare with the display of the meter, and give the device a ratio where it is not multiplied in`,
});

const doubted = (one: Proposed, doubt: Text): Proposed => ({ ...one, note: bothNotes(one.note, doubt) });
const factorOf = (scale: number | string | null): number =>
  typeof scale === 'string' ? 1 / Number(scale.slice(2)) : (scale ?? 1);
const scaledValue = ({ value, scale }: Proposed): number => Number(value) * factorOf(scale);

const ONE_PHASE: Text = {
  zh: '旁边有 b、c 相而没有 a 相：它可能只是 a 相，不是总数',
  en: 'phases b and c stand beside it and phase a does not: it may be phase a only, not the sum',
};

/** A bare name beside the second phase is the sum of one meter and the first phase of another. */
function besidePhases(found: readonly Proposed[]): readonly Proposed[] {
  const metrics = new Set(found.map(({ metric }) => metric));
  return found.map((one) => {
    const isBare = one.metric !== null && !/_(?:l[1-3]|ch\d+)$/.test(one.metric);
    const isBeside = isBare && metrics.has(`${one.metric}_l2`) && !metrics.has(`${one.metric}_l1`);
    return isBeside ? doubted(one, ONE_PHASE) : one;
  });
}

/** Phases are measured alike: what was made out of one by its size holds for all. */
function onOneScale(found: readonly Proposed[]): readonly Proposed[] {
  const guessed = new Map<string, Proposed>();
  for (const one of found)
    if (isPhaseOfUnsaid(one) && one.scale !== null && !guessed.has(baseOf(one))) guessed.set(baseOf(one), one);
  return found.map((one) => {
    const like = isPhaseOfUnsaid(one) && one.scale === null ? guessed.get(baseOf(one)) : undefined;
    if (like === undefined || !isPossible(one.metric, Number(one.value) * factorOf(like.scale))) return one;
    return { ...one, scale: like.scale, note: bothNotes(like.note, AS_SIBLINGS) };
  });
}

const AS_SIBLINGS: Text = { zh: '与同组的其他相同倍率', en: 'scaled as its siblings' };
const baseOf = ({ metric }: Proposed): string => (metric ?? '').replace(/_l[1-3]$/, '');
const isPhaseOfUnsaid = ({ metric, name, value, map }: Proposed): boolean =>
  metric !== null && /_l[1-3]$/.test(metric) && name.unit === undefined && typeof value === 'number' && map === null;

function isPossible(metric: string | null, value: number): boolean {
  const info = metricInfo(metric ?? '');
  return info !== undefined && value >= info.min && value <= info.max;
}

/** A thousand between P and U × I is a matter of units, of P or of I. */
function againstPower(found: readonly Proposed[]): readonly Proposed[] {
  const isNumber = ({ metric, value }: Proposed): boolean => metric !== null && typeof value === 'number';
  const byMetric = new Map(found.filter(isNumber).map((one) => [one.metric ?? '', one] as const));
  const doubts = powerDoubts((metric) => {
    const one = byMetric.get(metric);
    return one === undefined ? undefined : scaledValue(one);
  });
  if (doubts.length === 0) return found;
  const isMilliamps = doubts.every(({ isSmall }) => isSmall) && currentsLookLikeMilliamps(found);
  const ofPower = new Map(doubts.map((doubt) => [doubt.metric, doubt]));
  // What holds for one power holds for its siblings, whose current may be nought.
  const isSmall = doubts.every((doubt) => doubt.isSmall);
  return found.map((one) => {
    if (isMilliamps) return isUnsaid(one, 'current_a') ? { ...doubted(one, MILLIAMPS), scale: '1/1000' } : one;
    const doubt = ofPower.get(one.metric ?? '');
    if (isSmall && isUnsaid(one, 'power_w') && typeof one.value === 'number')
      return { ...doubted({ ...one, note: null }, KILOWATTS), scale: 1_000 };
    return doubt === undefined ? one : doubted(one, powerDoubtText(doubt));
  });
}

const isUnsaid = ({ metric, name, scale }: Proposed, base: string): boolean =>
  metric?.replace(/_l[1-3]$/, '') === base && name.unit === undefined && scale === null;

/** Large whole numbers: amperes of a building are rare, milliamperes of a plug are not. */
function currentsLookLikeMilliamps(found: readonly Proposed[]): boolean {
  const currents = found.filter((one) => isUnsaid(one, 'current_a') && one.value !== 0);
  return (
    currents.length > 0 && currents.every(({ value }) => Number.isInteger(value) && Math.abs(Number(value)) >= 100)
  );
}

const KILOWATTS: Text = {
  zh: '没写单位：电压 × 电流说明是 kW，按倍率 1000；若是 W，倍率填 1',
  en: 'no unit said: voltage × current says that it is kW, so it is scaled by 1000; if it is W, scale by 1',
};
const MILLIAMPS: Text = {
  zh: '没写单位：与功率和电压对照像是 mA，按倍率 1/1000',
  en: 'no unit said: held against power and voltage it looks like mA, so it is scaled by 1/1000',
};

/** A register beside those of its tariffs is the whole only when they add up to it. */
function besideTariffs(found: readonly Proposed[]): readonly Proposed[] {
  const tariffs = found.filter(({ note }) => note === TARIFF);
  if (tariffs.length === 0) return found;
  const isSent = ({ name }: Proposed): boolean => directionOf(name.whole) === 'sent';
  return found.map((one) => {
    if (one.metric !== 'energy_total_kwh' && one.metric !== 'energy_export_total_kwh') return one;
    const parts = tariffs.filter((tariff) => isSent(tariff) === isSent(one));
    const sum = parts.reduce((total, { value }) => total + Number(value), 0);
    const isWhole = Math.abs(sum - Number(one.value)) <= 0.02 * Math.abs(sum);
    return parts.length === 0 || isWhole ? one : doubted(one, BESIDE_TARIFF);
  });
}

const BESIDE_TARIFF: Text = {
  zh: '旁边有分费率的电量，加起来与它不等：请核对它是不是整块表的读数',
  en: 'energies of single tariffs stand beside it and do not add up to it: check that it is the register of the whole meter',
};

/** A day cannot hold more than all days: the two are in different units. */
function todayWithinTotal(found: readonly Proposed[]): readonly Proposed[] {
  // What was sent out is less than what was used on many a day; what was made is a register of its own.
  const totals = found.filter(
    ({ metric, name }) =>
      metric === 'energy_total_kwh' || (metric === 'energy_export_total_kwh' && directionOf(name.whole) === 'made'),
  );
  const most = Math.max(...totals.map(scaledValue));
  return found.map((one) => {
    const isMore = one.metric === 'energy_today_kwh' && totals.length > 0 && scaledValue(one) > most;
    if (!isMore) return one;
    return one.name.unit === undefined && one.scale === null
      ? { ...doubted(one, TODAY_IN_WH), scale: '1/1000' }
      : doubted(one, TODAY_ABOVE);
  });
}

const TODAY_IN_WH: Text = {
  zh: '没写单位：比累计读数还大，像是 Wh，按倍率 1/1000',
  en: 'no unit said: it is more than the register, so it looks like Wh and is scaled by 1/1000',
};
const TODAY_ABOVE: Text = {
  zh: '比累计读数还大：请核对两者的单位',
  en: 'it is more than the register: check the units of both',
};
