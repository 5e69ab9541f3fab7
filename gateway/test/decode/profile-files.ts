import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Text of every file with that ending in a folder, by bare name. */
export function readTexts(folder: string, ending: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

export const shippedProfiles = (): Map<string, string> => readTexts(join(root, 'config/profiles'), '.yaml');
export const goldenVectors = (): Map<string, string> => readTexts(join(root, 'gateway/contract/vectors'), '.json');
