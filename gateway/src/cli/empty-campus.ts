/** From the demo campus as shipped to an empty, real one: texts in, texts out, comments kept. */
import { isMap, isNode, isPair, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import type { ConfigName } from '../config/schemas.ts';

type Texts = ReadonlyMap<ConfigName, string>;

/** gateway.yaml with `demo:` set, every other byte as it was. */
export function withDemo(text: string, demo: boolean): string {
  const value = parseDocument(text).get('demo', true);
  if (!isNode(value) || !value.range) return `${text.replace(/\n?$/, '\n')}demo: ${demo}\n`;
  return `${text.slice(0, value.range[0])}${demo}${text.slice(value.range[1])}`;
}

/** One place, no devices, no terms, no exceptions; bells, opening hours, prices and rules stay, at their usual times. */
export function emptyCampus(files: Texts): Texts {
  const text = (name: ConfigName): string => files.get(name) ?? '';
  const calendar = emptied(emptied(text('calendar'), 'terms'), 'overrides');
  return new Map([
    ...files,
    ['campus', CAMPUS],
    ['devices', DEVICES],
    ['calendar', calendar],
    ['rules', usualRules(text('rules'))],
  ]);
}

const CAMPUS = `# yaml-language-server: $schema=./schema/campus.schema.json
# 校区与地点 · Sites and the tree of places.
# profile 指 calendar.yaml 里的场所类型，下级地点默认跟随上级。
# \`profile\` names a placeProfile of calendar.yaml; a place without one follows the place above it.

name: { zh: 我们学校, en: Our school } # 改成校名 · your school's name
timeZone: Asia/Shanghai

sites:
  - { id: main, name: { zh: 本部, en: Main campus } }

places:
  - { id: campus, kind: campus, name: { zh: 本部, en: Main campus }, profile: office }
  # 例 · examples
  # - { id: building-a, parent: campus, kind: building, name: { zh: 教学楼, en: Teaching building }, profile: classroom, areaM2: 6000, heads: 1000 }
  # - { id: a-1, parent: building-a, kind: floor, name: { zh: 教学楼一层, en: Teaching building 1F } }
`;

const DEVICES = `# yaml-language-server: $schema=./schema/devices.schema.json
# 所有设备：是什么、在哪里、靠谁供网、谁负责 · Every device: what it is, where, what it hangs on, who keeps it.
# intervalS 是上报间隔（秒）；register 是表底：位数、每小时最大可能用量（ratedMax）、最小刻度（step）。
# intervalS: how often it reports; register: digits, highest plausible use per hour, smallest step.
# tokenHash 用 houqin token device 编号 生成 · made by: houqin token device ID

# 例 · an example
# - { id: elec-main, kind: electricity-meter, name: { zh: 总电表, en: Main meter }, place: campus, intervalS: 60, register: { digits: 8, ratedMax: 500 }, tokenHash: "sha256:…" }
devices: []
`;

/** A list of the document made empty; its lines stay as comments, those about the demo go. */
export function emptied(text: string, key: string): string {
  const { contents } = parseDocument(text);
  const pair = isMap(contents) ? contents.items.find((item) => isPair(item) && keyOf(item) === key) : undefined;
  if (pair === undefined || !isSeq(pair.value) || pair.value.items.length === 0) return text;
  const from = rangeOf(pair.key)?.[0] ?? 0;
  const to = rangeOf(pair.value)?.[1] ?? from;
  const lines = text.slice(from, to).trimEnd().split('\n').slice(1);
  const examples = lines
    .filter((line) => !/演示|demo/i.test(line))
    .map((line) => line.replace(/^(\s*)(?!#|\s)/, '$1# '));
  const before = text.slice(0, from);
  return `${before}${key}: []\n${examples.map((line) => `${line}\n`).join('')}${text.slice(to).replace(/^\n?/, '')}`;
}

/** Rules at their usual times; those that name devices which are gone ask for a tag. `gone`: all when absent. */
export function usualRules(text: string, gone?: ReadonlySet<string>): string {
  return usualTimes(tagged(text, gone));
}

/** A rule that names devices of the demo asks for a tag instead, its own id: it speaks again once a device carries it. */
function tagged(text: string, gone: ReadonlySet<string> | undefined): string {
  const rules = parseDocument(text).get('rules', true);
  if (!isSeq(rules)) return text;
  const edits = rules.items.flatMap((rule) => {
    const select = isMap(rule) ? rule.get('select', true) : undefined;
    const pair = isMap(select) ? select.items.find((item) => keyOf(item) === 'devices') : undefined;
    const range = pair === undefined ? undefined : ([rangeOf(pair.key)?.[0], rangeOf(pair.value)?.[1]] as const);
    const id: unknown = isMap(rule) ? rule.get('id') : undefined;
    const named = isSeq(pair?.value) ? pair.value.items.map((item) => (isScalar(item) ? String(item.value) : '')) : [];
    if (gone !== undefined && !named.some((device) => gone.has(device))) return [];
    return range?.[0] === undefined || range[1] === undefined
      ? []
      : [{ from: range[0], to: range[1], text: `tags: [${String(id)}]` }];
  });
  return edits.reduceRight((now, edit) => now.slice(0, edit.from) + edit.text + now.slice(edit.to), text);
}

/** `for: 20s # 演示用；平时建议 5m · …` says itself what is usual; minutes and hours there are somebody's own choice. */
function usualTimes(text: string): string {
  return text.replace(/^(\s*(?:for|clearDelay):) \d+s # 演示用；平时建议 (\d+[smhd]).*$/gm, '$1 $2');
}

const keyOf = (pair: Pair): unknown => (isScalar(pair.key) ? pair.key.value : undefined);

function rangeOf(node: unknown): readonly number[] | undefined {
  return isNode(node) && node.range ? node.range : undefined;
}
