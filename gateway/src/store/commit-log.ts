/** How far the journal has been written and judged, and who is told of each commit. Lives in the main thread. */
import type { Batch, Committed } from './commit-batch.ts';
import { type Append, committedEntry } from './encode-batch.ts';
import type { JournalEntry } from './reading-store.ts';

export interface CommitLog {
  /** Highest seq committed. */
  readonly head: number;
  /** Highest seq released, durably. */
  readonly released: number;
  /** What the next commit is to release. */
  readonly toRelease: number;
  release(seq: number): void;
  committed(appends: readonly Append[], batch: Batch, committed: Committed): void;
  /** See ReadingStore.onCommit. */
  onCommit(listener: (entry: JournalEntry) => void): () => void;
}

export function commitLog(start: { readonly head: number; readonly released: number }): CommitLog {
  let { head, released } = start;
  let toRelease = released;
  /** Newest commit with something to judge. */
  let toJudge = head;
  const listeners = new Set<(entry: JournalEntry) => void>();
  return {
    get head() {
      return head;
    },
    get released() {
      return released;
    },
    get toRelease() {
      return toRelease;
    },
    release(seq) {
      toRelease = Math.max(toRelease, seq >= toJudge ? head : seq);
    },
    committed(appends, batch, committed) {
      released = Math.max(released, batch.released);
      if (!committed.written) return;
      head = committed.seq;
      const judged = appends.some(({ history }, i) => !history && (committed.stored[i] ?? 0) > 0);
      if (judged) toJudge = head;
      // Nobody is told of a commit of imports alone, so nobody would ever release it.
      else if (toRelease >= toJudge) toRelease = head;
      if (!judged || listeners.size === 0) return;
      const entry = committedEntry(appends, batch.arrived, committed);
      for (const listener of listeners) told(listener, entry);
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What is committed stays so: a listener that throws has a bug of its own, and must not get the readings resent. */
function told(listener: (entry: JournalEntry) => void, entry: JournalEntry): void {
  try {
    listener(entry);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
