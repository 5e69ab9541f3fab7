import { z } from 'zod';
import { profile } from '#contract/config/profile.ts';
import { CONFIG_NAMES, CONFIG_SCHEMAS } from './schemas.ts';

/**
 * JSON Schema of every config file and of the profiles, by file name, as editors use it: `# yaml-language-server:
 * $schema=…` in the first line completes and checks while one types. Describes what is written, not what it becomes.
 */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const files = CONFIG_NAMES.map((name) => [name, schemaText(CONFIG_SCHEMAS[name], 'inline')] as const);
  // A profile repeats its blocks three levels deep: written out at each place they would be six times as long.
  const all = [...files, ['profile', schemaText(profile, 'ref')] as const];
  return new Map(all.map(([name, text]) => [`${name}.schema.json`, text]));
}

function schemaText(schema: z.ZodType, reused: 'inline' | 'ref'): string {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    // draft-07 is what the editors' YAML server knows best.
    target: 'draft-7',
    unrepresentable: 'any',
    reused,
  });
  return `${JSON.stringify(json, null, 2)}\n`;
}
