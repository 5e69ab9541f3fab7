import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { type ConfigWork, configWorkHere } from './config-work.ts';
import { judgeTexts, type ReadTexts, readConfigTexts } from './load-config.ts';
import type { ConfigResult } from './parse-config.ts';
import { PROFILES_FOLDER } from './schemas.ts';

export interface ConfigWatch {
  /** Looks now, without waiting for the folder; resolves when the listener has been told of a change, if any. */
  check(): Promise<void>;
  close(): void;
}

export interface ConfigWatchSetup {
  readonly dir: string;
  /** Told of every changed state of the folder, good or bad; who is told of a bad one goes on with the last good one. */
  onChange(result: ConfigResult): void | Promise<void>;
  /** A listener that failed, or a folder that could not be read. */
  onError(error: unknown): void;
  /** Who checks what was read. */
  readonly work?: ConfigWork;
  /** Quiet time after the last change; editors write in several steps. */
  readonly debounceMs?: number;
  /** Also looks this often: network drives and some containers report no changes. */
  readonly pollMs?: number;
}

/** Hot reload of a config folder. The state at the call is taken as known. */
export async function watchConfig(setup: ConfigWatchSetup): Promise<ConfigWatch> {
  const { dir, onChange, onError, work = configWorkHere, debounceMs = 300, pollMs = 10_000 } = setup;
  let known = fingerprint(await readConfigTexts(dir));
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const read = await readConfigTexts(dir);
    const now = fingerprint(read);
    if (closed || now === known) return;
    // A check that could not be done (too large for its limits) is not done again until the files change.
    known = now;
    const judged = await judgeTexts(read, work);
    if (!closed) await onChange(judged);
  };
  const check = (): Promise<void> => {
    running = running.then(() => (closed ? undefined : look())).catch(onError);
    return running;
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(check, debounceMs);
  };
  const watchers = [dir, join(dir, PROFILES_FOLDER)].map((folder) => watchFolder(folder, soon));
  const poll = setInterval(check, pollMs);
  poll.unref();
  return {
    check,
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(poll);
      for (const watcher of watchers) watcher?.close();
    },
  };
}

function fingerprint({ texts, unreadable }: ReadTexts): string {
  const hash = createHash('sha256');
  for (const [name, text] of [...texts.files, ...texts.profiles]) hash.update(`${name}\0${text}\0`);
  for (const { file } of unreadable) hash.update(`${file}\0?\0`);
  return hash.update(texts.holidaysCsv ?? '\0').digest('hex');
}

/** Where the system cannot watch, polling does. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
