/** The table of proposals: the first row whose name fits and whose value makes sense is taken. */
import { isLimit, isOfNoRoom, spanOf } from '../shared/name-meaning.ts';
import { electricityRules } from './electricity-rules.ts';
import type { FieldName } from './field-name.ts';
import { anyNumber, isNumber, type MetricReading, type MetricRule, note, scaled, state } from './metric-rule.ts';
import { waterRules } from './water-rules.ts';

const tenths = (value: number): MetricReading =>
  Number.isInteger(value) && value > 100 ? { scale: 0.1, ...note('像是放大了 10 倍', 'looks like tenths') } : {};
const isOfNow = (_: unknown, { whole }: FieldName): boolean => spanOf(whole) === undefined && !isLimit(whole);

const states: readonly MetricRule[] = [
  {
    metric: 'door_open',
    name: /_(?:contact|reed|magnet|门磁)_/,
    read: (value, name, context) => {
      const isTrue = typeof value === 'boolean' || /^(?:true|false)$/i.test(String(value));
      const hint = isTrue
        ? note('contact 为 true 表示关着', 'contact: true means closed')
        : note('请开一次门核对', 'open the door once to check');
      return state('door_open', isTrue, hint)(value, name, context);
    },
  },
  {
    metric: 'door_open',
    name: /_(?:door\w*|window\w*|gate|opening|open|is_open|门|门状态|门窗|窗|开门|开关门|柜门|门开关)_/,
    not: /_(?:valve|bell|lock|battery|count|times|duration|time|alarm|detection|mode|breaker|relay|contactor|circuit|fuse|阀|次数|时长)_|阀|断路|继电/,
    read: state('door_open'),
  },
  {
    metric: 'water_leak',
    name: /leak|flood|_(?:water_(?:detected|alarm|immersion)|wet)_|漏水|水浸|浸水/,
    // Gas and current leak too.
    not: /_(?:test|count|times|current|earth|gas|residual|voltage)_|漏电|燃气|煤气/,
    read: state('water_leak'),
  },
  { metric: 'tamper', name: /tamper|防拆|拆/, read: state('tamper') },
  {
    metric: 'battery_low',
    name: /_(?:battery|batt|bat)_(?:low|alarm)_|_low_(?:battery|batt|bat)_|低电|欠压|电量低/,
    read: state('battery_low'),
  },
  { metric: 'battery_low', name: /_(?:battery|batt|bat)_(?:ok|good|normal)_/, read: state('battery_low', true) },
  {
    metric: 'battery_low',
    name: /_(?:battery|batt|bat)_|电池/,
    not: /_(?:voltage|percent\w*|level)_/,
    read: (value, name, context) => (isNumber(value) ? undefined : state('battery_low')(value, name, context)),
  },
  {
    metric: 'valve_open',
    name: /valve|阀/,
    anywhere: true,
    not: /_(?:battery|count|error|fault|angle|position|percent\w*|temp\w*|set)_|开度/,
    read: state('valve_open'),
  },
  {
    metric: 'camera_recording',
    name: /_(?:recording|is_recording|录像|录像中|录像状态)_/,
    read: state('camera_recording'),
  },
  {
    metric: 'online',
    name: /_(?:online|availability|connected|is_online|lwt|在线|在线状态|link)_/,
    read: state('online'),
  },
  {
    metric: 'device_alert',
    name: /_(?:alarm|fault|error|alert|warning|故障|报警|告警|异常)_/,
    not: /_(?:code|count|time|threshold|limit|upper|lower|enable|voltage|current|temp\w*)_|leak|漏/,
    read: state('device_alert'),
  },
];

const batteries: readonly MetricRule[] = [
  {
    metric: 'battery_pct',
    name: /_(?:battery|batt|bat|batv|soc|bat_v|vbat|bat_voltage)_|电池|剩余电量/,
    not: /_(?:low|ok|type|count|charging|status|state|temp\w*|current|power|energy|health|cycle\w*|life|lifetime|years?|days|date)_/,
    when: ({ isMeterOfElectricity }, { own }) => !(isMeterOfElectricity && /剩余电量/.test(own)),
    read: (value, name) => {
      if (!isNumber(value)) return undefined;
      if (name.unit === 'mv' || (value >= 1_200 && value <= 20_000)) return { metric: 'battery_mv' };
      const isVolts = name.unit === 'v' || /volt|电压|batv|vbat/.test(name.own);
      if (isVolts || (value > 1.5 && value < 5 && !Number.isInteger(value)))
        return { metric: 'battery_mv', scale: 1_000 };
      if (value > 0 && value < 1)
        return {
          scale: 100,
          ...note('像是 0–1：若是百分数，倍率填 1', 'looks like 0–1: if it is per cent, scale by 1'),
        };
      if (value > 0 && value <= 5)
        return note('也可能是电池的伏数或格数，请核对', 'it may be volts or a level of the battery: check');
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

const FAHRENHEIT = note(
  '华氏度：选“温度”，倍率 5/9（0.5556），偏移 -17.78',
  'degrees Fahrenheit: choose temperature, scale 5/9 (0.5556), offset -17.78',
);
const KELVIN = note('开尔文：选“温度”，偏移 -273.15', 'kelvin: choose temperature, offset -273.15');
const OF_WATER = note('是水（管道）的温度，不是室温', 'the temperature of the water, not of the room');

const others: readonly MetricRule[] = [
  {
    metric: 'door_open',
    name: /_(?:state|status|value|sensor|状态)_/,
    not: /_(?:socket|plug|relay|switch|breaker|output|input|pump|fan|motor|contactor)_|插座|开关|水泵|风机/,
    read: (value, name, context) =>
      typeof value === 'string' && /^(?:open(?:ed)?|closed?|[开关]|打开|关闭|[开关]门)$/i.test(value.trim())
        ? state('door_open', false, note('像是门或窗', 'looks like a door or window'))(value, name, context)
        : undefined,
  },
  {
    metric: 'temperature_c',
    name: /_(?:temps?|tempc|temperatur\w*|t_c|tc|温度|环境温度|水温)_|温度|水温/,
    not: /_(?:unit|alarm|state|sensor_type|attempt\w*)_/,
    when: (context, name) => isOfNow(context, name) && !isOfNoRoom(name.whole),
    read: (value, name, context) => {
      if (isNumber(value) && name.unit === 'f') return { metric: null, ...FAHRENHEIT };
      if (isNumber(value) && name.unit === 'k') return { metric: null, ...KELVIN };
      const read = scaled({ c: 1 }, tenths)(value, name, context);
      return read && /_(?:flow|return|supply|inlet|outlet|forward|pipe)_|进水|回水|供水|管道/.test(name.own)
        ? { ...OF_WATER, ...read }
        : read;
    },
  },
  {
    metric: 'humidity_pct',
    name: /_(?:hum|humi|humid|humidity|rh|湿度|相对湿度)_|湿度/,
    not: /_(?:alarm|unit|soil|ground)_|土壤/,
    when: isOfNow,
    read: scaled({ pct: 1 }, (value) => (value > 100 ? tenths(value) : {})),
  },
  {
    metric: 'pulse_total',
    name: /_(?:pulse\w*|pulses|counter\w*|impulse\w*|脉冲\p{L}*|计数)_/u,
    not: /_(?:frame|boot|restart|reboot|error\w*|message\w*|packet\w*|uplink|downlink|reconnect\w*|retry|fail\w*)_/,
    when: isOfNow,
    read: (value, name) =>
      isNumber(value) && Number.isInteger(value) && value >= 0
        ? /pulse|脉冲/.test(name.whole)
          ? {}
          : note('也可能是报文或事件的计数，请核对', 'it may count messages or events: check')
        : undefined,
  },
  {
    metric: 'link_quality',
    name: /_(?:rssi|linkquality|link_quality|lqi|signal\w*|csq|信号\p{L}*)_/u,
    not: /_(?:snr|noise|strength_unit|信噪比)_/,
    read: anyNumber,
  },
  {
    metric: 'camera_fps',
    name: /_(?:fps|camera_fps|frame_rate|帧率)_/,
    not: /_(?:detection|process|skipped)_/,
    read: anyNumber,
  },
  {
    metric: 'storage_used_pct',
    name: /_(?:disk_used\w*|storage_used\w*|存储已用|硬盘占用\p{L}*)_/u,
    read: scaled({ pct: 1 }),
  },
];

export const RULES: readonly MetricRule[] = [...states, ...batteries, ...electricityRules, ...waterRules, ...others];
