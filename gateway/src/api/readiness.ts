/** What /readyz and /healthz say: ready means that a reading can be acknowledged now; healthy means that the parts answer. */
import type { ReadyResponse, StorageTrouble } from '#contract/http/health.ts';
import type { Clock } from '../shared/clock.ts';

export interface ReadinessSources {
  readonly clock: Clock;
  /** Why the store cannot commit, by a write-read probe; undefined when it can. */
  store(): Promise<string | undefined>;
  /** What of the stored history is damaged: missing, and no reason to stop acknowledging. */
  damage(): string | undefined;
  /** Why the broker takes nothing in; undefined when it listens. */
  broker(): string | undefined;
  /** Why the newest config files are not in force; undefined when they are. */
  config(): string | undefined;
  /** What is wrong with the disk, and what is free. */
  storage(): readonly StorageTrouble[];
  freeMiB(): number | undefined;
  /** Resolves when store and records workers have answered. */
  workers(): Promise<unknown>;
}

export interface Readiness {
  ready(): Promise<ReadyResponse>;
  healthy(): Promise<boolean>;
}

const ANSWER_MS = 5_000;

export function createReadiness(sources: ReadinessSources): Readiness {
  return {
    async ready() {
      const store = await within(sources.store(), `no answer in ${ANSWER_MS / 1_000} s`);
      const storeDetail = store ?? sources.damage();
      const broker = sources.broker();
      const config = sources.config();
      const storage = sources.storage();
      const freeMiB = sources.freeMiB();
      const free = freeMiB === undefined ? 'free space unknown' : `${Math.round(freeMiB)} MiB free`;
      const isStopped = storage.some(({ refuses }) => refuses.includes('readings'));
      // A config edit that does not parse leaves the last good one in force: worth saying, no reason to stop.
      const ready = store === undefined && broker === undefined && !isStopped;
      return {
        status: ready ? 'ready' : 'not-ready',
        at: sources.clock.now(),
        parts: {
          store: { ok: storeDetail === undefined, detail: storeDetail ?? 'write and read' },
          broker: { ok: broker === undefined, detail: broker ?? 'listening' },
          config: { ok: config === undefined, detail: config ?? 'in force' },
          disk: { ok: storage.length === 0, detail: storage[0]?.sentence.en ?? free },
        },
        storage: [...storage],
      };
    },
    async healthy() {
      const answered = sources.workers().then(() => undefined);
      return (await within(answered, 'silent')) === undefined;
    },
  };
}

/** @returns what the probe says, its failure as text, or `late` when it does not answer in time. */
async function within(probe: Promise<string | undefined>, late: string): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, late);
  });
  try {
    return await Promise.race([probe, timeout]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
