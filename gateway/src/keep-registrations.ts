/**
 * Who had registered over GB/T 28181, and from where, so that a restart of the gateway is no outage of theirs. Written
 * a moment after a change, for behind some routers a device has another port with every keepalive.
 */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Registration } from './probe/sip-registrar.ts';
import type { Log } from './shared/log.ts';

const registrations = z.array(
  z.object({
    id: z.string(),
    source: z.object({
      address: z.string(),
      port: z.number().int().min(1).max(65_535),
      transport: z.literal('tcp').optional(),
    }),
    until: z.number(),
  }),
);
const AFTER_MS = 500;

export interface KeptRegistrations {
  readonly known: readonly Registration[];
  put(all: readonly Registration[]): void;
  /** The newest ones are on disk when it resolves. */
  flush(): Promise<void>;
}

export function keepRegistrations(file: string, log: Log): KeptRegistrations {
  let newest: readonly Registration[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let busy: Promise<void> = Promise.resolve();
  let isTold = false;
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const all = newest;
    newest = undefined;
    if (all === undefined) return;
    try {
      await writeFile(`${file}.new`, JSON.stringify(all), { mode: 0o600 });
      await rename(`${file}.new`, file);
      isTold = false;
    } catch (error) {
      if (!isTold)
        log.warn(
          { err: error },
          `注册的国标设备没能写进 ${file}，重启后要等它们重新注册 / registrations of GB/T 28181 devices could not be kept in ${file}: after a restart they have to register anew`,
        );
      isTold = true;
    }
  };
  const flush = (): Promise<void> => {
    busy = busy.then(write);
    return busy;
  };
  return {
    known: read(file),
    put(all) {
      newest = all;
      timer ??= setTimeout(flush, AFTER_MS);
    },
    flush,
  };
}

function read(file: string): readonly Registration[] {
  try {
    return registrations.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None yet, or not readable: every device registers anew within a few of its keepalives.
    return [];
  }
}
