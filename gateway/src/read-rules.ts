/** Rules that are only tried out: text to rules, checked by themselves. Pure; runs on the thread of the jobs. */
import { rulesConfig } from '#contract/config/rules.ts';
import type { RulesRead } from './api/api-deps.ts';
import { createChecks } from './config/checks.ts';
import { tellSchemaProblems } from './config/schema-problems.ts';
import { readYaml } from './config/yaml-source.ts';

export function readRules(yaml: string): RulesRead {
  const checks = createChecks();
  const source = readYaml('rules.yaml', yaml);
  source.problems.forEach(checks.problem);
  const parsed = rulesConfig.safeParse(source.value);
  if (source.problems.length === 0 && parsed.success) return { ok: true, rules: parsed.data };
  const isYaml = source.problems.length === 0;
  if (isYaml && !parsed.success) tellSchemaProblems(source, rulesConfig, parsed.error.issues, checks.problem);
  const errors = checks.problems().map(({ line, column, path, message }) => ({
    path: isYaml ? path : 'yaml',
    message: `${line}:${column} ${message.zh} / ${message.en}`,
  }));
  const found = { errors, errorCount: checks.problemCount() };
  return isYaml
    ? {
        ...REFUSED,
        name: 'bad-rules',
        zh: '规则不符合要求，详见 errors。',
        en: 'These rules do not fit; see `errors`.',
        ...found,
      }
    : {
        ...REFUSED,
        name: 'bad-yaml',
        zh: '规则文件不是有效的 YAML。',
        en: 'These rules are not valid YAML.',
        ...found,
      };
}

const REFUSED = { ok: false } as const;
