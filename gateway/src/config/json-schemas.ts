import { z } from 'zod';
import { CONFIG_NAMES, CONFIG_SCHEMAS } from './schemas.ts';

/**
 * JSON Schema of every config file, by file name, as editors use it: `# yaml-language-server: $schema=…` in the first
 * line completes and checks while one types. Describes what is written, not what it becomes.
 */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    CONFIG_NAMES.map((name) => {
      const schema = z.toJSONSchema(CONFIG_SCHEMAS[name], {
        io: 'input',
        // draft-07 is what the editors' YAML server knows best.
        target: 'draft-7',
        unrepresentable: 'any',
      });
      return [`${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}
