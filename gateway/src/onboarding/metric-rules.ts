/** The table of proposals: the first row whose name fits and whose value makes sense is taken. */
import type { Text } from '#contract/enums.ts';
import type { FieldName } from './field-name.ts';
import type { MessageContext } from './message-context.ts';
import type { Scalar } from './read-message.ts';
import { stateMap, type WordKind } from './state-words.ts';

export interface MetricReading {
  /** Instead of the row's own. */
  readonly metric?: string;
  readonly scale?: number | string;
  readonly map?: Readonly<Record<string, number>>;
  readonly note?: Text;
}

export interface MetricRule {
  readonly metric: string;
  /** Tested on words between underscores. */
  readonly name: RegExp;
  /** Looks at the names around the value too. */
  readonly anywhere?: boolean;
  /** Anywhere in the whole name: it is something else. */
  readonly not?: RegExp;
  /** The same in the name itself. */
  readonly notOwn?: RegExp;
  when?(context: MessageContext, name: FieldName, value: Scalar): boolean;
  read(value: Scalar, name: FieldName, context: MessageContext): MetricReading | undefined;
}

const note = (zh: string, en: string): { readonly note: Text } => ({ note: { zh, en } });
const isNumber = (value: Scalar): value is number => typeof value === 'number';

/** Scale by unit; `''` is what holds when no unit is said. */
function scaled(
  scales: Readonly<Record<string, number | string>>,
  whenUnsaid: (value: number, name: FieldName) => MetricReading = () => ({}),
): MetricRule['read'] {
  return (value, name) => {
    if (!isNumber(value)) return undefined;
    if (name.unit === undefined) return whenUnsaid(value, name);
    const scale = scales[name.unit];
    if (scale === undefined) return undefined;
    return scale === 1 ? {} : { scale };
  };
}

function state(kind: WordKind, inverted = false, more: MetricReading = {}): MetricRule['read'] {
  return (value) => {
    const found = stateMap(value, kind, inverted);
    if (!found.ok) return undefined;
    return { ...more, ...(found.map === undefined ? {} : { map: found.map }) };
  };
}

const OTHER_PERIOD =
  /_(?:yesterday|daily|day|month\w*|week\w*|year\w*|hour\w*|last|previous|prev|min|max|limit|threshold|target|set|setpoint|rated|nominal|start|昨日|本月|上月|当月|日|月|年|上限|下限|阈值|额定|最大|最小)_|上月|本月|昨日|日冻结|月冻结|阈值|越限|超限/;
const ENERGY = { kwh: 1, wh: '1/1000', mwh: 1_000, wmin: '1/60000' };

const energyUnsaid = (value: number, name: FieldName): MetricReading => {
  if (/_aenergy_|_act_(?:ret_)?energy_|_total_act_/.test(name.whole)) return { scale: '1/1000' };
  if (value >= 100_000)
    return {
      scale: '1/1000',
      ...note('没写单位，像是 Wh：若是 kWh，倍率填 1', 'no unit said, it looks like Wh: if it is kWh, scale by 1'),
    };
  return {};
};
const tenths = (value: number): MetricReading =>
  Number.isInteger(value) && value > 100 ? { scale: 0.1, ...note('像是放大了 10 倍', 'looks like tenths') } : {};

const states: readonly MetricRule[] = [
  {
    metric: 'door_open',
    name: /_(?:contact|reed|magnet|门磁)_/,
    read: (value, name, context) => {
      const isTrue = typeof value === 'boolean' || /^(?:true|false)$/i.test(String(value));
      const hint = isTrue
        ? note('contact 为 true 表示关着', 'contact: true means closed')
        : note('请开一次门核对', 'open the door once to check');
      return state('open', isTrue, hint)(value, name, context);
    },
  },
  {
    metric: 'door_open',
    name: /_(?:door\w*|window\w*|gate|opening|open|is_open|门|门状态|门窗|窗|开门|开关门|柜门|门开关)_/,
    not: /_(?:valve|bell|lock|battery|count|times|duration|time|alarm|阀|次数|时长)_|阀/,
    read: state('open'),
  },
  {
    metric: 'water_leak',
    name: /leak|flood|_(?:water_(?:detected|alarm|immersion)|wet)_|漏水|水浸|浸水/,
    not: /_(?:test|count|times)_/,
    read: state('alarm'),
  },
  { metric: 'tamper', name: /tamper|防拆|拆/, read: state('alarm') },
  {
    metric: 'battery_low',
    name: /_(?:battery|batt|bat)_(?:low|alarm)_|_low_(?:battery|batt|bat)_|低电|欠压|电量低/,
    read: state('low'),
  },
  {
    metric: 'battery_low',
    name: /_(?:battery|batt|bat)_|电池/,
    not: /_(?:voltage|percent\w*|level)_/,
    read: (value, name, context) => (isNumber(value) ? undefined : state('low')(value, name, context)),
  },
  {
    metric: 'valve_open',
    name: /valve|阀/,
    anywhere: true,
    not: /_(?:battery|count|error|fault|angle)_/,
    read: state('open'),
  },
  { metric: 'camera_recording', name: /_(?:recording|is_recording|录像|录像中|录像状态)_/, read: state('alarm') },
  {
    metric: 'online',
    name: /_(?:online|availability|connected|is_online|lwt|在线|在线状态|link)_/,
    read: state('online'),
  },
  {
    metric: 'device_alert',
    name: /_(?:alarm|fault|error|alert|warning|故障|报警|告警|异常)_/,
    not: /_(?:code|count|time|threshold|limit|upper|lower|enable|voltage|current|temp\w*)_|leak|漏/,
    read: state('alarm'),
  },
];

const batteries: readonly MetricRule[] = [
  {
    metric: 'battery_pct',
    name: /_(?:battery|batt|bat|batv|soc|bat_v|vbat|bat_voltage)_|电池|剩余电量/,
    not: /_(?:low|type|count|charging|status|state|temp\w*)_/,
    read: (value, name) => {
      if (!isNumber(value)) return undefined;
      if (name.unit === 'mv' || (value >= 1_200 && value <= 20_000)) return { metric: 'battery_mv' };
      const isVolts = name.unit === 'v' || /volt|电压|batv|vbat/.test(name.own);
      if (isVolts || (value > 1.5 && value < 5 && !Number.isInteger(value)))
        return { metric: 'battery_mv', scale: 1_000 };
      return value >= 0 && value <= 100 ? {} : undefined;
    },
  },
  {
    metric: 'battery_mv',
    name: /_(?:voltage|volt|电压)_/,
    when: (context) => !context.isElectric || !/_(?:power|current|energy|kwh)_/.test(context.topicWords),
    read: (value, name) => {
      if (!isNumber(value) || name.suffix !== '') return undefined;
      if (value >= 1_500 && value <= 4_500 && Number.isInteger(value)) return {};
      return value > 1.5 && value < 4.5
        ? { scale: 1_000, ...note('像是电池的电压', 'looks like a battery') }
        : undefined;
    },
  },
];

const electricity: readonly MetricRule[] = [
  {
    metric: 'power_factor',
    name: /_(?:pf|power_factor|powerfactor|factor|cos_phi|cosphi|pf_?[abc]|功率因数|功率因素)_/,
    anywhere: true,
    not: OTHER_PERIOD,
    read: (value) =>
      isNumber(value) && Math.abs(value) <= 1
        ? {}
        : isNumber(value) && Number.isInteger(value) && Math.abs(value) <= 1_000
          ? { scale: Math.abs(value) <= 100 ? 0.01 : 0.001 }
          : undefined,
  },
  {
    metric: 'reactive_var',
    name: /_(?:reactive\w*|reactive_power|无功功率)_/,
    not: /_(?:energy|total|kvarh|电能)_|电能|电量/,
    read: (value) => (isNumber(value) ? {} : undefined),
  },
  {
    metric: 'apparent_va',
    name: /_(?:apparent\w*|aprt_power|apparent_power|视在功率)_/,
    not: /_(?:energy)_/,
    read: (value) => (isNumber(value) ? {} : undefined),
  },
  {
    metric: 'apparent_va',
    name: /^_va_$/,
    when: ({ vIsPhase }) => !vIsPhase,
    read: (value) => (isNumber(value) ? {} : undefined),
  },
  {
    metric: 'energy_today_kwh',
    name: /_(?:energy_today|today_energy|today|今日电量|今日用电|日用电量)_/,
    when: (context) => !context.isWater,
    read: scaled(ENERGY),
  },
  {
    metric: 'energy_export_total_kwh',
    name: /_(?:export\w*|total_act_ret\w*|returned|exported|ret_aenergy|feed_in|produced_energy|反向\p{L}*电\p{L}*|反向有功总电能)_|反向.*电[能量]/u,
    anywhere: true,
    not: /_(?:by_minute|reactive|power|功率)_|无功/,
    read: scaled(ENERGY, (value, name) =>
      /_ret_aenergy_/.test(name.whole) ? { scale: '1/1000' } : energyUnsaid(value, name),
    ),
  },
  {
    metric: 'energy_total_kwh',
    name: /_(?:energy\w*|aenergy|kwh|epi|total_energy|energy_total|total_act|active_import|ep|import|consumption|power_consumption|electricity|meter_reading|电量|电能|总电量|用电量|累计电量|正向有功\p{L}*|正向有功总电能|有功电能|总电能|电表读数|示数|wh)_/u,
    not: joined(
      OTHER_PERIOD,
      /_(?:reactive|ret_aenergy|export\w*|by_minute|minute_ts|today|battery|cost|price|water|ret)_|无功|反向|电池|剩余/,
    ),
    notOwn: /_(?:power|type|unit|rate|功率)_(?!consumption_)|功率/,
    read: scaled(ENERGY, energyUnsaid),
  },
  {
    metric: 'energy_total_kwh',
    name: /_(?:total|total_total|sum|cumulative|累计|总)_/,
    anywhere: true,
    when: ({ isElectric, isWater }) => isElectric && !isWater,
    not: joined(OTHER_PERIOD, /_(?:reactive|today|ret|time|uptime|memory|pulse\w*)_|无功|反向/),
    notOwn: /_(?:power|current|voltage|apparent|aprt_power|count|功率)_|功率/,
    read: scaled(ENERGY, (value, name) =>
      /_(?:aenergy|energy|kwh|total)_/.test(name.whole) ? energyUnsaid(value, name) : {},
    ),
  },
  {
    metric: 'power_w',
    name: /_(?:power|apower|act_power|active_power|p|pa|pb|pc|watts?|w|kw|load|active_power_total|total_act_power|[abc]_act_power|power_[abc]|power_phase_[abc]|power_total|total_act_power|total_power|总功率|功率|有功功率|瞬时功率|瞬时有功功率|[abc]相功率|[abc]相有功功率)_|功率/,
    not: OTHER_PERIOD,
    notOwn:
      /_(?:factor|reactive|apparent|aprt|on|off|source|mode|supply|state|outage|restore|behavior|energy|total_kwh|down|up|level|count)_|因数|无功|视在/,
    read: scaled({ w: 1, kw: 1_000 }, (value) =>
      Math.abs(value) > 0 && Math.abs(value) < 20 && String(value).split('.')[1]?.length === 4
        ? note('像是 kW：若是，倍率填 1000', 'looks like kW: then scale by 1000')
        : {},
    ),
  },
  {
    metric: 'voltage_v',
    name: /_(?:voltage|volt|volts|v|u|ua|ub|uc|va|vb|vc|voltage_[abc]|[abc]_voltage|电压|[abc]相电压)_|电压/,
    not: OTHER_PERIOD,
    notOwn: /_(?:battery|batt|bat|fw|version|hw|sw|alarm)_|电池/,
    read: scaled({ v: 1, mv: '1/1000', a: 1 }, (value) =>
      Number.isInteger(value) && value > 1_000 && value < 5_000
        ? { scale: 0.1, ...note('像是放大了 10 倍', 'looks like tenths') }
        : {},
    ),
  },
  {
    metric: 'current_a',
    name: /_(?:current|curr|amps?|i|ia|ib|ic|current_[abc]|[abc]_current|电流|[abc]相电流)_|电流/,
    not: OTHER_PERIOD,
    notOwn:
      /_(?:temp\w*|temperature|power|version|state|status|mode|time|position|firmware|humidity|index|page|leakage)_|漏电/,
    read: scaled({ a: 1, ma: '1/1000' }, (value) =>
      Number.isInteger(value) && Math.abs(value) >= 1_000
        ? { scale: '1/1000', ...note('没写单位，像是 mA', 'no unit said, it looks like mA') }
        : {},
    ),
  },
];

const WATER = { m3: 1, l: '1/1000' };
const FLOW = { lph: 1, m3h: 1_000, lpm: 60, lps: 3_600, l: 1 };
const waterUnsaid = (value: number): MetricReading =>
  value >= 50_000
    ? {
        scale: '1/1000',
        ...note(
          '没写单位，像是升：若是立方米，倍率填 1',
          'no unit said, it looks like litres: if it is m³, scale by 1',
        ),
      }
    : {};

const water: readonly MetricRule[] = [
  {
    metric: 'flow_lph',
    name: /_(?:flow_?rate|rate|flow_now|instant\w*|momentary|current_flow|瞬时流量|流速|流量)_|瞬时流量/,
    not: joined(OTHER_PERIOD, /_(?:total|sample|data|baud|bit|frame|heart|累计|error|frequency|refresh)_|累计|总/),
    when: ({ isWater }) => isWater,
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
    name: /_(?:water\w*|water_total|volume|total_volume|total_flow|flow_total|cumulative\w*|accumulat\w*|current_reading|meter_value|m3|用水量|水量|总水量|累计流量|累计水量|累积流量|正向累计流量|水表读数|读数|总用水量|示数)_|累[计积].*流量|水量/,
    not: joined(
      OTHER_PERIOD,
      /_(?:leak|alarm|temp\w*|valve|rate|pressure|level|conv|factor|ratio|reverse|heater|反向|温度|水位|压力)_|漏|瞬时|水温|反向/,
    ),
    when: ({ isWater }) => isWater,
    read: scaled(WATER, waterUnsaid),
  },
  {
    metric: 'water_total_m3',
    name: /_(?:total|reading|value|sum|usage|consumption|l|lit(?:er|re)s?|累计)_/,
    anywhere: true,
    when: ({ isWater, isElectric }) => isWater && !isElectric,
    notOwn: /pulse|脉冲/,
    not: joined(OTHER_PERIOD, /_(?:leak|alarm|temp\w*|valve|rate|pressure|level|count|time|battery|signal|rssi)_/),
    read: scaled(WATER, waterUnsaid),
  },
  {
    metric: 'flow_lph',
    name: /_(?:flow|water_flow)_/,
    when: ({ isWater }) => isWater,
    not: OTHER_PERIOD,
    read: scaled(FLOW, () => note('没写单位：按 L/h', 'no unit said: taken as L/h')),
  },
];

const others: readonly MetricRule[] = [
  {
    metric: 'door_open',
    name: /_(?:state|status|value|sensor|状态)_/,
    read: (value, name, context) =>
      typeof value === 'string' && /^(?:open(?:ed)?|closed?|[开关]|打开|关闭|[开关]门)$/i.test(value.trim())
        ? state('open', false, note('像是门或窗', 'looks like a door or window'))(value, name, context)
        : undefined,
  },
  {
    metric: 'temperature_c',
    name: /_(?:temp\w*|temperature\w*|temp_c|t_c|tc|温度|环境温度|水温)_|温度|水温/,
    not: joined(
      OTHER_PERIOD,
      /_(?:esp32|chip|cpu|mcu|internal|unit|alarm|color|colour|calibration|state|setpoint|sensor_type|attempt\w*)_|色温/,
    ),
    read: scaled({ c: 1 }, (value) => tenths(value)),
  },
  {
    metric: 'humidity_pct',
    name: /_(?:hum\w*|humidity|rh|湿度|相对湿度)_|湿度/,
    not: joined(OTHER_PERIOD, /_(?:calibration|alarm|unit|soil)_|土壤/),
    read: scaled({ pct: 1 }, (value) => (value > 100 ? tenths(value) : {})),
  },
  {
    metric: 'pulse_total',
    name: /_(?:pulse\w*|pulses|counter\w*|impulse\w*|脉冲\p{L}*|计数)_/u,
    not: OTHER_PERIOD,
    read: (value) => (isNumber(value) && Number.isInteger(value) && value >= 0 ? {} : undefined),
  },
  {
    metric: 'link_quality',
    name: /_(?:rssi|linkquality|link_quality|lqi|signal\w*|csq|信号\p{L}*)_/u,
    not: /_(?:snr|noise|strength_unit|信噪比)_/,
    read: (value) => (isNumber(value) ? {} : undefined),
  },
  {
    metric: 'camera_fps',
    name: /_(?:fps|camera_fps|frame_rate|帧率)_/,
    not: /_(?:detection|process|skipped)_/,
    read: (value) => (isNumber(value) ? {} : undefined),
  },
  {
    metric: 'storage_used_pct',
    name: /_(?:disk_used\w*|storage_used\w*|存储已用|硬盘占用\p{L}*)_/u,
    read: scaled({ pct: 1 }),
  },
];

function joined(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'u');
}

export const RULES: readonly MetricRule[] = [...states, ...batteries, ...electricity, ...water, ...others];
