/** Free space of the file system that holds a folder. */
import { statfs } from 'node:fs/promises';

/** MiB that an unprivileged process may still write; undefined when the file system does not say. */
export async function freeMiB(dir: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return (bavail * bsize) / (1024 * 1024);
  } catch {
    return undefined;
  }
}
