/** Small files in the data folder that only the gateway's own user may read. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';

/** Replaces the file as a whole, mode 0600. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, text, { mode: 0o600 });
  // `mode` above holds only where the file did not exist yet.
  await chmod(fresh, 0o600);
  await rename(fresh, path);
}

/** @returns undefined when there is no such file. @throws other read errors. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
