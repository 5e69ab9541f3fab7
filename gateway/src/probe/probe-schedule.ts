/**
 * Which device is asked when: evenly over its interval, so many at once and no more, never one twice at a time. Pure:
 * every call carries the time, and the caller starts and ends what it is given.
 */

export interface ProbeJob {
  readonly everyMs: number;
  /** Another text means another device to ask; with the same one it keeps its turn. */
  readonly version: string;
}

export interface ProbeTurn {
  readonly id: string;
  readonly version: string;
  /** 1, or 2 for the second try within the round. */
  readonly attempt: 1 | 2;
}

export interface ProbeSchedule {
  /** What is to be asked from now on. What stays as it was keeps its turn; what has changed gets a new one. */
  set(jobs: ReadonlyMap<string, ProbeJob>, now: number): void;
  /** Turns to start now; each counts as running until `done`. */
  start(now: number): readonly ProbeTurn[];
  /** @param again the same round once more, shortly */
  done(turn: ProbeTurn, now: number, again: boolean): void;
  /** Whether the answer is still wanted: the device is there, and is asked as it was when the turn began. */
  isCurrent(turn: ProbeTurn): boolean;
  /** When the next turn is due; undefined when nothing is, or none may run now. */
  nextAt(): number | undefined;
}

interface Entry {
  readonly job: ProbeJob;
  /** When its round is due. */
  roundAt: number;
  /** When it is to be asked; later than the round for a second try. */
  dueAt: number;
  attempt: 1 | 2;
}

/** Fractions of multiples of the golden ratio lie evenly however many there are, so that devices can come and go. */
const GOLDEN = 0.618_033_988_749_895;
const AGAIN_SHARE = 0.05;
const AGAIN_MIN_MS = 250;
const AGAIN_MAX_MS = 2_000;

export function createProbeSchedule(maxInFlight: number): ProbeSchedule {
  let entries = new Map<string, Entry>();
  const running = new Set<string>();
  let placed = 0;

  const newEntry = (job: ProbeJob, now: number): Entry => {
    const at = now + ((placed * GOLDEN) % 1) * job.everyMs;
    placed += 1;
    return { job, roundAt: at, dueAt: at, attempt: 1 };
  };
  const waiting = (): [string, Entry][] => [...entries].filter(([id]) => !running.has(id));

  return {
    set(jobs, now) {
      entries = new Map(
        [...jobs].map(([id, job]) => {
          const before = entries.get(id);
          const same = before?.job.version === job.version && before.job.everyMs === job.everyMs;
          return [id, same ? before : newEntry(job, now)];
        }),
      );
    },
    start(now) {
      const free = maxInFlight - running.size;
      if (free <= 0) return [];
      const due = waiting()
        .filter(([, { dueAt }]) => dueAt <= now)
        .sort(([, a], [, b]) => a.dueAt - b.dueAt)
        .slice(0, free);
      for (const [id] of due) running.add(id);
      return due.map(([id, { job, attempt }]) => ({ id, version: job.version, attempt }));
    },
    done({ id, version }, now, again) {
      running.delete(id);
      const entry = entries.get(id);
      if (entry === undefined || entry.job.version !== version) return;
      const { everyMs } = entry.job;
      if (again) {
        entry.attempt = 2;
        entry.dueAt = now + Math.min(AGAIN_MAX_MS, Math.max(AGAIN_MIN_MS, everyMs * AGAIN_SHARE));
        return;
      }
      // Rounds that were missed are missed: what is late does not pile up.
      const rounds = Math.max(1, Math.ceil((now - entry.roundAt) / everyMs));
      entry.roundAt += rounds * everyMs;
      entry.dueAt = entry.roundAt;
      entry.attempt = 1;
    },
    isCurrent: ({ id, version }) => entries.get(id)?.job.version === version,
    nextAt() {
      if (running.size >= maxInFlight) return undefined;
      const next = Math.min(...waiting().map(([, { dueAt }]) => dueAt));
      return Number.isFinite(next) ? next : undefined;
    },
  };
}
