/** All rejected rows of an import as CSV in the data folder; the terminal shows the first few. */
import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rejection } from './import-rows.ts';

export interface RejectedFile {
  add(rejections: readonly Rejection[]): Promise<void>;
  /** @returns its path; undefined when nothing was rejected */
  close(): Promise<string | undefined>;
}

/** Made with the first rejection. */
export function rejectedFile(dataDir: string, at: number): RejectedFile {
  const stamp = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
  const path = join(dataDir, `import-${stamp}-rejected.csv`);
  let file: FileHandle | undefined;
  return {
    async add(rejections) {
      if (rejections.length === 0) return;
      if (file === undefined) {
        mkdirSync(dataDir, { recursive: true });
        file = await open(path, 'a', 0o600);
        await file.write('line,device,metric,ts,value,reason,message\n');
      }
      await file.write(rejections.map((one) => `${rowOf(one)}\n`).join(''));
    },
    async close() {
      await file?.close();
      return file === undefined ? undefined : path;
    },
  };
}

const rowOf = ({ line, device, metric, ts, value, reason, message }: Rejection): string =>
  [String(line), device, metric, ts, value, reason, message].map(quoted).join(',');

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
