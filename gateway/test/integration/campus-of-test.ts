/** The campus of gateway/test/campus-config, whole or with some files replaced, without a process around it. */
import { join } from 'node:path';
import { type CampusInForce, campusFrom } from '../../src/campus-in-force.ts';
import { readConfigTexts } from '../../src/config/load-config.ts';
import { type ConfigTexts, parseConfig } from '../../src/config/parse-config.ts';
import type { ConfigName } from '../../src/config/schemas.ts';

/** @param edit what becomes of a file's text; unchanged when it says nothing */
export async function campusOfTest(
  edit: Partial<Record<ConfigName, (text: string) => string>> = {},
): Promise<CampusInForce> {
  const { texts } = await readConfigTexts(join(import.meta.dirname, '../campus-config'));
  const files = new Map(texts.files);
  for (const [name, text] of texts.files) files.set(name, edit[name]?.(text) ?? text);
  const read = campusFrom(parseConfig({ ...texts, files } satisfies ConfigTexts));
  if (!read.ok) throw new Error(`the test campus does not parse: ${JSON.stringify(read.problems)}`);
  return read.campus;
}
