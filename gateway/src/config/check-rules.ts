import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RuleConfig } from '#contract/config/rules.ts';
import { METRICS, metricInfo } from '#contract/metrics.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import { createRegistry, type Registry } from '../shared/registry.ts';
import { idsOf } from './check-campus.ts';
import type { Checks } from './checks.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** Rules name metrics, bells, devices and places that exist; a rule that can never speak is warned about. */
export function checkRules({ rules, campus, devices, calendar }: ParsedFiles, checks: Checks): void {
  if (!rules) return;
  const { source, value } = rules;
  checks.unique(source, idsOf('rules', value.rules), { zh: '规则编号', en: 'rule id' });
  const known = campus && devices ? knownTo(createRegistry(campus.value, devices.value)) : undefined;
  const bells = new Set(Object.values(calendar?.value.bells ?? {}).flatMap((list) => list.map(({ id }) => id)));
  let watches = 0;
  value.rules.forEach((rule, i) => {
    checkMetric(rule, source, ['rules', i], checks);
    checkClear(rule, source, ['rules', i], checks);
    if (calendar) checkBell(rule, bells, source, ['rules', i, 'period'], checks);
    // What is beyond the limit is not counted: a thousand rules on ten thousand devices take their time.
    if (known && watches <= MAX_WATCHES) watches += checkSelection(rule, known, source, ['rules', i], checks);
  });
  if (watches > MAX_WATCHES) {
    const zh = `规则要看的超过 ${MAX_WATCHES} 处（每条规则 × 它选中的设备）；请合并规则，或用 select 少选一些`;
    const en = `these rules watch more than ${MAX_WATCHES} places (each rule × the devices it selects); merge rules or select fewer devices`;
    checks.problem(source.problem(['rules'], zh, en));
  }
  if (devices?.value.devices.length === 0 && value.rules.length > 0) {
    const zh = `还没有登记任何设备，${value.rules.length} 条规则都不会告警`;
    const en = `no device is listed yet, so none of the ${value.rules.length} rules can alert`;
    checks.warn(devices.source.problem(['devices'], zh, en));
  }
}

function checkMetric(rule: RuleConfig, source: YamlSource, path: Path, checks: Checks): void {
  if (!('metric' in rule)) return;
  const info = metricInfo(rule.metric);
  if (info === undefined) {
    checks.problem(() => {
      const meant = nearestWord(rule.metric, Object.keys(METRICS));
      const zh = meant === undefined ? '请用指标表里的名称' : `是不是“${meant}”？`;
      const en = meant === undefined ? 'use one of the catalogue' : `did you mean “${meant}”?`;
      const name = rule.metric.slice(0, 100);
      return source.problem([...path, 'metric'], `没有指标“${name}”；${zh}`, `no metric “${name}”; ${en}`);
    });
  } else if (rule.kind === 'state-in-period' && info.kind !== 'state') {
    const zh = `“${rule.metric}”不是状态量；数值请用 kind: threshold`;
    checks.problem(
      source.problem([...path, 'metric'], zh, `“${rule.metric}” is no state; for a number use kind: threshold`),
    );
  }
}

/** A clear level beyond the threshold would clear and fire at the same value. */
function checkClear(rule: RuleConfig, source: YamlSource, path: Path, checks: Checks): void {
  const wrong = (key: string, zh: string, en: string): void => checks.problem(source.problem([...path, key], zh, en));
  if (rule.kind === 'threshold') {
    if (rule.above !== undefined && rule.clearBelow !== undefined && rule.clearBelow > rule.above) {
      wrong(
        'clearBelow',
        `clearBelow 不能大于 above（${rule.above}）`,
        `clearBelow must not be above ${rule.above}, the threshold`,
      );
    }
    if (rule.below !== undefined && rule.clearAbove !== undefined && rule.clearAbove < rule.below) {
      wrong(
        'clearAbove',
        `clearAbove 不能小于 below（${rule.below}）`,
        `clearAbove must not be below ${rule.below}, the threshold`,
      );
    }
  }
  if (rule.kind === 'closed-hours-power' && rule.clearBelowW !== undefined && rule.clearBelowW > rule.aboveW) {
    wrong(
      'clearBelowW',
      `clearBelowW 不能大于 aboveW（${rule.aboveW}）`,
      `clearBelowW must not be above ${rule.aboveW}, aboveW`,
    );
  }
}

function checkBell(rule: RuleConfig, bells: ReadonlySet<string>, source: YamlSource, path: Path, checks: Checks): void {
  if (!('period' in rule) || !rule.period.startsWith('bell:')) return;
  checks.reference(source, path, rule.period.slice('bell:'.length), bells, { zh: '铃声', en: 'bell' });
}

/** Every one is a state machine that is set up anew at each reload, on the thread that takes messages in. */
const MAX_WATCHES = 20_000;

interface Known {
  readonly registry: Registry;
  readonly devices: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly neverClosed: ReadonlySet<string>;
}

function knownTo(registry: Registry): Known {
  const withProfile = [...registry.places.values()].flatMap(({ id, profile }) => (profile === undefined ? [] : [id]));
  const closing = registry.placesUnder(withProfile);
  return {
    registry,
    devices: new Set(registry.devices.keys()),
    places: new Set(registry.places.keys()),
    neverClosed: new Set([...registry.places.keys()].filter((id) => !closing.has(id))),
  };
}

/** @returns how many devices it watches */
function checkSelection(rule: RuleConfig, known: Known, source: YamlSource, path: Path, checks: Checks): number {
  const { select } = rule;
  const { registry } = known;
  const before = checks.problemCount();
  select.devices?.forEach((id, k) => {
    const what = { zh: '设备', en: 'device' };
    checks.reference(source, [...path, 'select', 'devices', k], id, known.devices, what);
  });
  select.places?.forEach((id, k) => {
    const what = { zh: '地点', en: 'place' };
    checks.reference(source, [...path, 'select', 'places', k], id, known.places, what);
  });
  if (checks.problemCount() > before) return 0;
  const selected = registry.select(select);
  if (selected.length === 0) {
    // Said once for all rules: one line each would hide the other warnings.
    if (registry.devices.size === 0) return 0;
    const zh = `规则“${rule.id}”没有选中任何设备，永远不会告警；请检查 select`;
    const en = `rule “${rule.id}” selects no device and can never alert; check select`;
    checks.warn(() => source.problem([...path, 'select'], zh, en));
    return 0;
  }
  warnNeverClosed(rule, selected, known, source, path, checks);
  return rule.enabled ? selected.length : 0;
}

function warnNeverClosed(
  rule: RuleConfig,
  selected: readonly DeviceConfig[],
  { neverClosed }: Known,
  source: YamlSource,
  path: Path,
  checks: Checks,
): void {
  const period = rule.kind === 'closed-hours-power' ? 'closed' : 'period' in rule ? rule.period : 'always';
  if (period !== 'closed') return;
  const never = new Set(selected.flatMap(({ place }) => (neverClosed.has(place) ? [place] : [])));
  if (never.size === 0) return;
  const list = [...never].slice(0, MAX_NAMED).join(', ') + (never.size > MAX_NAMED ? ', …' : '');
  const zh = `规则“${rule.id}”只在非开放时段有效，但这些地点没有 profile，从不关闭：${list}`;
  const en = `rule “${rule.id}” speaks in closed hours only, but these places have no profile and are never closed: ${list}`;
  checks.warn(() => source.problem([...path, 'select'], zh, en));
}

const MAX_NAMED = 20;
