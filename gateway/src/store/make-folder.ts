/** Makes a folder and those above it. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Not `recursive: true`: Node tries for ever where a parent exists and still nothing can be made in it, as in /proc.
 * @throws what `mkdir` throws
 */
export function makeFolder(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || existsSync(dirname(dir))) throw error;
    makeFolder(dirname(dir));
    mkdirSync(dir);
  }
}
