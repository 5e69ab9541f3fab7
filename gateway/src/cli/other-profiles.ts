import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** The profiles that came with this version. */
export const SHIPPED_PROFILES = join(import.meta.dirname, '../../../config/profiles');

/**
 * Profiles of a config folder that have the name of a shipped one and another text: edited, or of an older version.
 * @returns their names, sorted; none where the folder is the shipped one itself, or either cannot be read
 */
export async function otherProfiles(configDir: string, shipped = SHIPPED_PROFILES): Promise<string[]> {
  const own = join(configDir, 'profiles');
  try {
    if ((await realpath(own)) === (await realpath(shipped))) return [];
    const names = new Set(await readdir(shipped));
    const common = (await readdir(own)).filter((name) => name.endsWith('.yaml') && names.has(name)).sort();
    const pairs = await Promise.all(
      common.map(async (name) => ({ name, texts: await Promise.all([own, shipped].map((dir) => textOf(dir, name))) })),
    );
    return pairs.filter(({ texts: [one, other] }) => one !== other).map(({ name }) => name.slice(0, -'.yaml'.length));
  } catch {
    return [];
  }
}

/** Line ends are what an editor or a checkout made of them. */
async function textOf(dir: string, name: string): Promise<string> {
  return (await readFile(join(dir, name), 'utf8')).replaceAll('\r\n', '\n');
}
