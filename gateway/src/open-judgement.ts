/** Brings the judge to where the store is: what was committed and not yet judged is judged now, once. */
import { randomUUID } from 'node:crypto';
import type { CampusInForce } from './campus-in-force.ts';
import { createJudgement, type Judgement } from './judgement.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import type { StorageWatch } from './storage-watch.ts';
import { loadJudgeState } from './store/judge-records.ts';
import type { JournalEntry, ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

const REPLAY_ENTRIES = 500;

export interface JudgementParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly closers: Closers;
  campus(): CampusInForce;
  readonly records: RecordsDb;
  readonly store: ReadingStore;
  readonly storage: Pick<StorageWatch, 'list' | 'onChange'>;
}

export async function openJudgement(parts: JudgementParts): Promise<Judgement> {
  const { clock, log, closers, records, store } = parts;
  const { config, calendar } = parts.campus();
  const state = await loadJudgeState(records, clock.now(), randomUUID);
  const judgement = createJudgement({
    clock,
    config,
    calendar,
    records,
    state,
    storage: parts.storage.list(),
    latest: await store.latest(),
    onJudged: (cursor) =>
      void store.release(cursor).catch((error: unknown) => log.warn({ err: error }, 'journal not released')),
    log,
  });
  /** A bug in a rule must hold back neither acknowledgements nor every later start. */
  const judge = (entry: JournalEntry): void => {
    try {
      judgement.commit(entry);
    } catch (error) {
      log.error({ err: error, seq: entry.seq }, 'a commit could not be judged');
    }
  };
  judgement.resume(clock.now(), 'gateway-start');
  let cursor = state.cursor;
  for (
    let entries = await store.journal(cursor, REPLAY_ENTRIES);
    entries.length > 0;
    entries = await store.journal(cursor, REPLAY_ENTRIES)
  ) {
    for (const entry of entries) judge(entry);
    cursor = entries.at(-1)?.seq ?? cursor;
  }
  store.onCommit(judge);
  parts.storage.onChange((list) => judgement.storage(list, clock.now()));
  judgement.storage(parts.storage.list(), clock.now());
  closers.push({ name: 'judgement', close: () => judgement.close() });
  return judgement;
}
