import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { RuleConfig } from '#contract/config/rules.ts';
import { METRICS, metricInfo } from '#contract/metrics.ts';
import { createRegistry, type Registry } from '../shared/registry.ts';
import { idsOf } from './check-campus.ts';
import type { Checks } from './checks.ts';
import { nearestWord } from './nearest-word.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** Rules name metrics, bells, devices and places that exist; a rule that can never speak is warned about. */
export function checkRules({ rules, campus, devices, calendar }: ParsedFiles, checks: Checks): void {
  if (!rules) return;
  const { source, value } = rules;
  checks.unique(source, idsOf('rules', value.rules), { zh: '规则编号', en: 'rule id' });
  const registry = campus && devices ? createRegistry(campus.value, devices.value) : undefined;
  value.rules.forEach((rule, i) => {
    checkMetric(rule, source, ['rules', i], checks);
    checkClear(rule, source, ['rules', i], checks);
    if (calendar) checkBell(rule, calendar.value, source, ['rules', i, 'period'], checks);
    if (registry) checkSelection(rule, registry, source, ['rules', i], checks);
  });
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
    const meant = nearestWord(rule.metric, Object.keys(METRICS));
    const zh = meant === undefined ? '请用指标表里的名称' : `是不是“${meant}”？`;
    const en = meant === undefined ? 'use one of the catalogue' : `did you mean “${meant}”?`;
    checks.problem(
      source.problem([...path, 'metric'], `没有指标“${rule.metric}”；${zh}`, `no metric “${rule.metric}”; ${en}`),
    );
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

function checkBell(rule: RuleConfig, calendar: CalendarConfig, source: YamlSource, path: Path, checks: Checks): void {
  if (!('period' in rule) || !rule.period.startsWith('bell:')) return;
  const bells = new Set(Object.values(calendar.bells).flatMap((list) => list.map(({ id }) => id)));
  checks.reference(source, path, rule.period.slice('bell:'.length), bells, { zh: '铃声', en: 'bell' });
}

function checkSelection(rule: RuleConfig, registry: Registry, source: YamlSource, path: Path, checks: Checks): void {
  const { select } = rule;
  const before = checks.problems().length;
  select.devices?.forEach((id, k) => {
    checks.reference(source, [...path, 'select', 'devices', k], id, new Set(registry.devices.keys()), {
      zh: '设备',
      en: 'device',
    });
  });
  select.places?.forEach((id, k) => {
    checks.reference(source, [...path, 'select', 'places', k], id, new Set(registry.places.keys()), {
      zh: '地点',
      en: 'place',
    });
  });
  if (checks.problems().length > before) return;
  const selected = registry.select(select);
  if (selected.length === 0) {
    // Said once for all rules: one line each would hide the other warnings.
    if (registry.devices.size === 0) return;
    const zh = `规则“${rule.id}”没有选中任何设备，永远不会告警；请检查 select`;
    checks.warn(
      source.problem([...path, 'select'], zh, `rule “${rule.id}” selects no device and can never alert; check select`),
    );
    return;
  }
  const period = rule.kind === 'closed-hours-power' ? 'closed' : 'period' in rule ? rule.period : 'always';
  const never = selected.filter(({ place }) => registry.placeProfile(place) === undefined).map(({ place }) => place);
  if (period !== 'closed' || never.length === 0) return;
  const list = [...new Set(never)].join(', ');
  const zh = `规则“${rule.id}”只在关闭时段有效，但这些地点没有 profile，从不关闭：${list}`;
  const en = `rule “${rule.id}” speaks in closed hours only, but these places have no profile and are never closed: ${list}`;
  checks.warn(source.problem([...path, 'select'], zh, en));
}
