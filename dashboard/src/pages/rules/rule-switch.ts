import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml';

/**
 * rules.yaml with one rule switched on or off and everything else as it was, comments too. Undefined where that cannot be done
 * by changing one place of the text (no such rule, an alias in its place): such a rule is switched by hand.
 */
export function withRuleEnabled(yaml: string, id: string, enabled: boolean): string | undefined {
  const document = parseDocument(yaml);
  const rules = document.errors.length === 0 ? document.get('rules') : undefined;
  if (!isSeq(rules)) return undefined;
  const rule = rules.items.find((item): item is YAMLMap => isMap(item) && item.get('id') === id);
  if (rule === undefined) return undefined;
  const known = pairOf(rule, 'enabled');
  if (known !== undefined) {
    const { value } = known;
    if (!isScalar(value) || !value.range || value.anchor !== undefined) return undefined;
    return `${yaml.slice(0, value.range[0])}${enabled}${yaml.slice(value.range[1])}`;
  }
  const at = keyStart(rule);
  if (at === undefined) return undefined;
  if (rule.flow) return `${yaml.slice(0, at)}enabled: ${enabled}, ${yaml.slice(at)}`;
  const lineStart = yaml.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = yaml.includes('\r\n') ? '\r\n' : '\n';
  const indent = ' '.repeat(at - lineStart);
  return `${yaml.slice(0, at)}enabled: ${enabled}${lineEnd}${indent}${yaml.slice(at)}`;
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find(({ key: found }) => isScalar(found) && found.value === key);

/** Where its `id` is written: what is put before it stands among the members of the rule. */
function keyStart(rule: YAMLMap): number | undefined {
  const key = pairOf(rule, 'id')?.key;
  return isScalar(key) ? key.range?.[0] : undefined;
}
