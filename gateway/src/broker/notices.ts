/** Log lines that a client can provoke: once a minute for each cause and client, so that it cannot fill the disk. */
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';

export type Notice = (cause: string, client: string, fields: object, message: string) => void;

const EVERY_MS = 60_000;
const MAX_CAUSES = 1_000;

export function createNotices(log: Log, clock: Clock): Notice {
  const seen = new Map<string, { at: number; suppressed: number }>();
  return (cause, client, fields, message) => {
    const key = `${cause}\0${client}`;
    const before = seen.get(key);
    const now = clock.monotonic();
    if (before && now - before.at < EVERY_MS) {
      before.suppressed += 1;
      return;
    }
    seen.delete(key);
    seen.set(key, { at: now, suppressed: 0 });
    // The one not heard of for longest is forgotten, so that a stranger with many names does not make all others speak again.
    const oldest = seen.size > MAX_CAUSES ? seen.keys().next().value : undefined;
    if (oldest !== undefined) seen.delete(oldest);
    log.warn({ cause, client, ...fields, suppressed: before?.suppressed ?? 0 }, message);
  };
}
