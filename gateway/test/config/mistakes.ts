import { isConfigName } from '../../src/config/parse-config.ts';
import type { ConfigName } from '../../src/config/schemas.ts';

/**
 * Mistakes a person may make in the small campus, one a line:
 * what | file | passage | what is written instead | path told | what stands at the place told | zh | en
 */
const TABLE = String.raw`
an unknown key, with the one that was meant | devices | place: hall } | plase: hall } | devices[0].plase | plase | 是不是“place” | did you mean “place”
an unknown key of a rule of that kind | rules | aboveW: 300 | abovW: 300 | rules[0].abovW | abovW | 是不是“aboveW” | did you mean “aboveW”
an unknown key with nothing near | gateway | demo: false | quux: 1 | quux | quux | 这里可以写：demo, mqtt | here may stand: demo, mqtt
a missing key | campus | , name: 本部 |  | sites[0].name | { id: main | 缺少“name” | “name” is missing
a wrong type | gateway | demo: false | demo: 5 | demo | 5 | 应写true 或 false，实际是 5 | write true or false instead of 5
a word for a number | rules | aboveW: 300 | aboveW: viel | rules[0].aboveW | viel | 应写数字 | write a number instead of "viel"
a number too small | gateway | demo: false | store: { rawDays: 0 } | store.rawDays | 0 } | 大于 0 | above 0
a word that is none of the list | devices | kind: switch | kind: swich | devices[1].kind | swich | “switch” | write “switch”
a rule kind | rules | closed-hours-power | closed-hour-power | rules[0].kind | closed-hour-power | “closed-hours-power” | write “closed-hours-power”
a date that does not exist | tariffs | 2020-01-01 | 2020-02-30 | tariffs[0].prices[0].from | 2020-02-30 | 真实存在的日期 | no such date
a time range | calendar | 07:00-22:00 | 7-22 | placeProfiles.classroom.open.school[0] | '7-22' | 时间段，形如 HH:MM-HH:MM | a range as HH:MM-HH:MM
a name that turns the text around it | devices | name: 电表 | name: "电\u202E表" | devices[0].name | "电 | 不含控制字符 | without control characters instead of "电\u202e表"
a control character in a name of a place | campus | name: 礼堂 | name: "礼\x07堂" | places[1].name | "礼 | 不含控制字符 | without control characters
a control character in a name in English | devices | en: Camera | en: "Cam\x7fera" | devices[2].name.en | "Cam | 不含控制字符 | without control characters
a rule name over two lines | rules | name: 未关 | name: "未\x0a关" | rules[0].name | "未 | 不含控制字符 | without control characters
a name of a bell that shows nothing | calendar | name: 午休 | name: "\u200b" | bells.school[0].name | "\u200b | 能显示 | in one line
a name of a price that is too long | tariffs | name: 学校 | name: ${'长'.repeat(129)} | tariffs[0].name | 长 | 至多 128 个字 | at most 128 letters
half a text | devices | { zh: 摄像头, en: Camera } | { zh: 摄像头 } | devices[2].name | { zh: 摄像头 } | 缺少“en” | “en” is missing
a list that is none | devices |       - switch-1 # 上联 |       switch-1 | devices[2].dependsOn | switch-1 | 列表 | a list
a key that stands twice | gateway | demo: false | demo: false\ndemo: true |  | demo: true | 写了两次 | stands twice
a tab | devices |     kind: camera | \tkind: camera |  | \t | 制表符 | tab
broken YAML | campus | id: hall, | id: "hall, |  |  | 缺少引号 | quote
a place that is not there | devices | name: 电表, place: hall | name: 电表, place: hal | devices[0].place | hal } | 没有编号为“hal”的地点；是不是“hall” | there is no place “hal”; did you mean “hall”
a parent that is not there | campus | parent: campus | parent: xxxxxx | places[1].parent | xxxxxx | 请改成已有的编号 | name one that exists
a place profile that is not there | campus | profile: classroom | profile: clasroom | places[1].profile | clasroom | “classroom” | place profile
a dependency that is not there | devices | - switch-1 | - switch-2 | devices[2].dependsOn[0] | switch-2 | “switch-1” | did you mean “switch-1”
a profile that is not there | devices | name: 电表, place | name: 电表, profile: tasmotta, place | devices[0].profile | tasmotta | 数据格式 | data format (config/profiles)
a price class that is not there | devices | name: 电表, place | name: 电表, priceClass: shop, place | devices[0].priceClass | shop | 价格类别 | price class
a device id that stands twice | devices | id: switch-1 | id: meter-1 | devices[1].id | meter-1 | 设备编号“meter-1”写了两次 | device id “meter-1” stands twice
two devices of one address | devices | kind: switch | address: meter-1, kind: switch | devices[1].address | meter-1 | 设备地址 | device address
a circle of dependencies | devices | name: 交换机 | dependsOn: [camera-1], name: 交换机 | devices[1].dependsOn | [camera-1] | switch-1 → camera-1 → switch-1 | goes in a circle
a circle of places | campus | name: 校园 | name: 校园, parent: hall | places[0].parent | hall } | campus → hall → campus | contain each other
a bell that is not there | rules | kind: closed-hours-power, aboveW: 300 | kind: threshold, metric: power_w, above: 1, period: 'bell:non' | rules[0].period | 'bell:non' | “noon” | did you mean “noon”
a metric that is not there | rules | kind: closed-hours-power, aboveW: 300 | kind: threshold, metric: powr_w, above: 1 | rules[0].metric | powr_w | “power_w” | did you mean “power_w”
a state rule on a number | rules | kind: closed-hours-power, aboveW: 300 | kind: state-in-period, metric: power_w | rules[0].metric | power_w | 不是状态量 | is no state
both above and below | rules | kind: closed-hours-power, aboveW: 300 | kind: threshold, metric: power_w, above: 1, below: 0 | rules[0] | { id: left-on | 二者取一 | either above or below
a clear level beyond the threshold | rules | aboveW: 300 | aboveW: 300, clearBelowW: 400 | rules[0].clearBelowW | 400 | 不能大于 aboveW | must not be above 300
a rule that names an unknown device | rules | kind: electricity-meter | devices: [meter-2] | rules[0].select.devices[0] | meter-2 | “meter-1” | did you mean “meter-1”
prices out of order | tariffs | yuan: 0.5 } | yuan: 0.5 }, { from: 2019-01-01, yuan: 1 } | tariffs[0].prices[1].from | 2019-01-01 | 从早到晚 | from early to late
a default price class that is not there | tariffs | electricity: school } | electricity: schol } | defaults.electricity | schol | “school” | did you mean “school”
terms that overlap | calendar | holidays: none | terms: [{ id: a, name: a, from: 2026-01-01, to: 2026-03-01 }, { id: b, name: b, from: 2026-03-01, to: 2026-07-01 }] | terms[1].from | 2026-03-01 | 重叠 | overlap
a term that ends before it begins | calendar | holidays: none | terms: [{ id: a, name: a, from: 2026-01-02, to: 2026-01-01 }] | terms[0].to | 2026-01-01 | 早于开始日期 | before it begins
`;

export interface Mistake {
  readonly what: string;
  readonly name: ConfigName;
  readonly before: string;
  readonly after: string;
  readonly path: string;
  readonly token: string;
  readonly zh: string;
  readonly en: string;
}

export const MISTAKES: readonly Mistake[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const cells = line.split(' | ').map((cell) => cell.replaceAll('\\n', '\n').replaceAll('\\t', '\t'));
    const [what = '', name = '', before = '', after = '', path = '', token = '', zh = '', en = ''] = cells;
    if (cells.length !== 8 || !isConfigName(name)) throw new Error(`not a mistake: ${line}`);
    return { what, name, before, after, path, token, zh, en };
  });
