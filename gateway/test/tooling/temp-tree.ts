import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with these files in it; the caller removes it. */
export function plantTree(files: Record<string, string>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'houqin-tree-'));
  for (const [name, content] of Object.entries(files)) plant(dir, name, content);
  return dir;
}

export function plant(dir: string, name: string, content: string): void {
  const file = path.join(dir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

export function uproot(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

/** The same for one test, removed when it ends. */
export function tempTree(files: Record<string, string>): string {
  const dir = plantTree(files);
  onTestFinished(() => uproot(dir));
  return dir;
}
