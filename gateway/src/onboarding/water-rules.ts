/** Proposals for water: the register of the meter and the flow of now. */
import { directionOf, isLimit, isOfOtherMedium, spanOf } from '../shared/name-meaning.ts';
import type { FieldName } from './field-name.ts';
import type { MessageContext } from './message-context.ts';
import { type MetricReading, type MetricRule, note, scaled, withDoubt } from './metric-rule.ts';

const WATER = { m3: 1, l: '1/1000', ft3: 0.028316846592 };
const FLOW = { lph: 1, m3h: 1_000, lpm: 60, lps: 3_600, l: 1 };
const SAYS_REGISTER = /_(?:total\w*|cumul\w*|accumul\w*|reading|meter_value|m3)_|累[计积]|读数|示数|总/;
/** A bare “water” or “consumed” is the register of one maker and the last run of another's valve. */
const waterUnsaid = (value: number, { whole }: FieldName): MetricReading => {
  const doubt = SAYS_REGISTER.test(whole) ? undefined : AMOUNT.note;
  return withDoubt(unitUnsaid(value), doubt);
};
const AMOUNT = note(
  '名称没说是累计读数，也没写单位：请核对是读数还是一次的用量，是立方米还是升',
  'its name says neither that it is a register nor its unit: check whether it goes on or is one amount, and m³ or litres',
);
const unitUnsaid = (value: number): MetricReading =>
  value >= 50_000
    ? {
        scale: '1/1000',
        ...note(
          '没写单位，像是升：若是立方米，倍率填 1',
          'no unit said, it looks like litres: if it is m³, scale by 1',
        ),
      }
    : {};

/** Of water, all of it, forward, without end. */
const isRegister = ({ isWater, isOtherMedium }: MessageContext, { whole }: FieldName): boolean =>
  isWater &&
  !isOtherMedium &&
  !isOfOtherMedium(whole) &&
  spanOf(whole) === undefined &&
  !isLimit(whole) &&
  directionOf(whole) !== 'sent';
const isFlow = ({ isWater, isOtherMedium }: MessageContext, { whole }: FieldName): boolean =>
  isWater && !isOtherMedium && !isOfOtherMedium(whole) && spanOf(whole) !== 'other' && !isLimit(whole);

const NO_WATER =
  /_(?:leak\w*|alarm|temp\w*|temperatur\w*|valve|rate|pressure|level|conv|factor|ratio|heater|quality|hardness|tds|ph)_|漏|瞬时|水温|温度|水位|压力|水质|浊度/;
const NO_FLOW =
  /_(?:total|sample|data|baud|bit|frame|heart|累计|error|frequency|refresh|temp\w*|temperatur\w*|pressure|status|state|alarm|time|direction|count|version|type)_|累计|累积|总|温度|水温|压力|方向/;

export const waterRules: readonly MetricRule[] = [
  {
    metric: 'flow_lph',
    name: /_(?:flow_?rate|rate|flow_now|instant\w*|momentary|current_flow|瞬时流量|流速|流量)_|瞬时流量|流速/,
    not: NO_FLOW,
    when: isFlow,
    // Meters count litres an hour in whole ones.
    read: scaled(FLOW, (value) =>
      value < 30 && !Number.isInteger(value)
        ? {
            scale: 1_000,
            ...note(
              '没写单位，像是 m³/h：若是 L/h，倍率填 1',
              'no unit said, it looks like m³/h: if it is L/h, scale by 1',
            ),
          }
        : note('没写单位：按 L/h；若是 m³/h，倍率填 1000', 'no unit said: taken as L/h; if m³/h, scale by 1000'),
    ),
  },
  {
    metric: 'water_total_m3',
    name: /_(?:water\w*|volume|total_volume|total_flow|flow_total|cumulative\w*|accumulat\w*|current_reading|meter_value|m3|用水量|水量|总水量|累计流量|累计水量|累积流量|正向累计流量|水表读数|读数|总用水量|示数)_|累[计积].*流量|水量/,
    not: NO_WATER,
    when: isRegister,
    read: scaled(WATER, waterUnsaid),
  },
  {
    metric: 'water_total_m3',
    name: /_(?:total|reading|value|sum|usage|consumption|l|lit(?:er|re)s?|累计)_/,
    anywhere: true,
    when: (context, name) => isRegister(context, name) && !context.isElectric,
    notOwn: /pulse|脉冲/,
    not: new RegExp(`${NO_WATER.source}|_(?:count|time|battery|signal|rssi)_`),
    read: scaled(WATER, waterUnsaid),
  },
  {
    metric: 'flow_lph',
    name: /_(?:flow|water_flow)_/,
    not: NO_FLOW,
    when: isFlow,
    read: scaled(FLOW, () => note('没写单位：按 L/h', 'no unit said: taken as L/h')),
  },
];
