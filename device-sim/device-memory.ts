/** What a meter remembers without current: consumption beside the routine, and where its register was reset. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Campus } from './campus.ts';
import type { FaultBoard } from './faults/fault-board.ts';
import type { CampusTruth } from './signals/campus-truth.ts';
import { isMeter } from './signals/meter-tree.ts';

const memory = z.object({
  meters: z.record(z.string(), z.object({ extra: z.number().nonnegative(), registerStart: z.number().nonnegative() })),
});

export interface DeviceMemory {
  /** Writes when five seconds have passed and something changed. */
  save(at: number): void;
  flush(at: number): void;
}

/** Short enough that a kill costs a meter less than the two register steps that pass for jitter. */
const EVERY_MS = 5_000;

/** Without a file nothing is kept: the registers of the next run then start without the stories of this one. */
export async function createDeviceMemory(
  file: string | undefined,
  campus: Campus,
  truth: CampusTruth,
  board: FaultBoard,
  log: ((sentence: string) => void) | undefined,
): Promise<DeviceMemory> {
  if (file === undefined) return { save: () => undefined, flush: () => undefined };
  const meters = campus.devices.filter(isMeter).map((device) => device.id);
  for (const [id, kept] of Object.entries(await readMemory(file, log))) {
    truth.overlays.carry(id, kept.extra);
    if (kept.registerStart > 0) board.resumeRegister(id, kept.registerStart);
  }
  let written = '';
  let savedAt = 0;
  const flush = (at: number): void => {
    savedAt = at;
    const kept = meters
      .map((id) => [id, { extra: truth.overlays.total(id, at), registerStart: board.registerStart(id) }] as const)
      .filter(([, { extra, registerStart }]) => extra > 0 || registerStart > 0);
    const text = JSON.stringify({ meters: Object.fromEntries(kept) });
    if (text === written) return;
    written = text;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    } catch (error) {
      log?.(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    flush,
    save: (at) => {
      if (at - savedAt >= EVERY_MS) flush(at);
    },
  };
}

async function readMemory(file: string, log: ((sentence: string) => void) | undefined) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return memory.parse(JSON.parse(text)).meters;
  } catch {
    log?.(`${file}: not readable, meters start without what they remembered`);
    return {};
  }
}
