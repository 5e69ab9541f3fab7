/** Former versions of config files that a command replaces, beside those that the dashboard keeps. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `config-history/demo-2026-11-23T14-28-17-123Z/` with the given files. @returns the folder */
export async function keepSet(
  dataDir: string,
  name: string,
  files: ReadonlyMap<string, string>,
  at: number,
): Promise<string> {
  const folder = join(dataDir, 'config-history', `${name}-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}`);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of files) await writeFile(join(folder, file), text, { mode: 0o600, flush: true });
  return folder;
}

/** Newest set of that name; undefined when there is none. */
export async function newestSet(dataDir: string, name: string): Promise<string | undefined> {
  const folder = join(dataDir, 'config-history');
  const names = await readdir(folder).catch((): string[] => []);
  const newest = names
    .filter((one) => one.startsWith(`${name}-2`))
    .sort()
    .at(-1);
  return newest === undefined ? undefined : join(folder, newest);
}
