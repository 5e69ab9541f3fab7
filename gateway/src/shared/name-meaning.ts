/**
 * What a name says besides the quantity: which way, of which span, of which part. A register of the whole meter is only
 * what none of this narrows; a name that may mean two things means neither here. All take words between underscores,
 * as `underscored` gives them; Chinese is looked for inside a word.
 */

const words = (...lists: readonly string[]): string => `_(?:${lists.join('|').replaceAll(/\s+/g, '')})_`;
const any = (...sources: readonly string[]): RegExp => new RegExp(sources.join('|'), 'u');

/** Fed out. */
const SENT = any(
  words(
    'export\\w*|returned|return|ret|feed_?in|fed_in|feed|inject(?:ed|ion)?|reverse\\w*|negative|backflow|surplus|sold',
    '(?:to|into)_(?:the_)?grid|etogrid|\\p{L}*einspeisung|eingespeist|lieferung|teruglevering|epe|minus|2_8_\\d|ea_minus',
  ),
  '_(?:e|ea|energy|total|active|kwh|wh|power|p)_out_',
  '反向|上网|馈网|馈电|送电|余电|输出电',
);
/** Made here. */
const MADE = any(
  words(
    'produc(?:e|ed|ing|tion)|generat(?:ed|ion|ing)|gen|yield|harvest(?:ed)?|solar|pv|photovoltaic|epv|eac|erzeug(?:t|ung)',
    'inverter|microinverter|opbrengst',
  ),
  '发电|光伏|逆变|太阳能',
);
const TAKEN = any(
  words(
    'import\\w*|consum(?:e|ed|ption|ing)|usage|used|forward|positive|purchased?|bought|load',
    '(?:from|of)_(?:the_)?grid|to_(?:client|user|home|house)|etouser|bezug|verbrauch|verbruik|epi|1_8_\\d',
  ),
  '_(?:e|ea|energy|total|active|kwh|wh|power|p)_in_',
  '正向|用电|耗电|用户侧',
);
/** To whom is said nowhere: to the customer in one country's meters, to the grid in others. */
const DELIVERED = any(words('deliver(?:ed|y)|supplied|output|input'));

export type Direction = 'taken' | 'sent' | 'made' | 'unclear';

/** @returns undefined when the name says nothing of it */
export function directionOf(name: string): Direction | undefined {
  if (/_(?:net|bidirectional|combined|ep)_|净电|组合/.test(name)) return 'unclear';
  const out = SENT.test(name) ? 'sent' : MADE.test(name) ? 'made' : undefined;
  const isTaken = TAKEN.test(name);
  if (out !== undefined) return isTaken ? 'unclear' : out;
  if (isTaken) return 'taken';
  return DELIVERED.test(name) ? 'unclear' : undefined;
}

const TODAY = any(words('to_?day|daily|day|tod|per_day|heute|vandaag'), '今日|今天|当日|当天|每日|日用|日电|日发|日累');
/** Spans that begin anew, or lie back: what stands there is no register that goes on. */
const OTHER_SPAN = any(
  words(
    'yesterday|yday|gestern|week\\w*|month\\w*|year\\w*|annual|hour\\w*|quarter\\w*|minute\\w*|last|previous|prev|since',
    'session|trip|cycle|run|interval|period|delta|diff(?:erence)?|increment|start|begin|partial|reset\\w*',
    'set_date|due_date|target|histor(?:y|ic\\w*)|billing|frozen|freeze',
  ),
  '昨日|昨天|上日|本月|上月|当月|月用|月电|本周|上周|本年|今年|上年|年用|年电|每月|每周|每年|每小时|每分钟|每刻钟|小时用|小时电|分钟用|分钟电|日冻结|月冻结|冻结|结算|历史|单次|本次|上次|上一',
  '_[日月年周]_',
);

export type Span = 'today' | 'other';

/** The span that an amount is of; undefined for one that goes on and on. */
export function spanOf(name: string): Span | undefined {
  if (OTHER_SPAN.test(name)) return 'other';
  return TODAY.test(name) ? 'today' : undefined;
}

const TARIFF = any(
  words(
    'tarif\\w*|t_?[1-9]|rate_[1-9]|[1-9]_rate|ht|nt|hchc|hchp|peak|off_?peak|shoulder|valley|sharp|night|nacht',
    'ep[ie]?[jfpg]|flat(?!_\\d)|1_8_[1-9]|2_8_[1-9]|tou',
    '\\p{L}*tarif|heures_(?:creuses|pleines)|hc|hp(?!_heat)|punta|llano|valle|\\p{L}*nachttarif|nachtstrom|tagstrom',
  ),
  '费率|分时|时段|尖峰|高峰|低谷|平段|夜间|晚间|日间|白天|(?:[尖峰谷]|(?<![和太水])平)(?:时|段|电|有功|正向|反向|费)',
  '(?:有功|电能|电量|电度|正向|反向|总)(?:[尖峰谷]|平(?!均))|_[尖峰平谷]_',
);
/** One of several prices: a part of what the meter counts. */
export const isOfTariff = (name: string): boolean => TARIFF.test(name);

const LIMIT = any(
  words(
    'max|maximum|min|minimum|limit\\w*|threshold\\w*|set|setpoint|set_point|target|desired|rated|nominal|alarm|demand',
    'avg|average|mean|calibration|offset|soll|sollwert',
  ),
  '上限|下限|阈值|额定|最大|最小|峰值|平均|需量|设定|目标|越限|超限|校准|偏移',
);
/** A wish, a limit, an extreme or a mean of it, and not the thing itself. */
export const isLimit = (name: string): boolean => LIMIT.test(name);

const NOT_ACTIVE = any(
  words(
    'reactive\\w*|apparent\\w*|kvarh|kvah|kvar|harmonic\\w*|fundamental|cost|costs|price|money|fees|co_?2|carbon',
    'charge[ds]?|charging|discharge[ds]?|discharging|battery|batt|storage|saved|saving|loss|losses|remaining|balance|ratio',
  ),
  '无功|视在|谐波|基波|电费|金额|电价|单价|余额|剩余|碳|充电|放电|储能|电池|损耗|线损',
);
/** Another medium than electricity: heat and gas are counted in kWh too. */
const OTHER_MEDIUM = any(
  words(
    'gas\\w*|heat(?!_pump)|heating|cooling|oil|fuel|diesel|petrol|(?:compressed_)?air(?!_con)|steam|thermal',
    '\\p{L}*w(?:ä|ae)rme(?:menge|z(?:ä|ae)hler)?|k(?:ä|ae)lte(?:menge|z(?:ä|ae)hler)?|chaleur|gaz',
  ),
  '燃气|天然气|煤气|热量|供热|供暖|采暖|冷量|空调冷|蒸汽|压缩空气|柴油',
);
/** Of what a water meter counts. */
export const isOfWater = (name: string): boolean => /_\p{L}*(?:wasser|water)\p{L}*_|_(?:eau|agua)_|水/u.test(name);
export const isOfOtherMedium = (name: string): boolean => OTHER_MEDIUM.test(name);

/** `whole`: nothing narrows it. `unclear`: which way is not said. `other`: nothing that any of our registers is. */
export type EnergyMeaning = 'whole' | 'sent' | 'made' | 'today' | 'tariff' | 'unclear' | 'other';

/** What a number of kilowatt-hours is, as far as its name says. */
export function energyMeaning(name: string): EnergyMeaning {
  if (NOT_ACTIVE.test(name) || OTHER_MEDIUM.test(name)) return 'other';
  if (isOfTariff(name)) return 'tariff';
  const span = spanOf(name);
  const direction = directionOf(name);
  if (span === 'other' || isLimit(name)) return 'other';
  if (span === 'today') return direction === 'sent' || direction === 'unclear' ? 'other' : 'today';
  // One string of several is a part of what is made.
  if (/_(?:e?pv|string|mppt)_?\d_/.test(name)) return 'other';
  if (direction === undefined || direction === 'taken') return 'whole';
  return direction;
}

const CHANNEL = any('_(?:ch|chn|channel|socket|outlet|port|clamp|通道|插座|插孔)_?(\\d{1,2})_', '_(\\d{1,2})_路');
/** Which of several channels, sockets or circuits a value is of; undefined where its name numbers none. */
export function channelIn(name: string): number | undefined {
  const found = CHANNEL.exec(name);
  return found === null ? undefined : Number(found[1] ?? found[2]);
}

const PHASE = any(
  '_(?:l|ph|phase)_?([123abc])_|_([abc])_(?:phase|相)',
  '_(?:voltage|volts?|current|curr|amps?|power|energy|factor|pf|电压|电流|功率|电能)_([abc])_|_[uipf]([abc])_',
);
/**
 * Which phase a value is of, by its letter or number. `unclear`: `current_a` is one in amperes, or that of phase a.
 * @returns undefined where its name says none
 */
export function phaseIn(name: string): 1 | 2 | 3 | 'unclear' | undefined {
  if (isBesidePhases(name)) return undefined;
  const said = PHASE.exec(name)
    ?.slice(1)
    .find((one) => one !== undefined);
  if (said === undefined) return undefined;
  if (said === 'a' && /_(?:current|curr|amps?)_a_$/.test(name) && !/_(?:phase|ph)_/.test(name)) return 'unclear';
  return said === '1' || said === 'a' ? 1 : said === '2' || said === 'b' ? 2 : 3;
}

/** Between two phases, of the neutral, or what leaks: no value of a phase. */
const BESIDE_PHASES = any(
  words(
    'l_?12|l_?23|l_?31|l1_l2|l2_l3|l3_l1|u(?:ab|bc|ca)|(?:u|volt|voltage|line)_(?:ab|bc|ca)|(?:ab|bc|ca)_(?:volt|voltage|line|线电压)|line_to_line|line_voltage|neutral|residual|leak\\w*|zero\\w*',
  ),
  '^_in_$|线电压|[ABCabc]{2}线|零序|零线|中性|漏电|剩余电流',
);
export const isBesidePhases = (name: string): boolean => BESIDE_PHASES.test(name);

const NO_ROOM = any(
  words(
    'dew_?point|feels_like|heat_index|wind_chill|apparent|chip|cpu|mcu|esp|esp_?32|soc|core|processor|heat_?sink|internal|device_temp\\w*|board',
    'inverter|pv|colou?r|mosfet|igbt',
  ),
  '露点|体感|芯片|色温|散热',
);
/** Temperatures of no room: of a chip, of what the weather feels like, of a lamp's colour. */
export const isOfNoRoom = (name: string): boolean => NO_ROOM.test(name);
