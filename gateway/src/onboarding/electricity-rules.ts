/** Proposals for electricity. What is made, sent out, of a tariff or of a span is never the register of the whole meter. */
import type { Text } from '#contract/enums.ts';
import { directionOf, energyMeaning, isBesidePhases, isLimit, spanOf } from '../shared/name-meaning.ts';
import type { FieldName } from './field-name.ts';
import type { MessageContext } from './message-context.ts';
import { anyNumber, isNumber, type MetricReading, type MetricRule, note, scaled, withDoubt } from './metric-rule.ts';
import type { Scalar } from './read-message.ts';

const ENERGY = { kwh: 1, wh: '1/1000', mwh: 1_000, wmin: '1/60000' };
const hasEnergyUnit = ({ unit }: FieldName): boolean => unit !== undefined && Object.hasOwn(ENERGY, unit);
const isOtherTime = (name: FieldName): boolean => spanOf(name.whole) !== undefined || isLimit(name.whole);

const ENERGY_NAME =
  /_(?:energy\w*|aenergy|kwh|epi|epe|ep|ep[ie]?[jfpg]|total_act|active_import|import|consumption|electricity|meter_reading|yield|feed_?in|export\w*|returned|total_act_ret\w*|wh|eac|epv|etogrid|etouser|e_(?:in|out))_|电[能量度]|正向有功|反向有功|用电/u;
/** Rows of an electricity meter that do not name what they count. */
const SPAN_NAME = /_(?:today|daily|yesterday|month|total|total_total|sum|cumulative|累计|总)_/;

const WAY = /^_(?:forward|reverse|imported|exported|positive|negative)_$/;

/** A meter counts in whole watt-hours; of some makers `wh` is the name of a register in kWh. */
const inFractions = (value: Scalar, { own, unit }: FieldName): Text | undefined =>
  unit === 'wh' && own === '_wh_' && !Number.isInteger(value) ? FRACTIONS : undefined;
const FRACTIONS: Text = {
  zh: '名称是 wh，数却带小数：有的厂家这样叫的是 kWh，请与表上显示核对',
  en: 'its name is wh and its value has decimals: some makers mean kWh by it, check against the display of the meter',
};

const energyUnsaid = (value: number, name: FieldName): MetricReading => {
  if (/_aenergy_|_act_(?:ret_)?energy_|_total_act_|_ret_aenergy_/.test(name.whole)) return { scale: '1/1000' };
  if (value >= 100_000)
    return {
      scale: '1/1000',
      ...note('没写单位，像是 Wh：若是 kWh，倍率填 1', 'no unit said, it looks like Wh: if it is kWh, scale by 1'),
    };
  if (Number.isInteger(value) && value >= 10_000)
    return note('没写单位：按 kWh；若是 Wh，倍率填 1/1000', 'no unit said: taken as kWh; if it is Wh, scale by 1/1000');
  return {};
};

const MADE: Text = {
  zh: '名称说的是发电量，记作反向（上网）电量，不是用电',
  en: 'its name speaks of energy that is made: taken as exported, not as consumption',
};
export const TARIFF: Text = {
  zh: '这只是一个费率（尖峰平谷）的电量，不是整块表的读数',
  en: 'this is the energy of one tariff only, not the register of the whole meter',
};
const UNCLEAR: Text = {
  zh: '名称没说是用电还是上网：先核对方向；若是上网，选反向电量',
  en: 'its name does not say whether energy came in or went out: check, and choose the exported register if it went out',
};
const AMOUNT: Text = {
  zh: '请核对是累计读数，还是一段时间的用量',
  en: 'check that this is a register that goes on, not the amount of a while',
};

/** @returns undefined for what is no energy of ours: of a month, reactive, of another medium */
function energy(name: FieldName, read: MetricReading, context: MessageContext): MetricReading | undefined {
  const meaning = energyMeaning(name.whole);
  switch (meaning === 'today' && context.isByDayAndNight && !/_to_?day_/.test(name.whole) ? 'tariff' : meaning) {
    case 'whole':
      if (context.isMaker && directionOf(name.whole) === undefined) return withDoubt(read, UNCLEAR);
      return withDoubt(read, isAmount(name) ? AMOUNT : undefined);
    case 'sent':
      return { ...read, metric: 'energy_export_total_kwh' };
    case 'made':
      return withDoubt({ ...read, metric: 'energy_export_total_kwh' }, MADE);
    case 'today':
      return name.suffix === '' ? { ...read, metric: 'energy_today_kwh' } : undefined;
    case 'tariff':
      return { metric: null, note: TARIFF };
    case 'unclear':
      return withDoubt(read, UNCLEAR);
    default:
      return undefined;
  }
}
const isAmount = ({ own, whole }: FieldName): boolean =>
  /_(?:consumption|usage|used)_$/.test(own) && !/_(?:total|sum|cumulative)_/.test(whole);

const SENT_POWER: Text = {
  zh: '名称说的是送出或发出的功率；“功率”记的是用电',
  en: 'its name speaks of power that is sent out or made, while “power” is what is used',
};
const UNCLEAR_POWER: Text = {
  zh: '名称没说功率的方向：请核对是用电还是上网',
  en: 'its name does not say which way: check whether it is taken or sent',
};

const power: MetricRule['read'] = (value, name, context) => {
  const read = scaled({ w: 1, kw: 1_000, megaw: 1e6, milliw: '1/1000' }, (number) =>
    Math.abs(number) > 0 && Math.abs(number) < 20 && (String(number).split('.')[1]?.length ?? 0) >= 3
      ? note('像是 kW：若是，倍率填 1000', 'looks like kW: then scale by 1000')
      : {},
  )(value, name, context);
  const direction = directionOf(name.whole);
  if (read === undefined || direction === undefined || direction === 'taken') return read;
  return direction === 'unclear' ? withDoubt(read, UNCLEAR_POWER) : { metric: null, note: SENT_POWER };
};

/** Of a phase or of the whole; not of a string of panels, nor between phases. */
const isOfMains = (_: unknown, name: FieldName): boolean =>
  !isOtherTime(name) && !isBesidePhases(name.own) && directionOf(name.whole) !== 'made';

export const electricityRules: readonly MetricRule[] = [
  {
    metric: 'power_factor',
    name: /_(?:pf|pf[abc123]|power_factor|powerfactor|cos_phi|cosphi|功率因[数素])_|^_factor_(?:[abc]_)?$|功率因[数素]/,
    when: (_, name) => !isOtherTime(name),
    read: (value) =>
      isNumber(value) && Math.abs(value) <= 1
        ? {}
        : isNumber(value) && Number.isInteger(value) && Math.abs(value) <= 1_000
          ? { scale: Math.abs(value) <= 100 ? 0.01 : 0.001 }
          : undefined,
  },
  {
    metric: 'reactive_var',
    name: /_(?:reactive\w*|kvar|var)_|无功功率/,
    not: /_(?:energy|total|kvarh|电能)_|电能|电量/,
    when: (_, name) => !isOtherTime(name),
    read: scaled({ kvar: 1_000, var: 1 }),
  },
  {
    metric: 'apparent_va',
    name: /_(?:apparent\w*|aprt_power|kva)_|视在功率/,
    not: /_(?:energy|kvah)_|电能|temp/,
    when: (_, name) => !isOtherTime(name),
    read: scaled({ kva: 1_000, va: 1 }),
  },
  {
    metric: 'apparent_va',
    name: /^_va_$/,
    when: (_, { suffix }) => suffix === '',
    read: anyNumber,
  },
  {
    metric: 'energy_total_kwh',
    name: /./,
    not: /_(?:water|pulse\w*|by_minute)_|脉冲|水/,
    notOwn: /_(?:time|ts|uptime|memory|count|type|status|state|version|id)_|_tariff_(?:indicator_)?$/,
    when: ({ isWater, isElectric, isMeterOfElectricity, isOtherMedium }, name) => {
      if (isOtherMedium) return false;
      if (hasEnergyUnit(name)) return true;
      if (name.unit !== undefined || NO_ENERGY.test(name.own)) return false;
      if (WAY.test(name.own) && /_energy_/.test(name.whole)) return true;
      if (
        ENERGY_NAME.test(name.own) ||
        /_(?:total_act_ret|ret_aenergy|export\w*|feed_in)_|反向.*电[能量]/u.test(name.whole)
      )
        return isMeterOfElectricity || !isWater;
      return SPAN_NAME.test(name.whole) && isElectric && !isWater;
    },
    read: (value, name, context) => {
      const read = scaled(ENERGY, energyUnsaid)(value, name, context);
      return read && energy(name, withDoubt(read, inFractions(value, name)), context);
    },
  },
  {
    metric: 'power_w',
    name: /_(?:power|apower|act_power|p|p[abc123]|watts?|w|kw|load)_|功率/,
    when: ({ isElectric, isOtherMedium }, name) =>
      !isOtherMedium && !isOtherTime(name) && (isElectric || !/^_(?:p|p[abc123]|load)_$/.test(name.own)),
    notOwn:
      /_(?:dc|factor|reactive|apparent|aprt|on|off|source|mode|supply|state|outage|restore|behavior|energy|total_kwh|down|up|level|count|cost|pf)_|因数|无功|视在/,
    read: power,
  },
  {
    metric: 'voltage_v',
    name: /_(?:voltage|volt|volts|v|u|[uv][abc123])_|电压/,
    when: isOfMains,
    notOwn: /_(?:battery|batt|bat|fw|version|hw|sw|alarm|unbalance|thd)_|电池|不平衡/,
    read: scaled({ v: 1, mv: '1/1000' }, (value) =>
      Number.isInteger(value) && value > 1_000 && value < 5_000
        ? { scale: 0.1, ...note('像是放大了 10 倍', 'looks like tenths') }
        : {},
    ),
  },
  {
    metric: 'current_a',
    // “Current” before another word only says that it is of now.
    name: /_(?:current|curr)_(?:(?:phase|ph|l[1-3]|[1-4]|[abcxyzrst]|a|ma|amps?|rms|total|sum|ch|chn|channel|ct|input|output)_)*$|_(?:amps?|i|i[abc123])_|电流/,
    when: (context, name) => (!context.isWater || context.isMeterOfElectricity) && isOfMains(context, name),
    notOwn:
      /_(?:temp\w*|power|version|state|status|mode|time|position|firmware|humidity|index|page|unbalance|thd)_|漏电|不平衡|变比/,
    read: scaled({ a: 1, ma: '1/1000' }, (value) =>
      Number.isInteger(value) && Math.abs(value) >= 1_000
        ? { scale: '1/1000', ...note('没写单位，像是 mA', 'no unit said, it looks like mA') }
        : {},
    ),
  },
];

/** What stands beside energy in names: of it, and no amount. */
const NO_ENERGY =
  /_(?:power|unit|rate|current|voltage|apparent|aprt_power|count|factor|frequency)_(?!consumption_)|_(?:actual|instant\w*|momentary|live|now)_|功率|电压|电流|频率/;
